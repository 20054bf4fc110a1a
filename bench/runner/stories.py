"""What the loader made (src/bin/load): names, numbers, and draws among them."""

import bisect
import itertools
import random

SOURCES, CATEGORIES = 20, 200
LANGUAGES = ["en", "de", "fr", "es", "ru", "ar", "ur", "hi"]
COMMON = "berlin"
RARE, FEW = ([form.format("bdfgklmnpr"[n // 10], "bdfgklmnpr"[n % 10]) for n in range(100)]
             for form in ("q{}o{}ax", "q{}u{}ix"))
# how steep the draws among stories are, here and in pgbench
SLOPE = 1.01
# the id of story :n, in SQL
NUMBER = "'01900000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0')"


def article_id(n):
    return f"01900000-0000-7000-8000-{n:012x}"


def slug(n):
    return f"story-{n}"


def live(n):
    """Story n, or the one before where that is a draft, scheduled or expired."""
    return n - 1 if n % 100 in (37, 73) or n % 200 == 111 else n


def draw_live(stories):
    """Sets :n as `Zipf` and `live` do, in pgbench."""
    return (f"\\set z random_zipfian(1, {stories}, {SLOPE})\n"
            f"\\set m {stories} + 1 - :z\n"
            "\\set n :m - case when mod(:m, 100) = 37 or mod(:m, 100) = 73 or mod(:m, 200) = 111 then 1 else 0 end\n")


class Zipf:
    """Draws 1 to `most`, the first most often; the same draws each time."""

    def __init__(self, most, slope=SLOPE):
        self.sums = list(itertools.accumulate(k ** -slope for k in range(1, most + 1)))
        self.random = random.Random(most)

    def __call__(self):
        place = bisect.bisect(self.sums, self.random.random() * self.sums[-1])
        return min(place, len(self.sums) - 1) + 1


def filters(count):
    """Filters for lists, drawn: a third each by category, source, language."""
    category, source, language = Zipf(CATEGORIES), Zipf(SOURCES), Zipf(len(LANGUAGES))
    kinds = itertools.cycle([lambda: f"category=category-{category()}", lambda: f"source=source-{source()}",
                             lambda: f"language={LANGUAGES[language() - 1]}"])
    return [next(kinds)() for _ in range(count)]
