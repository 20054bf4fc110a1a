"""A private PostgreSQL in a directory of its own, and the databases in it."""

import grp
import hashlib
import glob
import json
import os
import pwd
import shutil
import signal
import subprocess
import time

from . import tools
from .tools import Failure, say

# what the report states; the rest is PostgreSQL's default
SETTINGS = {
    "max_connections": "200",
    "effective_cache_size": "{cache}",
    "shared_buffers": "{buffers}",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "fsync": "on",
}
# while stories are loaded nothing has to survive a crash
LOADING = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
SILENT = {"listen_addresses": "", "logging_collector": "on", "log_destination": "jsonlog",
          "log_rotation_age": "0", "log_rotation_size": "0", "log_directory": "log", "log_filename": "postgres.log", "log_file_mode": "0644"}


class Cluster:
    def __init__(self, directory, stories):
        self.directory = os.path.abspath(directory)
        self.data = os.path.join(self.directory, "data")
        self.log = os.path.join(self.data, "log/postgres.json")
        self.bin = tools.postgres_bin()
        self.process = None
        # the socket's path must be short, and its directory the server's
        self.socket = self.directory if len(self.directory) < 80 else "/tmp"
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
        buffers = "2GB" if stories > 200_000 and memory >= 8 else "512MB"
        self.settings = {name: value.format(buffers=buffers, cache=f"{max(1, memory // 2)}GB")
                         for name, value in SETTINGS.items()}
        self.loading = {**LOADING, "maintenance_work_mem": "4GB" if memory >= 16 else "1GB"}

    def as_user(self):
        """Whom the server runs as: it refuses to be root."""
        if os.geteuid() != 0:
            return {}
        account = pwd.getpwnam("postgres")
        groups = [group.gr_gid for group in grp.getgrall() if "postgres" in group.gr_mem]
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}

    def create(self):
        os.makedirs(self.directory, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
        os.chmod(self.directory, 0o755)
        if not os.path.exists(self.data + "/PG_VERSION"):
            say("making a database cluster")
            tools.run([f"{self.bin}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                       "--locale=C.UTF-8", "--no-sync"], capture_output=True, cwd="/", **self.as_user())

    def start(self, more=()):
        """Starts the server; `more` settings go above the usual ones."""
        settings = {**self.settings, **SILENT, "unix_socket_directories": self.socket, **dict(more)}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        if os.path.exists(self.log):
            os.remove(self.log)
        log = open(os.path.join(self.directory, "server.log"), "ab")
        self.process = tools.start([f"{self.bin}/postgres", "-D", self.data, *flags], cwd="/", stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True, **self.as_user())
        self.process.stop_signal = signal.SIGINT
        for _ in range(600):
            if self.process.poll() is not None:
                raise Failure(f"PostgreSQL does not start: see {log.name} and {self.data}/log")
            ready = os.path.exists(f"{self.socket}/.s.PGSQL.5432") and not self._refuses()
            if ready:
                return
            time.sleep(0.1)
        raise Failure("PostgreSQL takes more than a minute to start")

    def _refuses(self):
        return subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.socket, "-U", "postgres", "-d", "postgres"]).returncode != 0

    def stop(self):
        if self.process:
            tools.stop(self.process, signal.SIGINT)
            self.process = None

    def url(self, database):
        return f"postgres://postgres@{self.socket.replace('/', '%2F')}/{database}"

    def sql(self, database, text):
        """What a statement gives: rows of text."""
        out = tools.run([f"{self.bin}/psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.socket,
                         "-U", "postgres", "-d", database, "-f", "-"], input=text, capture_output=True)
        return [line.split("\t") for line in out.splitlines()]

    # --- databases

    def load(self, stories, service, loader, stale=False):
        """A database of so many stories; one that was loaded for the same schema is taken as it is, or
        for any schema."""
        database = f"bench_{stories}"
        stamp = self._stamp(stories)
        kept = self.sql("postgres", "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                                    f"WHERE datname = '{database}'")
        if kept == [[stamp]] or stale and kept and kept[0][0]:
            say(f"{stories} stories are there")
            return
        say(f"loading {stories} stories")
        self.stop()
        self.start(self.loading)
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};")
        environment = {**os.environ, "DATABASE_URL": self.url(database)}
        tools.run([service, "migrate"], env=environment, capture_output=True)
        tools.run([loader, str(stories), self.url(database)], stdout=2)
        self.sql("postgres", f"COMMENT ON DATABASE {database} IS '{stamp}'")
        self.stop()
        # what was loaded without fsync is made safe now
        tools.run([f"{self.bin}/initdb", "--sync-only", "-D", self.data], capture_output=True, cwd="/",
                  **self.as_user())
        self.start()

    def _stamp(self, stories):
        files = glob.glob(tools.ROOT + "/migrations/*/up.sql") + glob.glob(tools.BENCH + "/src/bin/load/*")
        digest = hashlib.sha256(str(stories).encode())
        for path in sorted(files):
            digest.update(open(path, "rb").read())
        return digest.hexdigest()

    def size(self, database):
        """Bytes on disk: all, the stories' table, their indexes."""
        row = self.sql(database, f"SELECT pg_database_size('{database}'), pg_table_size('articles'), "
                                 "pg_indexes_size('articles'), pg_relation_size('articles_search_idx')")[0]
        return [int(number) for number in row]

    def wait_until_quiet(self, database):
        """What is left of requests whose client has gone may still run; a second without it will do."""
        quiet = 0
        for _ in range(1200):
            quiet += 1
            if self.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE state <> 'idle' "
                                    f"AND datname = '{database}'"):
                quiet = 0
            if quiet == 10:
                return
            time.sleep(0.1)
        raise Failure("the database is busy two minutes after the last request")

    # --- the log of statements

    def log_statements(self, on):
        setting = "SET log_min_duration_statement = 0" if on else "RESET log_min_duration_statement"
        self.sql("postgres", f"ALTER SYSTEM {setting};\nSELECT pg_reload_conf();")
        time.sleep(0.3)

    def log_size(self):
        return os.path.getsize(self.log)

    def log_since(self, place):
        """Lines that were logged after the log had this size."""
        with open(self.log, encoding="utf-8") as log:
            log.seek(place)
            return [json.loads(line) for line in log if line.endswith("\n")]
