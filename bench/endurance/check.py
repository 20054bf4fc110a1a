"""Whether the service holds what was sent: each story once, and the same."""

import urllib.parse
from collections import Counter

COMPARED = ["headline", "body", "language", "tags", "status", "metadata"]


def held(service):
    """Every story in any state, walked through the list."""
    query = {"state": "any", "limit": "100", "include": "body"}
    while True:
        page = service.ask("GET", "/api/v1/articles?" + urllib.parse.urlencode(query))
        yield from page["items"]
        if not page["next_cursor"]:
            return
        query["cursor"] = page["next_cursor"]


def differences(sent, service):
    """A line for each story that is missing, there twice, or not as it was sent."""
    found = {}
    counts = Counter()
    for story in held(service):
        number = story["metadata"]["number"]
        counts[number] += 1
        found[number] = story
    wrong = [f"story {number} is there {count} times" for number, count in counts.items() if count > 1]
    for story in sent:
        number = story["metadata"]["number"]
        if number not in found:
            wrong.append(f"story {number} is missing")
            continue
        wrong += [f"story {number}: {name} is {found[number][name]!r}, not {story[name]!r}"
                  for name in COMPARED if found[number][name] != story[name]]
    return wrong
