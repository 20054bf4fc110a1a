"""Whether two services show the same."""

import json
import time

LISTS = ["sources", "categories", "articles"]
PRIVATE = {"draft", "scheduled", "expired", "retracted", "trashed"}


def everything(node, unpublished):
    """All that a node shows, by collection and id."""
    found = {}
    for collection in LISTS:
        query = "limit=100"
        if collection == "articles":
            query += "&include=body,body_html,body_text" + ("&state=any" if unpublished else "")
        cursor = ""
        while cursor is not None:
            page = node.read(f"/api/v1/{collection}?{query}{cursor and '&cursor=' + cursor}", keyed=unpublished)
            found.update({(collection, item["id"]): item for item in page["items"]})
            cursor = page["next_cursor"]
    return found


def differences(theirs, ours):
    """What is not the same: collection, id, member, there, here."""
    for which in sorted({*theirs, *ours}):
        there, here = theirs.get(which), ours.get(which)
        if there is None or here is None:
            yield (*which, "", bool(there), bool(here))
            continue
        for member in there:
            if there[member] != here.get(member):
                yield (*which, member, there[member], here.get(member))


def become_equal(origin, mirror, unpublished, patience):
    """The differences that are left after so many seconds, and the seconds it took."""
    begun = time.monotonic()
    while True:
        found = list(differences(everything(origin, unpublished), everything(mirror, unpublished)))
        taken = time.monotonic() - begun
        if not found or taken > patience:
            return found, taken
        time.sleep(0.3)


def phantoms(mirror):
    """Stories of a public mirror that nobody may see."""
    return [key for key, item in everything(mirror, True).items() if item.get("state") in PRIVATE]


def told(difference):
    collection, id, member, there, here = difference
    if not member:
        return f"{collection} {id}: {'missing in the mirror' if there else 'only in the mirror'}"
    there, here = json.dumps(there, ensure_ascii=False), json.dumps(here, ensure_ascii=False)
    return f"{collection} {id}: {member}: {there[:300]} is {here[:300]} in the mirror"
