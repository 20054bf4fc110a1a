"""A network at its worst: an HTTP proxy on loopback that loses requests, delays them, sends them twice,
swallows answers and cuts them short."""

import http.client
import http.server
import socketserver
import threading
import time
from collections import Counter

FORWARDED = {"authorization", "content-type", "idempotency-key", "accept"}


class Network:
    def __init__(self, upstream, chance):
        self.upstream, self.chance = upstream, chance
        self.lock, self.fates = threading.Lock(), Counter()
        self.server = Server(("127.0.0.1", 0), Connection)
        self.server.network = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def fate(self):
        """What happens to a request: half of them fare well."""
        with self.lock:
            fate = self.chance.choices(
                ["passed", "delayed", "lost", "answer lost", "answer cut", "sent twice", "sent twice at once"],
                [50, 10, 10, 10, 10, 5, 5])[0]
            self.fates[fate] += 1
            return fate, self.chance.random()

    def answered(self):
        """How many requests the service has answered."""
        return self.fates["answered"]

    def counts(self):
        return ", ".join(f"{count} {fate}" for fate, count in self.fates.most_common())

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def ask(self, method, path, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = response.status, response.getheaders(), response.read()
        finally:
            connection.close()
        with self.lock:
            self.fates["answered"] += 1
        return answer


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what this is for


class Connection(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        network = self.server.network
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() in FORWARDED}
        fate, share = network.fate()
        self.close_connection = True
        if fate == "lost":
            return
        if fate == "delayed":
            time.sleep(share)
        again = lambda: self.forward(headers, body)
        if fate == "sent twice at once":
            threading.Thread(target=again, daemon=True).start()
        answer = again()
        if fate == "sent twice":
            answer = again()
        if answer and fate != "answer lost":
            self.answer(*answer, share if fate == "answer cut" else None)

    def forward(self, headers, body):
        try:
            return self.server.network.ask(self.command, self.path, headers, body)
        except (OSError, http.client.HTTPException):
            return None  # the service is down, or died on the way: so does this connection

    def answer(self, status, headers, body, cut):
        """The answer, or the given share of it."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body if cut is None else body[:int(len(body) * cut)])

    def log_message(self, *_):
        pass
