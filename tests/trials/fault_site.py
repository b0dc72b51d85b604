"""Odoo on a cluster of its own: work that is killed, servers that are killed, what is left."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from fault_cluster import Cluster

from odoo.tools import config

NAME = "faults"
_PATIENCE = 900  # seconds, on a machine that does other things too


class Failed(AssertionError):
    """The work ended with an error; the text is its traceback."""


class Run:
    """A piece of work in a process of its own."""

    def __init__(self, pid, out):
        self.pid, self.out = pid, out

    @property
    def is_running(self):
        return Path(f"/proc/{self.pid}").exists()

    def kill(self):
        """Kill −9; tell whether it was at work."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.end()
        return not self.out.exists()

    def end(self, seconds=_PATIENCE):
        deadline = time.monotonic() + seconds
        while self.is_running:
            assert time.monotonic() < deadline, "the work does not end"
            time.sleep(0.02)

    def result(self, seconds=_PATIENCE):
        """What the work returned."""
        self.end(seconds)
        assert self.out.exists(), "the process was killed"
        answer = json.loads(self.out.read_text())
        if "error" in answer:
            raise Failed(answer["error"])
        return answer["result"]


class Site:
    """The database ``faults`` in a cluster of its own, and a process that works on it.

    ``keep`` and ``restore`` make and take copies of it by name.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.cluster = Cluster(self.folder / "cluster")
        self.files = self.folder / "files"
        self.conf = self.folder / "odoo.conf"
        self.environment = {
            **os.environ,
            **self.cluster.environment,
            "ODOO_RC": str(self.conf),
            "PGDATABASE": NAME,
        }
        self._counter = itertools.count()
        self._nest = None
        self._write_conf()
        source = os.environ["PGDATABASE"]
        self.cluster.only(source, "origin")
        self.cluster.duplicate("origin", NAME)
        origin = Path(config.filestore(source))
        if origin.exists():
            shutil.copytree(origin, self.files / "filestore" / NAME)

    def _write_conf(self):
        text = Path(config.rcfile).read_text().splitlines()
        own = {"db_host": self.cluster.folder, "data_dir": self.files}
        lines = [line for line in text if line.split("=")[0].strip() not in own]
        lines += [f"{name} = {value}" for name, value in own.items()]
        self.conf.write_text("\n".join(lines) + "\n")

    # -- databases -------------------------------------------------------------------------

    def sql(self, statement, params=None):
        return self.cluster.sql(statement, params, NAME)

    def keep(self, name):
        """Keep the database as it is under this name."""
        self.cluster.duplicate(NAME, name)

    def restore(self, name="origin", where=""):
        self.cluster.duplicate(name, NAME, where)

    # -- work ------------------------------------------------------------------------------

    def start(self, work, **args):
        """Let a process of its own do ``work``, a function of ``fault_work``."""
        if self._nest is None:
            self._hatch()
        out = self.folder / f"out-{next(self._counter)}.json"
        task = {"work": work, "args": args, "out": str(out)}
        self._nest.stdin.write(json.dumps(task, default=str) + "\n")
        self._nest.stdin.flush()
        return Run(int(self._nest.stdout.readline()), out)

    def call(self, work, **args):
        return self.start(work, **args).result()

    def _hatch(self):
        log = (self.folder / "nest.log").open("a")
        self._nest = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fault_nest.py")), NAME],
            env=self.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert self._nest.stdout.readline() == "ready\n", self.log()

    def log(self):
        """The end of what Odoo said."""
        return (self.folder / "nest.log").read_text()[-5000:]

    def close(self):
        if self._nest is not None:
            self._nest.stdin.close()
            self._nest.wait()
        self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)
