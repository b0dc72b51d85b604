"""The monthly list under kills and at the same time: real connections, real commits (C3)."""

import threading
from datetime import date

import pytest
from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

MONTH = date(2031, 5, 1)


@pytest.fixture(name="dealer_ids")
def _dealers(connect):
    env = connect()
    dealers = env["crm.dealer"].create(
        [{"name": f"Cleaning {i}", "code": f"T-CL{i}"} for i in range(2)]
    )
    env.cr.commit()
    yield dealers.ids
    env.cr.rollback()
    dealers.activity_ids.unlink()
    dealers.unlink()
    env.cr.commit()


def tell(env, dealer_id):
    env["crm.cleaning.list"]._tell(env["crm.dealer"].browse(dealer_id), MONTH, 1, 1)


def told(env, dealer_ids):
    """Lists and to-dos of each dealer."""
    env.cr.rollback()
    env.invalidate_all()
    lists, todos = env["crm.cleaning.list"], env["mail.activity"]
    return [
        (
            lists.search_count([("dealer_id", "=", dealer_id), ("month", "=", MONTH)]),
            todos.search_count([("res_model", "=", "crm.dealer"), ("res_id", "=", dealer_id)]),
        )
        for dealer_id in dealer_ids
    ]


def test_killed_job_goes_on(connect, dealer_ids):
    first, second = dealer_ids
    victim = connect()
    tell(victim, first)
    victim.cr.commit()
    tell(victim, second)
    killer = connect()
    killer.cr.execute("SELECT pg_terminate_backend(%s)", [victim.cr._cnx.info.backend_pid])
    assert told(killer, dealer_ids) == [(1, 1), (0, 0)]
    for dealer_id in dealer_ids:
        tell(killer, dealer_id)
    killer.cr.commit()
    assert told(killer, dealer_ids) == [(1, 1), (1, 1)]


def test_two_jobs_at_once(connect, dealer_ids):
    first, other = connect(), connect()
    other.cr.execute("SELECT 1")  # its snapshot is from before the first one's commit
    tell(first, dealer_ids[0])
    errors = []

    def work():
        try:
            with mute_logger("odoo.sql_db"):
                tell(other, dealer_ids[0])
                other.cr.commit()
        except SerializationFailure as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), "the second waits for the first"
    first.cr.commit()
    thread.join(30)
    assert len(errors) == 1, "the server lets the second job run again"
    other.cr.rollback()
    tell(other, dealer_ids[0])
    other.cr.commit()
    assert told(first, dealer_ids) == [(1, 1), (0, 0)]
