"""The servers that are measured: the service and the yardstick; and asking them."""

import http.client
import os
import socket
import time

from . import tools
from .tools import Failure


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that answers on a port."""

    def __init__(self, command, log, environment=None, ready="/"):
        self.port = free_port()
        self.log = log
        values = {name: value.format(port=self.port) for name, value in (environment or {}).items()}
        command = [part.format(port=self.port) for part in command]
        with open(log, "ab") as stderr:
            started = time.monotonic()
            self.process = tools.start(command, env={**os.environ, **values}, stderr=stderr, stdout=stderr,
                                       cwd=os.path.dirname(log))
        while not self._answers(ready):
            if self.process.poll() is not None or time.monotonic() - started > 60:
                raise Failure(f"{command[0]} does not answer on {ready}: see {log}")
            time.sleep(0.001)
        self.start_seconds = time.monotonic() - started

    def _answers(self, path):
        try:
            return self.get(path).status in (200, 304)
        except OSError:
            return False

    def get(self, path, headers=()):
        """One request on a connection of its own, with no header that wrk would not send."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return ask(connection, path, headers)
        finally:
            connection.close()

    def memory(self):
        """Megabytes: resident now, and at most so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            lines = dict(line.split(":", 1) for line in status)
        return tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def forget_log(self):
        """The access log grows by gigabytes otherwise."""
        os.truncate(self.log, 0)

    def stop(self):
        tools.stop(self.process)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.reason = response.reason
        self.headers = response.getheaders()
        self.body = response.read()

    def header(self, name):
        return dict((key.lower(), value) for key, value in self.headers).get(name)

    def save(self, path):
        """As the yardstick reads it."""
        with open(path, "wb") as file:
            lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers)]
            file.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body)


def ask(connection, path, headers=()):
    connection.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    return Answer(connection.getresponse())


def ask_all(server, requests):
    """The answers to (path, entity tag or None), over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        return [ask(connection, path, [("If-None-Match", tag)] if tag else []) for path, tag in requests]
    finally:
        connection.close()


def service(binary, url, directory, more=None):
    """The service as it is released: access log to a file, its own defaults otherwise."""
    environment = {"DATABASE_URL": url, "NEWSWIRE_LISTEN": "127.0.0.1:{port}", **(more or {})}
    return Server([binary], os.path.join(directory, "service.log"), environment, "/health/ready")


def yardstick(binary, answer, directory):
    path = os.path.join(directory, "answer")
    answer.save(path)
    command = [binary, "--listen", "127.0.0.1:{port}", "--workers", str(len(os.sched_getaffinity(0))), "--answer", path]
    return Server(command, os.path.join(directory, "yardstick.log"))
