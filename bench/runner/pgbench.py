"""The same SQL without the service: statements are taken from PostgreSQL's log while the service
answers a request, and repeated by pgbench with the parameters they had, or with drawn ones."""

import glob
import json
import os
import re
import time

from . import tools
from .stories import NUMBER, article_id, slug
from .tools import Failure

LOGGED = re.compile(r"duration: [0-9.]+ ms  (?:execute [^:]*|statement): (.*)", re.DOTALL)
PARAMETER = re.compile(r"\$\d+ = (NULL|'((?:[^']|'')*)')")


class Recorder:
    """Takes down what the service asks the database for a request."""

    def __init__(self, cluster, database, server):
        self.cluster, self.database, self.server = cluster, database, server
        self.types = {}
        self.idle = set()

    def __enter__(self):
        self.cluster.log_statements(True)
        place = self.cluster.log_size()
        time.sleep(3)
        # what it asks when nobody asks it
        self.idle = {sql for sql, _ in self._since(place)}
        return self

    def __exit__(self, *_):
        self.cluster.log_statements(False)

    def _since(self, place):
        for line in self.cluster.log_since(place):
            told = LOGGED.fullmatch(line.get("message", ""))
            if told and line.get("dbname") == self.database and not told[1].startswith("SET "):
                values = [None if value == "NULL" else text.replace("''", "'")
                          for value, text in PARAMETER.findall(line.get("detail", ""))]
                yield told[1].strip().rstrip(";"), values

    def statements(self, path):
        """(sql, parameters, their types) of each statement that a request for this path leads to."""
        # twice: what it does now and then is hardly in both
        asked = min(self._asked(path), self._asked(path), key=len)
        if not asked:
            raise Failure(f"{path}: the service asks the database nothing")
        return self._typed(asked)

    def during(self, ask):
        """The same of what `ask` leads to."""
        return self._typed(self._heard(ask))

    def _typed(self, asked):
        self._look_up([sql for sql, values in asked if values])
        return [(mind_colons(sql), values, self.types.get(sql, [])) for sql, values in asked]

    def _asked(self, path):
        def get():
            answer = self.server.get(path)
            if answer.status != 200:
                raise Failure(f"{path}: status {answer.status}")
        return self._heard(get)

    def _heard(self, ask):
        place = self.cluster.log_size()
        ask()
        time.sleep(0.05)
        return [(sql, values) for sql, values in self._since(place) if sql not in self.idle]

    def _look_up(self, statements):
        new = [sql for sql in dict.fromkeys(statements) if sql not in self.types]
        if not new:
            return
        # EXPLAIN cannot be prepared in SQL; its parameters are those of the statement it explains
        plain = [re.sub(r"^EXPLAIN \(.*?\) ", "", sql) for sql in new]
        text = "".join(f"PREPARE p{n} AS {sql};\n" for n, sql in enumerate(plain))
        text += "SELECT array_to_json(parameter_types::text[]) FROM pg_prepared_statements ORDER BY substr(name, 2)::int;"
        for sql, row in zip(new, self.cluster.sql(self.database, text)):
            self.types[sql] = json.loads(row[0])


def of_story(n):
    """What tells story n from others, as expressions of :n."""
    return {slug(n): "'story-' || :n::text", article_id(n): NUMBER}


def varying(text, replaced):
    """The parameter as an expression of :n, where it holds what is to be replaced; else None."""
    parts = re.split("(" + "|".join(re.escape(part) + "(?![0-9])" for part in replaced) + ")", text)
    if len(parts) == 1:
        return None
    return "(" + " || ".join(replaced.get(part, mind_colons(quoted(part))) for part in parts if part) + ")"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def mind_colons(sql):
    """pgbench takes `:name` for a variable, in strings too."""
    def mend(match):
        text = match[0]
        if text[0] != "'":
            return ": "
        return "E" + text.replace("\\", "\\\\").replace(":", "\\x3a") if re.search(r":\w", text) else text
    return re.sub(r"'(?:[^']|'')*'|(?<!:):(?=\w)", mend, sql)


class Script:
    """A pgbench script of recorded statements. What stays the same is a bound parameter all the same."""

    def __init__(self, statements, draw="", replaced=None):
        self.variables = {}
        self.text = draw
        for sql, values, types in statements:
            def parameter(match):
                place = int(match[1]) - 1
                value, kind = values[place], types[place]
                if value is None:
                    return f"NULL::{kind}"
                of_n = varying(value, replaced) if replaced else None
                if of_n:
                    return f"{of_n}::{kind}"
                name = f"p{len(self.variables)}"
                self.variables[name] = value
                return f":{name}::{kind}"
            self.text += re.sub(r"\$(\d+)\b", parameter, sql) + ";\n"


class Pgbench:
    def __init__(self, cluster, database, directory):
        self.command = [os.path.join(cluster.bin, "pgbench"), "-n", "-M", "prepared", "-h", cluster.socket,
                        "-U", "postgres", "-j", "2"]
        if not os.path.exists(self.command[0]):
            self.command[0] = "pgbench"
        self.database = database
        self.directory = directory

    def files(self, name, scripts):
        """Flags for these scripts, (script, weight) each."""
        flags = []
        for place, (script, weight) in enumerate(scripts):
            path = os.path.join(self.directory, f"{name}-{place}.sql")
            # names are one script's own
            text = re.sub(r":p(\d+)::", rf":s{place}p\1::", script.text)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            flags += ["-f", f"{path}@{weight}"]
            for variable, value in script.variables.items():
                flags += ["-D", f"s{place}{variable}={value}"]
        return flags

    def rate(self, files, clients, seconds):
        out = self._run(files, clients, seconds)
        return float(re.search(r"tps = ([0-9.]+)", out)[1])

    def latencies(self, files, clients, seconds):
        """p50 and p99 in milliseconds, from a run that logs every transaction."""
        prefix = os.path.join(self.directory, "transactions")
        self._run([*files, "-l", f"--log-prefix={prefix}"], clients, seconds)
        took = []
        for path in glob.glob(prefix + ".*"):
            with open(path, encoding="utf-8") as log:
                took += [int(line.split()[2]) for line in log]
            os.remove(path)
        took.sort()
        return took[len(took) // 2] / 1e3, took[len(took) * 99 // 100] / 1e3

    def _run(self, files, clients, seconds):
        return tools.run([*self.command, "-c", str(clients), "-T", str(seconds), *files, self.database],
                         capture_output=True, cwd=self.directory)
