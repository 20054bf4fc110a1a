"""What posting costs: by stream against COPY, one by one against pgbench with the same statements."""

import http.client
import json
import os
import random
import statistics
import subprocess
import time

from . import report, tools
from .pgbench import Pgbench, Recorder, Script
from .server import service
from .tools import Failure, say
from .wrk import told

CLIENTS = 8
# the text is the same each time, here and in pgbench: to look it up would cost more with each
SINGLE = "/api/v1/articles?duplicates=allow"
SOURCES, CATEGORIES, TAGS = 20, 50, 500
# what a story is told apart by in the recorded statements
MARK = "471100000001"
# tables that a story refers to
COMPANY = ["sources", "categories", "slugs"]


def story(number, chance, words):
    """A story input of some 3 kB, of which no two are alike."""
    line = lambda count: " ".join(chance.choices(words, k=count))
    return {
        "headline": f"{line(8)} {number}",
        "summary": line(25),
        "body": "\n\n".join(line(70) for _ in range(6)),
        "byline": f"By {line(2)}",
        "source": f"source-{chance.randrange(SOURCES)}",
        "external_id": f"wire:{number}",
        "category": f"category-{chance.randrange(CATEGORIES)}",
        "tags": [f"tag {chance.randrange(TAGS)}" for _ in range(3)],
        "language": "en",
        "status": "published",
        "urgency": chance.randint(1, 9),
    }


def vocabulary(chance):
    letters = "abcdefghijklmnoprstuvwyz"
    return ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(20_000)]


class Newsroom:
    """A service on a database of its own, with sources and categories."""

    def __init__(self, cluster, binary, directory, name):
        self.cluster, self.database, self.directory = cluster, f"post_{name}", directory
        cluster.sql("postgres", f"DROP DATABASE IF EXISTS {self.database};\nCREATE DATABASE {self.database};")
        environment = {**os.environ, "DATABASE_URL": cluster.url(self.database)}
        tools.run([binary, "migrate"], env=environment, capture_output=True)
        made = tools.run([binary, "key", "create", "--name", "bench", "--scope", "admin"], env=environment,
                         capture_output=True)
        self.key = next(word for word in made.split() if word.startswith("nw_"))
        self.server = service(binary, cluster.url(self.database), directory)
        for number in range(SOURCES):
            self.post("/api/v1/sources", {"name": f"Source {number}"})
        for number in range(CATEGORIES):
            self.post("/api/v1/categories", {"name": f"Category {number}"})

    def post(self, path, body, kind="application/json"):
        """The answer to one request; its body may be a file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=3600)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
            if isinstance(body, dict):
                body = json.dumps(body).encode()
            else:
                headers["Content-Length"] = str(os.fstat(body.fileno()).st_size)
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            if response.status not in (200, 201):
                raise Failure(f"{path}: {response.status} {response.read()[:300]!r}")
            for line in response:
                last = line
            return json.loads(last)
        finally:
            connection.close()


def measure(chosen, cluster, binary, directory):
    chance = random.Random(1)
    words = vocabulary(chance)
    room = Newsroom(cluster, binary, directory, "stream")
    streamed = stream(room, chosen.stories, chance, words)
    copied = copy(cluster, room, binary)
    say(f"    stream {chosen.stories / streamed['seconds']:,.0f}/s, COPY {chosen.stories / copied:,.0f}/s")
    single = one_by_one(chosen, Newsroom(cluster, binary, directory, "single"), chance, words)
    return {"stream": streamed, "copy": copied, "single": single}


def stream(room, count, chance, words):
    """Seconds, and megabytes before it and at most."""
    path = os.path.join(room.directory, "stories.ndjson")
    say(f"writing {count} stories")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(story(number, chance, words)) + "\n")
    say("streaming them")
    idle = room.server.memory()[0]
    with open(path, "rb") as file:
        began = time.monotonic()
        summary = room.post("/api/v1/articles/stream", file, "application/x-ndjson")["summary"]
        seconds = time.monotonic() - began
    if summary["created"] != count:
        raise Failure(f"the stream ends with {summary}")
    peak = room.server.memory()[1]
    os.remove(path)
    room.server.stop()
    return {"seconds": seconds, "idle": idle, "peak": peak}


def copy(cluster, room, binary):
    """Seconds of COPY with the stories' rows into an empty table of the same indexes and triggers."""
    database = "post_copy"
    cluster.sql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};")
    tools.run([binary, "migrate"], env={**os.environ, "DATABASE_URL": cluster.url(database)}, capture_output=True)
    for table in COMPANY:
        where = " WHERE collection <> 'articles'" if table == "slugs" else ""
        pipe(cluster, room.database, f"COPY (SELECT * FROM {table}{where}) TO STDOUT",
             database, f"COPY {table} FROM STDIN")
    # to a file first, so that reading is not part of it
    path = os.path.join(cluster.directory, "rows")
    cluster.sql(room.database, f"COPY articles TO '{path}' (FORMAT binary);")
    cluster.sql(database, "CHECKPOINT;")
    say("copying them")
    began = time.monotonic()
    cluster.sql(database, f"COPY articles FROM '{path}' (FORMAT binary);")
    seconds = time.monotonic() - began
    os.remove(path)
    return seconds


def pipe(cluster, source, read, target, write):
    psql = [f"{cluster.bin}/psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-h", cluster.socket, "-U", "postgres"]
    rows = subprocess.run([*psql, "-d", source, "-c", read], check=True, capture_output=True).stdout
    subprocess.run([*psql, "-d", target, "-c", "SET session_replication_role = replica", "-c", write],
                   check=True, input=rows, capture_output=True)


# --- one by one


def one_by_one(chosen, room, chance, words):
    """Rates of the service, of pgbench with what it sends, and of pgbench with the one insert among it."""
    sent = {**story("@", chance, words), "body": " ".join(chance.choices(words, k=420))}
    del sent["external_id"]
    path = os.path.join(room.directory, "story.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(sent, file)
    statements = record(room, sent)
    insert = [statement for statement in statements if statement[0].startswith("INSERT INTO articles ")]
    pgbench = Pgbench(room.cluster, room.database, room.directory)
    draw = "\\set n random(1, 900000000000)\n"
    same = pgbench.files("post", [(Script(statements, draw, replaced=room.replaced), 1)])
    bare = pgbench.files("insert", [(Script(insert, draw, replaced=room.replaced), 1)])
    ours, bound, least = [], [], []
    for _ in range(chosen.rounds):
        ours.append(post_by_wrk(room, path, chosen.seconds))
        bound.append(pgbench.rate(same, CLIENTS, chosen.seconds))
        least.append(pgbench.rate(bare, CLIENTS, chosen.seconds))
    p50, p99 = pgbench.latencies(same, CLIENTS, chosen.seconds)
    middle = {name: statistics.median(one[name] for one in ours) for name in ours[0]}
    room.server.stop()
    say(f"    one by one {middle['rate']:,.0f}/s, pgbench {statistics.median(bound):,.0f}/s")
    return {**middle, "bound": statistics.median(bound), "insert": statistics.median(least), "bound_p50": p50,
            "bound_p99": p99, "statements": len(statements)}


def post_by_wrk(room, path, seconds):
    return told(tools.run(["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s",
                           "-s", os.path.join(tools.BENCH, "post.lua"), f"http://127.0.0.1:{room.server.port}", "--",
                           room.key, path], capture_output=True))


def record(room, sent):
    """The statements of one request, and what in their parameters is the story's own."""
    with Recorder(room.cluster, room.database, room.server) as recorder:
        def post(mark):
            return room.post(SINGLE, {**sent, "headline": sent["headline"].replace("@", mark)})
        # what a connection does once in its life is not part of a request
        for number in range(40):
            post(f"first{number}")
        made = {}
        statements = recorder.during(lambda: made.update(post(MARK)))
    number = "'01900000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0')"
    room.replaced = {MARK: ":n::text", made["id"]: number}
    return statements


# --- the report


def markdown(run):
    single, streamed = run["single"], run["stream"]
    rate, copied = run["stories"] / streamed["seconds"], run["stories"] / run["copy"]
    number = report.number
    return "\n\n".join([
        "# What posting costs",
        f"Written by `bench/post --stories {run['stories']}` on {run['date']}; not by hand.",
        report.table(["", ""], run["machine"].items()),
        f"PostgreSQL {run['version']} over a Unix socket, its defaults but for "
        + ", ".join(f"`{name} = {value}`" for name, value in run["settings"].items())
        + ". The service runs as released, beside what measures it.",
        report.table(["", "stories /s", "bound /s", "ratio"], [
            [f"a stream of {run['stories']:,} stories of 3 kB", number(rate), number(copied), f"{rate / copied:.0%}"],
            [f"one by one, {CLIENTS} clients", number(single["rate"]), number(single["bound"]),
             f"{single['rate'] / single['bound']:.0%}"],
            ["one by one, against the insert alone", number(single["rate"]), number(single["insert"]),
             f"{single['rate'] / single['insert']:.0%}"],
        ]),
        "The bound of the stream is `COPY` of the rows it made into an empty table of the same indexes and triggers: "
        "without reading JSON, checking, rendering, or making search words. The bound of single requests is pgbench "
        f"(`-M prepared`, {CLIENTS} clients) with the {single['statements']} statements that the service was seen to send for "
        "one (with `duplicates=allow`: the text is the same each time), in the same transaction, over the same socket; "
        "under it, the one statement that inserts the story.",
        f"A single request: p50 {number(single['p50'])} ms, p99 {number(single['p99'])} ms; pgbench "
        f"{number(single['bound_p50'])} and {number(single['bound_p99'])} ms. Medians of {run['rounds']} runs of "
        f"{run['seconds']} s, taking turns.",
        f"Memory of the service: {streamed['idle']:.0f} MB before the stream, {streamed['peak']:.0f} MB at most in it.",
    ]) + "\n"
