"""Odoo with worker processes, as in production, and what it takes meanwhile."""

import contextlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from club_portal import wait_for
from scratch import fields_of, run

PROGRAM = Path(__file__).with_name("odoo_server.py")
WORKERS = int(os.environ.get("LOAD_WORKERS") or 4)
# "POST /web/…?page=today HTTP/1.1" 200 - 12 0.010 0.022 [rw]: queries, their time, the rest.
_REQUEST = re.compile(
    r'"(?P<verb>\w+) (?P<path>\S+)\?\S*?page=(?P<page>[^\s#&]+)\S* HTTP[^"]*" (?P<status>\d+) \S+'
    r" (?P<queries>\d+) (?P<sql>[\d.]+) (?P<python>[\d.]+)"
)
_ANSI = re.compile(r"\x1b\[[\d;]*m")


class Server:
    """A running server; ``workers()`` are its processes."""

    def __init__(self, process, address, database, log):
        self.process, self.address, self.database, self.log = process, address, database, log

    def workers(self):
        """Pids of the processes that answer requests and run jobs."""
        mother = str(self.process.pid)
        return [pid for pid in filter(str.isdigit, os.listdir("/proc"))
                if (fields_of(pid) or ["", ""])[1] == mother]  # fmt: skip

    def memory(self):
        """Resident MB of each of them, shared pages included."""
        found = []
        for pid in self.workers():
            with contextlib.suppress(OSError):
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                found.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        return sorted(found)

    def connections(self):
        return run(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [self.database],
        )[0][0]

    def complaints(self):
        """Errors of the log, and conflicts between transactions that were tried again."""
        errors, again = [], 0
        for line in Path(self.log).read_text(errors="replace").splitlines():
            line = _ANSI.sub("", line)
            again += "tries left, try again" in line
            # A connection that was opened and not used is no error of a page.
            unused = "Request timed out: TimeoutError" in line
            if (" ERROR " in line or " CRITICAL " in line) and not unused:
                errors.append(line)
        return errors, again

    def requests(self):
        """``{page: [requests, queries, seconds]}`` by the server's own log."""
        found = {}
        for line in Path(self.log).read_text(errors="replace").splitlines():
            if match := _REQUEST.search(_ANSI.sub("", line)):
                one = found.setdefault(match["page"].replace("_", " "), [0, 0, 0.0])
                one[0] += 1
                one[1] += int(match["queries"])
                one[2] += float(match["sql"]) + float(match["python"])
        return found


@contextlib.contextmanager
def served(database, log, jobs=0):
    """A server of ``database``; ``jobs`` processes run scheduled actions."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, PROGRAM, "server", "-d", database, "--http-port", port,
               "--workers", WORKERS, "--max-cron-threads", jobs, "--no-database-list",
               "--gevent-port", port + 1 if port < 65_000 else port - 1, "--db_maxconn", 16,
               # What grows is to be seen; a page may take what it takes.
               "--limit-memory-soft", 0, "--limit-memory-hard", 0,
               "--limit-time-cpu", 3600, "--limit-time-real", 7200,
               "--log-level=warn", "--log-handler=werkzeug:INFO",
               "--log-handler=odoo.service.model:INFO"]  # fmt: skip
    with open(log, "a") as out:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        wait_for(process, f"http://127.0.0.1:{port}/web/login")
        yield Server(process, f"http://127.0.0.1:{port}", database, log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
