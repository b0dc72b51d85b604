"""An hour of the mix with scheduled actions running: does anything grow? (LOAD_SOAK=3600)"""

import os
import tempfile
import threading
import time
from pathlib import Path

import build
import figures
import scratch
from compare import Kind
from report import number, step
from server import served

SECONDS = int(os.environ.get("LOAD_SOAK") or 0)
THINK = (8, 30)  # seconds between two pages of a person
EVERY = 15  # seconds between two samples
# What a process may grow in an hour, once it has warmed up; and what a queue may hold on top.
GROWTH = 30  # MB an hour
# Tables that work passes through; what stays in them, or what is dead in them, must not grow.
QUEUES = [
    "crm_grading_pending", "crm_contact_due", "crm_care_reminder", "crm_followup_call",
    "crm_credit_turn", "crm_service_number", "mail_mail", "bus_bus", "ir_cron_trigger",
    "ir_cron_progress",
]  # fmt: skip


class Watch(threading.Thread):
    """Samples memory, connections and tables while the crowd works."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.done, self.begin = server, threading.Event(), time.monotonic()
        self.samples = []

    def run(self):
        while not self.done.wait(EVERY):
            self.samples.append({
                "at": (time.monotonic() - self.begin) / 3600,
                "memory": sum(self.server.memory()),
                "processes": len(self.server.workers()),
                "connections": self.server.connections(),
                "tables": tables(),
            })  # fmt: skip

    def stop(self):
        self.done.set()
        self.join()
        return self.samples


def tables():
    """``{table: (rows, dead rows, kB)}`` of what work passes through."""
    rows = scratch.run(
        "SELECT relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) / 1024"
        "  FROM pg_stat_user_tables WHERE relname = ANY(%s)",
        [QUEUES],
    )
    return {name: figures for name, *figures in rows}


def slope(points):
    """Least squares: what is added in an hour."""
    count = len(points)
    mean_x, mean_y = (sum(column) / count for column in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def measure(report):
    names = scratch.run("SELECT id FROM ir_cron WHERE active")
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        kind = Kind("full", Path(folder))
        jobs_on(True)
        try:
            with served(build.FULL, kind.log, jobs=1) as server:
                step(f"{SECONDS} seconds with scheduled actions")
                kind.block(server, min(120, SECONDS), THINK)
                before, watch = jobs_done(), Watch(server)
                watch.start()
                found = kind.block(server, SECONDS, THINK)
                seen, errors = watch.stop(), server.complaints()
                tell(report, found, seen, errors, jobs_done() - before)
        finally:
            jobs_on(False, keep=[one for (one,) in names])


def jobs_on(on, keep=()):
    """Scheduled actions were switched off when the database was made; those of ours and mail's."""
    scratch.run(
        "UPDATE ir_cron SET active = %s WHERE id <> ALL(%s) AND id IN (SELECT res_id"
        "  FROM ir_model_data WHERE model = 'ir.cron' AND (module LIKE 'crm_dealer_%%'"
        "   OR name IN ('ir_cron_mail_scheduler_action', 'autovacuum_job')))",
        [on, list(keep)],
    )


def jobs_done():
    """Runs of scheduled actions, by their last calls."""
    rows = scratch.run("SELECT count(*) FROM ir_cron WHERE lastcall > now() - interval '1 day'")
    return rows[0][0]


def tell(report, found, seen, complaints, jobs):
    errors, again = complaints
    report.title(f"{number(SECONDS / 60)} minutes, pauses of {THINK[0]} to {THINK[1]} s, with jobs")
    figures.tell_load(report)
    report.info("pages, requests", f"{len(found['samples'])}, {number(found['requests'])}")
    figures.tell_errors(report, found["samples"], found["raised"], errors)
    report.info("  transactions repeated after a conflict", again)
    report.info("  scheduled actions that ran for the first time today", jobs)
    if len(seen) < 4:
        report.info("too short to tell of growth", "")
        return
    settled = seen[len(seen) // 4 :]  # caches fill in the beginning
    each = [(one["at"], one["memory"] / max(one["processes"], 1)) for one in settled]
    report.info("MB of a process: first, last", f"{each[0][1]:.0f}, {each[-1][1]:.0f}")
    report.judge("MB that a process grows in an hour", slope(each), GROWTH, " MB")
    lines = [(one["at"], one["connections"]) for one in settled]
    report.info("connections: first, last", f"{lines[0][1]}, {lines[-1][1]}")
    report.judge("connections added in an hour", slope(lines), 2, "")
    for name in sorted(settled[0]["tables"]):
        rows, dead, size = ([(one["at"], one["tables"][name][place]) for one in settled]
                            for place in range(3))  # fmt: skip
        words = f"{number(rows[0][1])} → {number(rows[-1][1])}, {number(dead[-1][1])} dead"
        report.info(f"{name}: rows, {number(size[-1][1])} kB", words)
    waiting = [(one["at"], one["tables"]["crm_grading_pending"][0]) for one in settled]
    report.judge("customers waiting for a regrade, more in an hour", slope(waiting), 100, "")
