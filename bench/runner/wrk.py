"""wrk: so many requests of a list in so many seconds."""

import json
import os

from . import tools
from .tools import Failure

CONNECTIONS = 64


def write_list(path, requests):
    """The list for wrk.lua, from (path, entity tag or None)."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{address}\t{tag or ''}\n" for address, tag in requests)
    return path


def wrk(port, requests, seconds, threads, clients=CONNECTIONS):
    """Rate a second, p50 and p99 in milliseconds, bytes an answer."""
    out = tools.run(["wrk", f"-t{threads}", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s",
                     "-s", os.path.join(tools.BENCH, "wrk.lua"), f"http://127.0.0.1:{port}", "--", requests],
                    capture_output=True)
    return told(out)


def told(out):
    """The figures in what wrk printed; a failure where not all went well."""
    told = json.loads(next(line for line in out.splitlines() if line.startswith("JSON "))[5:])
    if told["refused"] or told["broken"] or told["late"] or not told["requests"]:
        raise Failure(f"wrk: {told['requests']} answers, of them {told['refused']} above status 399; "
                      f"{told['broken']} connections broken, {told['late']} answers late")
    return {"rate": told["requests"] / told["seconds"], "p50": told["p50"], "p99": told["p99"],
            "bytes": told["bytes"] / told["requests"]}
