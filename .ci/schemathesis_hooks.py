"""JSON lines for schemathesis: it sends the one line that the schema describes."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def one_line(ctx, value):
    if isinstance(value, bytes):
        return value
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def last_line(ctx, response):
    return [json.loads(line) for line in response.content.splitlines()][-1]
