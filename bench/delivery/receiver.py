"""A bad receiver of webhooks: verifies each attempt with the standard's Python library, notes it, and then
answers, fails, hangs, sends elsewhere or asks for patience by chance.

    receiver.py PORT SECRET NOTES ELSEWHERE SEED
"""

import json
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

port, secret, notes, elsewhere, seed = sys.argv[1:]
library, chance, log = Webhook(secret), random.Random(int(seed)), open(notes, "a", encoding="utf-8")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            library.verify(body, dict(self.headers))
            verified = True
        except Exception:  # whatever it is, it is not verified
            verified = False
        event, dice = json.loads(body), chance.random()
        status = 204 if dice < 0.70 else 500 if dice < 0.85 else 302 if dice < 0.955 else 429 if dice < 0.96 else 0
        log.write(json.dumps({"id": self.headers["webhook-id"], "type": event["type"], "of": event["data"]["id"],
                              "verified": verified, "status": status}) + "\n")
        log.flush()
        if not status:
            time.sleep(4)
            self.close_connection = True
            return
        self.send_response(status)
        if status == 302:
            self.send_header("location", elsewhere)
        if status == 429:
            self.send_header("retry-after", "1")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
