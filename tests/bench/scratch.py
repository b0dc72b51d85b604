"""The scratch database: made from the base database, filled in bulk, kept or dropped."""

import contextlib
import gc
import os
import time
from pathlib import Path

import psycopg2
from psycopg2.extras import Json

import erp
import postgres
from databases import base

# tests/load fills databases of its own by the same statements.
NAME = os.environ.get("BENCH_NAME") or "bench_full"
EMPTY = "bench_empty"
SCALE = float(os.environ.get("BENCH_SCALE") or 1)
KEEP = bool(os.environ.get("BENCH_KEEP"))


def scaled(count):
    return max(round(count * SCALE), 10)


CONTACTS = scaled(1_111_112)  # one in ten belongs to a company: 1,000,000 customers
ORDERS = scaled(2_000_000)
VEHICLES = scaled(1_000_000)
VISITS = scaled(3_000_000)
DEALERS = 200
REGIONS = 10


def connect(database=NAME):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    return connection


@contextlib.contextmanager
def cursor(database=NAME):
    """A cursor of its own, outside Odoo; every statement commits."""
    connection = connect(database)
    try:
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def run(statement, params=None, database=NAME):
    """Run a statement and return its rows."""
    with cursor(database) as cr:
        cr.execute(statement, params)
        return cr.fetchall() if cr.description else []


class Clock:
    """Time of a block, and the processor time of it here and in the database server, in s.

    Processor time hardly changes with what else the machine does. The server is this project's
    own: what its processes do meanwhile, parallel workers above all, is part of the block.
    """

    def __init__(self, cr):
        cr.execute("SELECT pg_backend_pid()")
        self.server = fields_of(cr.fetchone()[0])[1]

    def __enter__(self):
        self.start, self.used = time.perf_counter(), self._processor()
        return self

    def __exit__(self, *_args):
        self.time = time.perf_counter() - self.start
        self.processor = self._processor() - self.used

    def _processor(self):
        # Own time, and in the server that of its processes, those that ended too (man proc).
        ticks = sum(map(int, fields_of("self")[11:13] + fields_of(self.server)[11:15]))
        for pid in filter(str.isdigit, os.listdir("/proc")):
            stat = fields_of(pid)
            if stat and stat[1] == self.server:
                ticks += sum(map(int, stat[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


def fields_of(pid):
    """The fields of a process from its state on; none when it has just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


# -- Making and dropping ---------------------------------------------------------------------


def make(name):
    erp.duplicate(base(erp.environment(erp.ensure_odoo(), erp.ensure_venv())), name)
    # Jobs shall not run here, and our addons bring no demo data into a database without it.
    run("UPDATE ir_cron SET active = false", database=name)
    run("UPDATE ir_module_module SET demo = false", database=name)


def drop(name):
    forget(name)
    erp.drop(name)


def forget(name):
    """Close Odoo's connections to the database, and drop its registry from memory."""
    import odoo.sql_db
    from odoo.modules.registry import Registry

    Registry.delete(name)
    odoo.sql_db.close_db(name)
    gc.collect()


def kept():
    """What an earlier run with BENCH_KEEP measured while it built, or None."""
    if NAME not in postgres.databases():
        return None
    if not run("SELECT to_regclass('bench_state')")[0][0]:
        return None
    rows = dict(run("SELECT key, value FROM bench_state"))
    return rows if rows.get("scale") == SCALE else None


def keep(**values):
    run("CREATE TABLE IF NOT EXISTS bench_state (key text PRIMARY KEY, value jsonb)")
    for key, value in values.items():
        run(
            "INSERT INTO bench_state VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            [key, Json(value)],
        )


# -- Filling ---------------------------------------------------------------------------------


@contextlib.contextmanager
def bulk(table):
    """A cursor for mass changes of ``table``: its indexes are made again at the end."""
    with cursor() as cr:
        cr.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        cr.execute("SELECT setseed(0.42)")
        cr.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT indisprimary AND NOT EXISTS"
            " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [table],
        )
        indexes = cr.fetchall()
        for name, _definition in indexes:
            cr.execute(f"DROP INDEX {name}")
        yield cr
        for _name, definition in indexes:
            cr.execute(definition)
        cr.execute(f"VACUUM ANALYZE {table}")


def table_state(*tables):
    """Rows updated since the server knows, and the file, of each table."""
    time.sleep(1.5)  # statistics of a closed connection arrive within a second
    return {
        name: {"updated": updated, "inserted": inserted, "file": file}
        for name, updated, inserted, file in run(
            "SELECT s.relname, n_tup_upd, n_tup_ins, pg_relation_filenode(relid)"
            "  FROM pg_stat_user_tables s WHERE s.relname = ANY(%s)",
            [list(tables)],
        )
    }
