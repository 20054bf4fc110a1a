"""Scripts that post, and try again until they have an answer: what USING.md tells people to do."""

import http.client
import json
import threading
import time
import uuid
from queue import Empty, SimpleQueue

LINES = 100


def ask(port, path, headers, body):
    """Status and body; OSError or HTTPException where there is no whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def until_answered(port, path, headers, body, good, pause):
    """Sends the same request until `good` says of an answer that it is one; how often it was sent."""
    for attempt in range(1, 10_000):
        try:
            status, answer = ask(port, path, headers, body)
        except (OSError, http.client.HTTPException):
            status, answer = None, None
        if status is not None and good(status, answer):
            return attempt
        if status is not None and status < 500 and status not in (200, 409, 429):
            raise RuntimeError(f"{status}: {answer[:500]!r}")
        time.sleep(pause(attempt))
    raise RuntimeError("no answer")


def at_once(jobs, workers, do):
    """Does every job, `workers` at a time; the sum of what `do` gives."""
    queue, done, failures = SimpleQueue(), [], []
    for job in jobs:
        queue.put(job)

    def work():
        try:
            while not failures:
                done.append(do(queue.get_nowait()))
        except Empty:
            pass
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(done)


def pause(attempt):
    return min(0.02 * 2 ** attempt, 1)


def one_by_one(stories, port, key, workers, _chance):
    """A request a story, with an Idempotency-Key and without an external id: the key alone must do."""
    def post(story):
        story = {name: value for name, value in story.items() if name != "external_id"}
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json",
                   "Idempotency-Key": f'"{uuid.uuid4()}"'}
        return until_answered(port, "/api/v1/articles", headers, json.dumps(story), created, pause)

    return at_once(stories, workers, post)


def created(status, answer):
    return status == 201 and whole(answer) is not None


def whole(answer):
    """The JSON of an answer that was not cut."""
    try:
        return json.loads(answer)
    except ValueError:
        return None


def stream(stories, port, key, workers, _chance):
    """Streams of JSON lines; one whose last line is not the summary is sent again."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    parts = [stories[begin:begin + LINES] for begin in range(0, len(stories), LINES)]

    def post(part):
        body = "".join(json.dumps(story) + "\n" for story in part)
        done = lambda status, answer: status == 200 and summed_up(answer, len(part))
        return until_answered(port, "/api/v1/articles/stream?on_conflict=update", headers, body, done, pause)

    return at_once(parts, workers, post)


def summed_up(answer, lines):
    """Whether an answer is whole; a line that was refused for another reason than haste is a failure."""
    last = whole(answer.strip().rpartition(b"\n")[2])
    if last is None or "summary" not in last:
        return False
    results = [json.loads(line) for line in answer.strip().split(b"\n")[:-1]]
    refused = [result["problem"] for result in results if result["result"] == "rejected"]
    if any(problem["status"] not in (409, 503) for problem in refused):
        raise RuntimeError(f"refused: {refused[0]}")
    return len(results) == lines and not refused
