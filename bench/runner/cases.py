"""What is measured: the requests of each case, and against what."""

import json
import os
import statistics
import time
from collections import Counter

from . import stories
from .pgbench import Pgbench, Recorder, Script, of_story
from .server import ask_all, service, yardstick
from .tools import Failure, say
from .wrk import CONNECTIONS, wrk, write_list

LIST, FEED = "/api/v1/articles", "/feeds/articles.rss"
POOL = 16
DRAWS = 100_000
# a cache holds these
FEW_STORIES, FEW_LISTS = 1000, 100
# recorded requests of a case whose parameters are not computed
SAMPLES = 24

CACHED = {
    "one": "one story",
    "list": "20 stories, filtered",
    "search": "20 stories with a word",
    "feed": "20 stories as RSS, filtered",
    "304": "one story, not modified",
}
UNCACHED = {
    "one": "one story by its slug",
    "list": "20 newest",
    "filtered": "20 newest of a category, source or language",
    "deep": "20 stories of page 1,000",
    "few": "20 with a word of twenty stories",
    "rare": "20 with a word of one story in 10,000",
    "common": "20 with a word of every second story",
    "facets": "20 with that word, and five facets",
}
# these are asked by fewer clients as well: a page of hits takes a processor for milliseconds
SEARCHES = ("few", "rare", "common", "facets")
FEWER = sorted({1, len(os.sched_getaffinity(0)), POOL})
FACETS = "facets=category,source,language,tag,month"


def paths_of(case, count, walk):
    """The paths of a case against so many stories, most wanted first or drawn already."""
    if case == "one":
        draw = stories.Zipf(count)
        return [f"{LIST}/{stories.slug(stories.live(count + 1 - draw()))}" for _ in range(DRAWS)]
    if case == "list":
        return [LIST]
    if case == "filtered":
        return [f"{LIST}?{query}" for query in stories.filters(DRAWS)]
    if case == "deep":
        return walk()
    if case in ("few", "rare"):
        words = stories.FEW if case == "few" else stories.RARE
        draw = stories.Zipf(len(words))
        return [f"{LIST}?q={words[draw() - 1]}" for _ in range(DRAWS)]
    return [f"{LIST}?q={stories.COMMON}" + (f"&{FACETS}" if case == "facets" else "")]


def few_paths(case, count):
    """The paths of a cached case: few different ones."""
    if case in ("one", "304"):
        draw = stories.Zipf(min(FEW_STORIES, count // 2))
        return [f"{LIST}/{stories.slug(stories.live(count + 1 - draw()))}" for _ in range(DRAWS)]
    if case in ("list", "feed"):
        few = [f"{LIST if case == 'list' else FEED}?{query}" for query in dict.fromkeys(stories.filters(20 * FEW_LISTS))][:FEW_LISTS]
    else:
        few = [f"{LIST}?q={word}" for word in stories.RARE[:FEW_LISTS]]
    draw = stories.Zipf(len(few))
    return [few[draw() - 1] for _ in range(DRAWS)]


def median(rounds):
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


class Bench:
    """The cases of one database."""

    def __init__(self, options, cluster, count, programs, directory):
        self.options, self.cluster, self.count, self.directory = options, cluster, count, directory
        self.binary, _, self.yardstick = programs
        self.database = f"bench_{count}"
        self.results = []
        self.memory = {}
        # uncached cases: their list of requests, and seconds that are long enough
        self.asked = {}

    def serve(self, **more):
        return service(self.binary, self.cluster.url(self.database), self.directory, more)

    def wrk(self, server, requests, seconds=None, clients=CONNECTIONS):
        return wrk(server.port, requests, seconds or self.options.seconds, self.options.wrk_threads, clients)

    def tries(self, kind, cases, measure):
        """Each case; one that fails is told and does not stop the others."""
        for case, text in cases.items():
            if self.options.cases and case not in self.options.cases:
                continue
            say(f"{kind}, {self.count} stories: {text}")
            result = {"kind": kind, "case": case, "text": text, "stories": self.count}
            try:
                result.update(measure(case))
                say(f"    {result['rate']:,.0f}/s, {result['ratio']:.0%} of {result['bound']:,.0f}/s; "
                    f"p99 {result['p99']:.2f} ms against {result['bound_p99']:.2f} ms")
            except (Failure, OSError) as failure:
                result["failure"] = str(failure).strip().splitlines()[-1]
                say(f"    FAILED: {failure}")
            self.results.append(result)

    def start_times(self):
        """Seconds from exec to ready, five times."""
        times = []
        for _ in range(5):
            server = self.serve()
            times.append(server.start_seconds)
            server.stop()
        return statistics.median(times)

    # --- cached, against the yardstick

    def cached(self):
        server = self.serve()
        try:
            self.memory["idle"] = server.memory()[0]
            self.tries("cached", CACHED, lambda case: self.against_yardstick(server, case))
            self.memory["after cached"], self.memory["peak cached"] = server.memory()
        finally:
            server.stop()

    def against_yardstick(self, server, case):
        drawn = few_paths(case, self.count)
        few = list(dict.fromkeys(drawn))
        answers = ask_all(server, [(path, None) for path in few])
        refuse_bad(few, answers, 200)
        tags = {}
        if case == "304":
            tags = {path: answer.header("etag") for path, answer in zip(few, answers)}
            answers = ask_all(server, [(path, tags[path]) for path in few])
            refuse_bad(few, answers, 304)
        # the yardstick gives one answer: the middle one of those the service gives
        middle = sorted(answers, key=lambda answer: len(answer.body))[len(answers) // 2]
        requests = write_list(self.directory + "/requests", [(path, tags.get(path)) for path in drawn])
        plain = yardstick(self.yardstick, middle, self.directory)
        try:
            for warmed in (server, plain):
                self.wrk(warmed, requests, self.options.warm_up)
            ours, theirs = [], []
            for _ in range(self.options.rounds):
                ours.append(self.wrk(server, requests))
                server.forget_log()
                theirs.append(self.wrk(plain, requests))
        finally:
            plain.stop()
        ours, theirs = median(ours), median(theirs)
        if case == "304" and ours["bytes"] > 2000:
            raise Failure(f"answers of {ours['bytes']:.0f} bytes are not 304: the entity tags have changed")
        return {**ours, "bound": theirs["rate"], "bound_p50": theirs["p50"], "bound_p99": theirs["p99"],
                "ratio": ours["rate"] / theirs["rate"], "body": len(middle.body), "clients": CONNECTIONS}

    # --- without the cache, against pgbench

    def uncached(self):
        server = self.serve(NEWSWIRE_CACHE_MB="0")
        try:
            self.tries("uncached", UNCACHED, lambda case: self.against_pgbench(server, case))
            self.memory["after uncached"], self.memory["peak uncached"] = server.memory()
        finally:
            server.stop()

    def walk(self, server):
        """The addresses of the last twenty pages before page 1,000, or before the last one."""
        pages = min(1000, self.count // 25)
        path, paths = LIST, []
        for _ in range(pages):
            paths.append(path)
            cursor = json.loads(server.get(path).body)["next_cursor"]
            path = f"{LIST}?cursor={cursor}"
        return paths[-20:]

    def against_pgbench(self, server, case):
        paths = paths_of(case, self.count, lambda: self.walk(server))
        some = [path for path, _ in Counter(paths).most_common(200)]
        refuse_bad(some, ask_all(server, [(path, None) for path in some]), 200)
        requests = write_list(f"{self.directory}/requests-{self.count}-{case}", [(path, None) for path in paths])
        # before anything runs beside it
        scripts = self.record(server, case, paths)
        seconds = self.long_enough(server, some[0])
        self.asked[case] = requests, seconds
        self.hit(server, requests, seconds)
        pgbench = Pgbench(self.cluster, self.database, self.directory)
        same = pgbench.files(case, scripts)
        bounds = {clients: [] for clients in (CONNECTIONS, POOL)}
        by_id = pgbench.files("row", [(Script([(f"SELECT * FROM articles WHERE id = ({stories.NUMBER})::uuid", [], [])],
                                              stories.draw_live(self.count)), 1)]) if case == "one" else None
        rows, ours = [], []
        pgbench.rate(same, CONNECTIONS, self.options.warm_up)
        for _ in range(self.options.rounds):
            ours.append(self.hit(server, requests, seconds))
            for clients, rates in bounds.items():
                rates.append(pgbench.rate(same, clients, seconds))
            if by_id:
                rows.append(pgbench.rate(by_id, CONNECTIONS, seconds))
        ours = median(ours)
        bound, clients = max((statistics.median(rates), clients) for clients, rates in bounds.items())
        # as many clients as wrk has: fewer wait less, whatever they do
        p50, p99 = pgbench.latencies(same, CONNECTIONS, max(2, seconds // 2))
        fewer = [{"clients": few, **self.wrk(server, requests, seconds, few)} for few in FEWER] if case in SEARCHES else []
        return {**ours, "bound": bound, "bound_p50": p50, "bound_p99": p99, "ratio": ours["rate"] / bound,
                "clients": clients, "fewer": fewer, "statements": len(scripts[0][0].text.split(";\n")) - 1,
                **({"row": statistics.median(rows)} if rows else {})}

    def long_enough(self, server, path):
        """Seconds in which each of wrk's connections gets several answers, were they as slow as this path."""
        started = time.monotonic()
        for _ in range(4):
            server.get(path)
        alone = (time.monotonic() - started) / 4
        return max(self.options.seconds, min(60, round(4 * CONNECTIONS * alone / len(os.sched_getaffinity(0)))))

    def hit(self, server, requests, seconds):
        """wrk, and the end of what it leaves behind."""
        measured = self.wrk(server, requests, seconds)
        server.forget_log()
        self.cluster.wait_until_quiet(self.database)
        return measured

    def record(self, server, case, paths):
        """pgbench scripts with weights: one computed from a drawn number, or one a sampled request."""
        with Recorder(self.cluster, self.database, server) as recorder:
            # what a connection does once in its life is not part of a request
            for _ in range(3):
                recorder.statements(paths[0])
            if case == "one":
                n = stories.live(self.count - 123)
                statements = recorder.statements(f"{LIST}/{stories.slug(n)}")
                return [(Script(statements, stories.draw_live(self.count), of_story(n)), 1)]
            return [(Script(recorder.statements(path)), weight)
                    for path, weight in Counter(paths[:2000]).most_common(SAMPLES)]


def growth(small, large):
    """The uncached cases with few stories and with many, in turns: a machine has better and worse minutes."""
    benches, grown = (small, large), []
    servers = [bench.serve(NEWSWIRE_CACHE_MB="0") for bench in benches]
    try:
        for case in (case for case in small.asked if case in large.asked):
            say(f"growth from {small.count} to {large.count} stories: {case}")
            try:
                small_rounds, large_rounds = take_turns(case, benches, servers)
            except (Failure, OSError) as failure:
                say(f"    FAILED: {failure}")
                continue
            grown.append({"case": case, "small": median(small_rounds), "large": median(large_rounds)})
            say("    {:,.0f}/s and {:,.0f}/s".format(*(grown[-1][size]["rate"] for size in ("small", "large"))))
    finally:
        for server in servers:
            server.stop()
    return grown


def take_turns(case, benches, servers):
    """What each of the servers did in each round; before these each warms up."""
    rounds = [[] for _ in servers]
    for nth in range(benches[0].options.rounds + 1):
        for bench, server, measured in zip(benches, servers, rounds):
            one = bench.hit(server, *bench.asked[case])
            measured.extend([one] if nth else [])
    return rounds


def refuse_bad(paths, answers, status):
    bad = [(path, answer) for path, answer in zip(paths, answers) if answer.status != status]
    if bad:
        path, answer = bad[0]
        raise Failure(f"{len(bad)} of {len(paths)} answers are not {status}: {path} gives {answer.status} "
                      f"{answer.body[:200].decode(errors='replace')}")
