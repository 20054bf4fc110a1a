#!/usr/bin/env python3
"""Posts stories, one JSON object a line, so that it can be run again whatever happened before.

    NEWSWIRE_KEY=nw_... python3 examples/post.py [stories.ndjson]

A story has `source` and `external_id`, so that tomorrow's run finds it; `Idempotency-Key` is the hash of
what is sent, so that a try whose answer was lost is answered and not done again. Standard library only.
"""

import hashlib
import http.client
import os
import pathlib
import random
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("NEWSWIRE_URL", "http://127.0.0.1:8080")
TRIES = 8


def post(story: bytes, key: str) -> tuple[int, bytes]:
    """Sends a story; tries again what may pass. The last status (0: no answer) and body."""
    request = urllib.request.Request(
        f"{URL}/api/v1/articles?on_conflict=update&create_missing=true",
        data=story,
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(story).hexdigest(),
        },
    )
    for attempt in range(TRIES):
        asked = None
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body, asked = error.code, error.read(), error.headers.get("Retry-After")
            # 409 with Retry-After: the same request is under way
            if status not in (408, 429) and status < 500 and asked is None:
                return status, body
        except (OSError, http.client.HTTPException) as error:
            status, body = 0, str(error).encode()
        if attempt + 1 < TRIES:
            time.sleep((float(asked) if asked else min(30, 2**attempt)) + random.random())
    return status, body


def main() -> int:
    default = pathlib.Path(__file__).with_name("stories.ndjson")
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    failed = 0
    for line in path.read_bytes().splitlines():
        if not line.strip():
            continue
        status, body = post(line, os.environ["NEWSWIRE_KEY"])
        if 200 <= status < 300:
            print(status, "ok")
        else:
            failed += 1
            print(status, body.decode(errors="replace"), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
