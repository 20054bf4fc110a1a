"""Programs: what is needed, where it is, and that all of it ends with the run."""

import atexit
import glob
import os
import shutil
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "bench")


class Failure(Exception):
    """Ends the run with a message."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def postgres_bin():
    """The directory of the newest PostgreSQL."""
    def version(path):
        return float(path.split("/")[-2])
    found = [path for path in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(path + "/initdb")]
    if found:
        return max(found, key=version)
    initdb = shutil.which("initdb")
    return os.path.dirname(os.path.realpath(initdb)) if initdb else None


def need():
    """Says everything that is missing, at once."""
    missing = [f"{name} (Debian: {package})" for name, package in [("wrk", "wrk"), ("cargo", "rustup")]
               if not shutil.which(name)]
    directory = postgres_bin()
    if not directory:
        missing.append("PostgreSQL 15 or newer (Debian: postgresql)")
    elif not os.path.exists(directory + "/pgbench") and not shutil.which("pgbench"):
        missing.append("pgbench (Debian: postgresql-contrib)")
    if missing:
        raise Failure("missing: " + ", ".join(missing))


CARGO = ["cargo", "build", "--release", "--locked"]


def build_service(service):
    """The path of the service; it is built where none is given."""
    if not service:
        say("building the service")
        run(CARGO, cwd=ROOT)
        service = os.path.join(ROOT, "target/release/newswire")
    return os.path.abspath(service)


def build(service):
    """Builds what is measured, and gives the paths of the service, the loader and the yardstick."""
    service = build_service(service)
    say("building the bench")
    run(CARGO, cwd=BENCH)
    release = os.path.join(BENCH, "target/release")
    return service, f"{release}/load", f"{release}/yardstick"


def run(command, **options):
    """Runs a command to its end and gives what it printed, if that is asked for."""
    done = subprocess.run(command, text=True, **options)
    if done.returncode:
        raise Failure(f"{' '.join(command[:6])} ...: exit {done.returncode}\n{done.stderr or ''}")
    return done.stdout


_started = []


def start(command, **options):
    """Starts a process that ends with this one at the latest."""
    process = subprocess.Popen(command, **options)
    _started.append(process)
    return process


def stop(process, how=signal.SIGTERM):
    """Ends a process, kindly first."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process in _started:
        _started.remove(process)


def stop_all():
    """The newest first: servers before the database they use."""
    for process in reversed(_started[:]):
        stop(process, getattr(process, "stop_signal", signal.SIGTERM))


def end_with_this():
    """Whatever ends the run ends what it started."""
    def leave(number, _frame):
        sys.exit(128 + number)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    atexit.register(stop_all)
