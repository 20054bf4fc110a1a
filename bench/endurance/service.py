"""The service under test, on its own embedded database, and its violent deaths."""

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request

from runner import server, tools
from runner.tools import Failure


class Service:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        self.port, self.killed = server.free_port(), 0
        self.start()
        with open(os.path.join(directory, "data", "admin.key"), encoding="utf-8") as file:
            self.key = file.read().strip()
        self.ask("POST", "/api/v1/sources", {"name": "Endurance"})

    def start(self):
        environment = {**os.environ, "NEWSWIRE_LISTEN": f"127.0.0.1:{self.port}",
                       "NEWSWIRE_DATA_DIR": os.path.join(self.directory, "data")}
        environment.pop("DATABASE_URL", None)
        log = os.path.join(self.directory, "service.log")
        with open(log, "ab") as output:
            self.process = tools.start([self.binary], env=environment, stdout=output, stderr=output,
                                       cwd=self.directory)
        for _ in range(6000):
            try:
                return self.ask("GET", "/health/ready")
            except OSError:
                time.sleep(0.01)
            if self.process.poll() is not None:
                break
        with open(log, encoding="utf-8", errors="replace") as lines:
            raise Failure("the service does not start:\n" + "".join(lines.readlines()[-20:]))

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "key"):
            headers["Authorization"] = f"Bearer {self.key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer) if "json" in answer.headers.get("Content-Type", "") else answer.read()

    def kill(self):
        tools.stop(self.process, signal.SIGKILL)
        self.start()
        self.killed += 1

    def be_killed(self, times, progress, whole):
        return Killer(self, times, progress, whole)

    def stop(self):
        tools.stop(self.process)


class Killer:
    """Kills the service `times`, spread over the time in which `progress()` comes to `whole`."""

    def __init__(self, service, times, progress, whole):
        self.service, self.times, self.progress, self.whole = service, times, progress, whole
        self.done, self.failure = threading.Event(), None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            for number in range(self.times):
                while self.progress() < self.whole * (number + 0.5) / self.times and not self.done.is_set():
                    time.sleep(0.005)
                self.service.kill()
        except Exception as failure:  # told by finish()
            self.failure = failure

    def finish(self):
        self.done.set()
        self.thread.join()
        if self.failure:
            raise self.failure
