"""Installing the addon on a full database against an almost empty one (P5)."""

import threading
import time

from report import step
from scratch import EMPTY, NAME, connect, forget, table_state

MODULE = "crm_dealer_grading"
TABLES = ["res_partner", "sale_order"]
EVERY = 0.05


class LockWatch(threading.Thread):
    """Looks every 50 ms who holds ACCESS EXCLUSIVE on the tables; the longest time, in s."""

    QUERY = (
        "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
        " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
        " WHERE l.mode = 'AccessExclusiveLock' AND l.granted AND c.relname = ANY(%s)"
    )

    def __init__(self, database, tables):
        super().__init__(daemon=True)
        self.tables = tables
        self.connection = connect(database)
        self.done = threading.Event()
        self.longest = dict.fromkeys(tables, 0.0)
        self.since = {}

    def run(self):
        with self.connection.cursor() as cr:
            while not self.done.wait(EVERY):
                cr.execute(self.QUERY, [self.tables])
                self.note({name for (name,) in cr.fetchall()}, time.perf_counter())
        self.connection.close()

    def note(self, held, now):
        for name in self.tables:
            if name in held:
                since = self.since.setdefault(name, now)
                self.longest[name] = max(self.longest[name], now - since + EVERY)
            else:
                self.since.pop(name, None)

    def stop(self):
        self.done.set()
        self.join()
        return self.longest


def install(database, module=MODULE, tables=TABLES):
    """Install in this process; the duration in seconds and the longest locks."""
    from odoo.modules.registry import Registry

    forget(database)
    watch = LockWatch(database, tables)
    watch.start()
    start = time.perf_counter()
    Registry.new(database, update_module=True, install_modules=[module])
    duration = time.perf_counter() - start
    locks = watch.stop()
    forget(database)
    return duration, locks


def measure():
    """Install twice; what is known afterwards, as JSON can hold it."""
    step("installing on an almost empty database")
    empty, empty_locks = install(EMPTY)
    before = table_state(*TABLES)
    step("installing on the full database")
    full, locks = install(NAME)
    after = table_state(*TABLES)
    return {
        "empty": empty,
        "full": full,
        "empty_locks": empty_locks,
        "locks": locks,
        "updated": {t: after[t]["updated"] - before[t]["updated"] for t in TABLES},
        "rewritten": [t for t in TABLES if after[t]["file"] != before[t]["file"]],
    }


def tell(report, found):
    report.title("Installing on a full database")
    report.info("install on an almost empty database", f"{found['empty']:.1f} s")
    report.info("install on the full database", f"{found['full']:.1f} s")
    report.info("ratio", f"{found['full'] / found['empty']:.2f}×")
    for table in TABLES:
        report.info(
            f"longest ACCESS EXCLUSIVE lock on {table} (almost empty: "
            f"{found['empty_locks'][table]:.1f} s)",
            f"{found['locks'][table]:.1f} s",
        )
        # A handful of users' and companies' contacts change in any installation.
        report.judge(f"rows of {table} updated", found["updated"][table], 20, "")
    report.expect("tables written anew", ", ".join(found["rewritten"]) or "none", "none")
