"""A streaming read replica of the tests' cluster: a second PostgreSQL on this machine."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scale_site import sql

from odoo.tools import config

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "dev"))
import postgres  # noqa: E402

PORT = 5433


class Replica:
    """Made by ``pg_basebackup`` in a folder of its own, which is its socket's folder as well."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="crm-dealer-replica-", dir="/var/tmp"))
        postgres.own_folder(self.folder)
        self.data, self.read, self.asked = self.folder / "pg", 0, 0
        self.place = {"host": str(self.folder), "port": PORT, "user": config["db_user"]}
        self._run(
            "pg_basebackup", "-D", self.data, "-h", config["db_host"], "-p", config["db_port"],
            "-U", config["db_user"], "-X", "stream", "-c", "fast", "-R",
        )  # fmt: skip
        self.start()

    def _run(self, program, *args, check=True):
        command = [shutil.which(program) or program, *map(str, args)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, **postgres.as_owner(),
        )  # fmt: skip
        assert not (check and done.returncode), done.stdout

    def start(self):
        options = f"-c unix_socket_directories={self.folder} -c port={PORT} -c hot_standby=on"
        options += " -c shared_buffers=256MB -c log_statement=all"
        # A page that reads for long is not thrown out by what the primary removes meanwhile.
        options += " -c hot_standby_feedback=on -c max_standby_streaming_delay=30s"
        log = self.folder / "pg.log"
        start = "pg_ctl", "start", "-w", "-s", "-t", 300, "-l", log, "-o", options
        self._run(*start, "-D", self.data)

    def stop(self):
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", self.data, check=False)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def statements(self):
        """How many statements were asked here so far; only what is new of the log is read."""
        with (self.folder / "pg.log").open("rb") as log:
            log.seek(self.read)
            self.asked += log.read().count(b"statement: ")
            self.read = log.tell()
        return self.asked

    def catch_up(self):
        """Wait until everything that the primary has committed is seen here; s."""
        [[position]] = sql("postgres", "SELECT pg_current_wal_flush_lsn()::text")
        begin = time.monotonic()
        query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        while not sql("postgres", query, [position], **self.place)[0][0]:
            assert time.monotonic() - begin < 60
            time.sleep(0.005)
        return time.monotonic() - begin

    @contextlib.contextmanager
    def behind(self):
        """A replica that does not follow for a while."""
        sql("postgres", "SELECT pg_wal_replay_pause()", **self.place)
        try:
            yield
        finally:
            sql("postgres", "SELECT pg_wal_replay_resume()", **self.place)


@contextlib.contextmanager
def replica():
    one = Replica()
    try:
        yield one
    finally:
        one.remove()
