"""Both databases under the same fifty people, in turn, block by block."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import build
import figures
import samples
import scratch
from report import number, step
from server import WORKERS, served

MINUTES = float(os.environ.get("LOAD_MINUTES") or 5)  # of each database
BLOCK = 75  # seconds; the first of each only warms up
THINK = (3, 12)  # seconds between two pages of a person
CROWD = Path(__file__).with_name("crowd.py")
DATABASES = {"bare": build.BARE, "full": build.FULL}


class Kind:
    """What one of the two databases showed."""

    def __init__(self, kind, folder):
        self.kind, self.database = kind, DATABASES[kind]
        self.work = samples.prepare(kind, self.database)
        warm(self.database)
        scratch.forget(self.database)
        self.folder, self.log = folder, folder / f"{kind}.log"
        self.pages, self.raised, self.memory = [], [], []
        self.requests, self.time, self.connections = 0, 0, 0

    def block(self, server, length, think=THINK):
        """A crowd for ``length`` seconds; what it saw."""
        out = self.folder / f"{self.kind}.json"
        work = {**self.work, "kind": self.kind, "address": server.address, "think": think,
                "seconds": length, "out": str(out)}  # fmt: skip
        path = self.folder / "work.json"
        path.write_text(json.dumps(work))
        subprocess.run([sys.executable, str(CROWD), str(path)], check=True)
        found = json.loads(out.read_text())
        # A link is used once.
        for user in self.work["users"]:
            if "tokens" in user["mine"]:
                user["mine"]["tokens"] = found["tokens"][str(user["uid"])]
        return found

    def measure(self, server, length):
        found = self.block(server, length)
        self.pages += found["samples"]
        self.raised += found["raised"]
        self.requests += found["requests"]
        self.time += length
        self.memory.append(server.memory())
        self.connections = max(self.connections, server.connections())


def warm(database):
    """Read all of it: a server that runs for weeks has it in memory, one just filled has not."""
    step(f"reading {database} into memory")
    scratch.run("CREATE EXTENSION IF NOT EXISTS pg_prewarm", database=database)
    every = "SELECT sum(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
    scratch.run(every, database=database)


def measure(report):
    """Alternating blocks, so that whatever else the machine does hits both."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        bare, full = (Kind(kind, Path(folder)) for kind in DATABASES)
        with served(bare.database, bare.log) as one, served(full.database, full.log) as other:
            pair = [(bare, one), (full, other)]
            for kind, server in pair:
                step(f"warming up {kind.kind}")
                kind.block(server, min(BLOCK, 60 * MINUTES))
                kind.log.write_text("")
            rounds = max(1, round(60 * MINUTES / BLOCK))
            for turn in range(rounds):
                for kind, server in pair if turn % 2 == 0 else pair[::-1]:
                    step(f"round {turn + 1} of {rounds}: {kind.kind}")
                    kind.measure(server, 60 * MINUTES / rounds)
            tell(report, bare, full, [server for _kind, server in pair])


def tell(report, bare, full, servers):
    report.title(
        f"Fifty people, pauses of {THINK[0]} to {THINK[1]} s, {WORKERS} worker processes, "
        f"{number(MINUTES)} minutes of each in turn"
    )
    figures.tell_load(report)
    for kind, server in zip((bare, full), servers, strict=True):
        errors, again = server.complaints()
        name = {"bare": "bare Odoo", "full": "with the addons"}[kind.kind]
        report.info(f"{name}: pages, requests", f"{len(kind.pages)}, {number(kind.requests)}")
        report.info("  requests a second", number(kind.requests / kind.time))
        figures.tell_errors(report, kind.pages, kind.raised, errors)
        report.info("  transactions repeated after a conflict", again)
        mega = [f"{number(one)}" for one in kind.memory[-1]]
        report.info("  MB of the processes, shared pages included", " ".join(mega))
        report.info("  connections to the database", kind.connections)
    figures.tell_ratio(report, bare.pages, full.pages)
    for kind, server in zip((bare, full), servers, strict=True):
        figures.tell_pages(report, kind, server.requests())
