"""What runs: services on databases of one cluster, mirrors, followers of changes; and their violent deaths."""

import http.client
import json
import os
import random
import signal
import threading
import time

from runner import server, tools
from runner.tools import Failure

PUBLIC_URL = "http://news.example"


class Process:
    """A process of the service's binary that is killed and started again; its log goes on."""

    def __init__(self, binary, name, words, directory, environment):
        self.name, self.log = name, os.path.join(directory, f"{name}.log")
        self.killed, self.ended = 0, 0
        self.command = [binary, *words]
        self.directory = directory
        self.environment = {**os.environ, "NEWSWIRE_PUBLIC_URL": PUBLIC_URL, "RUST_LOG": "info,actix=warn",
                            "NEWSWIRE_DATA_DIR": os.path.join(directory, name), **environment}
        self.start()

    def start(self):
        with open(self.log, "ab") as output:
            self.process = tools.start(self.command, env=self.environment, stdout=output, stderr=output,
                                       cwd=self.directory)

    def kill(self):
        self.ended += self.process.poll() is not None
        tools.stop(self.process, signal.SIGKILL)
        self.killed += 1
        self.start()

    def last_words(self, count=10):
        with open(self.log, encoding="utf-8", errors="replace") as lines:
            told = [line for line in lines if " WARN " in line or " ERROR " in line]
        return "".join(f"    {self.name}: {line}" for line in told[-count:])


class Node(Process):
    """A service."""

    def __init__(self, binary, name, url, directory, key):
        self.port, self.key = server.free_port(), key
        super().__init__(binary, name, ["serve"], directory,
                         {"DATABASE_URL": url, "NEWSWIRE_LISTEN": f"127.0.0.1:{self.port}", "RUST_LOG": "warn"})
        self.wait()

    def wait(self):
        for _ in range(6000):
            try:
                if self.ask("GET", "/health/ready")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise Failure(f"{self.name} does not start:\n{self.last_words()}")

    def ask(self, method, path, body=None, keyed=True, timeout=60):
        """Status and body of an answer; `OSError` when none came whole."""
        headers = {"Content-Type": "application/json"}
        if keyed and self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else None
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def read(self, path, keyed=True):
        status, body = self.ask("GET", path, keyed=keyed)
        if status != 200:
            raise Failure(f"{self.name}: GET {path}: {status} {body}")
        return body


def make_key(binary, url, scope):
    out = tools.run([binary, "key", "create", "--name", "bench", "--scope", scope], capture_output=True,
                    env={**os.environ, "DATABASE_URL": url, "RUST_LOG": "error"})
    return next(word for word in out.split() if word.startswith("nw_"))


class Reaper:
    """Kills one of the processes every few seconds, until it is told to stop."""

    def __init__(self, processes, seed):
        self.processes, self.chance = processes, random.Random(seed)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.done.wait(self.chance.uniform(1, 5)):
            self.chance.choice(self.processes).kill()

    def stop(self):
        self.done.set()
        self.thread.join()


class Follower:
    """Reads the changes of a node one page after the other, through its deaths."""

    def __init__(self, node, keyed):
        self.node, self.keyed, self.cursor, self.seen, self.fault = node, keyed, "", [], None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.done.is_set():
                self.page(wait=2)
            while self.page(wait=0):
                pass
        except Failure as failure:  # told by finish()
            self.fault = failure

    def page(self, wait):
        since = f"&since={self.cursor}" if self.cursor else ""
        try:
            status, page = self.node.ask("GET", f"/api/v1/changes?limit=100&wait={wait}{since}", keyed=self.keyed)
        except OSError:
            time.sleep(0.05)
            return True
        if status != 200:
            raise Failure(f"changes: {status} {page}")
        self.cursor = page["next_cursor"]
        self.seen += [(one["kind"], one["id"], one["at"]) for one in page["items"]]
        return page["more"]

    def finish(self):
        self.done.set()
        self.thread.join()
        if self.fault:
            raise self.fault
        return self.seen


class LongTransactions:
    """Plain SQL that changes stories and commits seconds later."""

    def __init__(self, cluster, database, seed):
        self.cluster, self.database, self.chance, self.made = cluster, database, random.Random(seed), 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.done.is_set():
            change = self.chance.choice(["featured = NOT featured", "urgency = 3", "status = 'published'",
                                         "trashed_at = now()", "trashed_at = NULL", "duplicate_of = NULL"])
            statements = f"""BEGIN; SET LOCAL lock_timeout = '2s';
                UPDATE articles SET {change}, version = version + 1, updated_at = clock_timestamp()
                WHERE id = (SELECT id FROM articles WHERE status <> 'retracted' ORDER BY random() LIMIT 1);
                SELECT pg_sleep({self.chance.uniform(0.5, 6):.2f}); COMMIT;"""
            try:
                self.cluster.sql(self.database, statements)
                self.made += 1
            except Failure:  # somebody else had the row, or it may not be so
                pass

    def finish(self):
        self.done.set()
        self.thread.join()
        return self.made
