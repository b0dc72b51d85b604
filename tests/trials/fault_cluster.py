"""A PostgreSQL cluster of its own that flushes to disk, so that it may be killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "dev"))
import postgres  # noqa: E402

# What a power cut would show: nothing is switched off here that makes a cluster safe.
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "jit": "off",
    "timezone": "'UTC'",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
_SECONDS = 120


def binary(name):
    """The path of a program of PostgreSQL."""
    return shutil.which(name) or name


class Cluster:
    """A copy of the cluster of the tests, in a folder of its own; ``remove`` removes it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        postgres.own_folder(self.folder)
        self.data = self.folder / "pg"
        source = ["-h", os.environ["PGHOST"], "-U", postgres.USER]
        copy = [binary("pg_basebackup"), *source, "-D", self.data, "-c", "fast", "-X", "stream"]
        self._run(*copy)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in _SETTINGS.items())
            conf.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()

    @property
    def environment(self):
        return {"PGHOST": str(self.folder), "PGPORT": "5432", "PGUSER": postgres.USER}

    def _run(self, *command, check=True):
        return subprocess.run(
            list(map(str, command)),
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **postgres.as_owner(),
        )

    def start(self):
        """Start; after a kill the rest of the old one goes first, and the log is read again."""
        deadline = time.monotonic() + _SECONDS
        command = [binary("pg_ctl"), "start", "-w", "-s", "-t", str(_SECONDS), "-D", self.data]
        while self._run(*command, "-l", self.folder / "pg.log", check=False).returncode:
            assert time.monotonic() < deadline, (self.folder / "pg.log").read_text()[-3000:]
            time.sleep(0.3)

    def stop(self, mode="fast"):
        self._run(binary("pg_ctl"), "stop", "-w", "-s", "-m", mode, "-D", self.data, check=False)

    def kill(self):
        """What a power cut does to the database server."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def kill_backend(self, database):
        """Kill the process behind the connection that works on ``database``; all others are
        thrown out by PostgreSQL itself, which begins anew from its log.

        :return: whether there was one
        """
        rows = self.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
            " ORDER BY state = 'active' DESC, backend_xid IS NULL LIMIT 1",
            [database],
        )
        for (pid,) in rows:
            os.kill(pid, signal.SIGKILL)
        return bool(rows)

    def sql(self, statement, params=None, database="postgres"):
        """Rows of a statement on a connection of its own; waits while the cluster recovers."""
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                connection = psycopg2.connect(
                    dbname=database, host=str(self.folder), user=postgres.USER
                )
                break
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        try:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute(statement, params)
                # Empty, not None, where rows without columns are asked for.
                return [] if cr.description is None else cr.fetchall()
        finally:
            connection.close()

    def duplicate(self, source, target, where=""):
        """Make ``target`` a copy of ``source``; whoever is connected to either is thrown out.

        :param str where: words of CREATE DATABASE, e.g. the tablespace
        """
        self.sql(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY {where}')

    def only(self, source, target):
        """Keep the database ``source`` alone, under the name ``target``."""
        self.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
        for (name,) in self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate"):
            if name not in (target, "postgres"):
                self.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def remove(self):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
