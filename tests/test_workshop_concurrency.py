"""Advisors who save at the same moment: real connections, real commits (C5)."""

import re
import threading
from datetime import datetime, timedelta

import psycopg2
import pytest

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config, mute_logger

ROUNDS = 12
ADVISORS = 4
CAPACITY = 2
YEAR = 2041
PAST_YEAR = 2021  # of vehicles that have arrived


@pytest.fixture(name="registry")
def _registry():
    return Registry(config["db_name"][0])


@pytest.fixture(name="ids")
def _ids(registry):
    """A committed dealer with hours, a limit and a bay, and a vehicle; removed afterwards."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        calendar = env["resource.calendar"].create(
            {
                "name": "Always",
                "tz": "Asia/Shanghai",
                "attendance_ids": [(5,)]
                + [
                    (0, 0, {"name": "x", "dayofweek": str(d), "hour_from": 0, "hour_to": 24,
                            "day_period": "morning"})
                    for d in range(7)
                ],
            }
        )  # fmt: skip
        dealer = env["crm.dealer"].create(
            {
                "name": "At Once",
                "code": "T-ONCE",
                "service_calendar_id": calendar.id,
                "bookings_per_hour": CAPACITY,
            }
        )
        bay = env["crm.service.bay"].create({"name": "Bay", "dealer_id": dealer.id})
        vehicle = env["crm.vehicle"].create({})
        cr.commit()
        yield {"dealer": dealer.id, "bay": bay.id, "vehicle": vehicle.id}
        cr.rollback()
        cr.execute("DELETE FROM crm_service_visit WHERE dealer_id = %s", [dealer.id])
        env.invalidate_all()
        bay.unlink()
        dealer.unlink()
        vehicle.unlink()
        calendar.unlink()
        cr.commit()


def at_once(registry, works):
    """Run each of ``works`` with a connection of its own; all begin together, as the server
    would run them. Return what each did: a value, or the refusal's text."""
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(index, work):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            cr.execute("SELECT 1 FROM crm_dealer LIMIT 1")  # the transaction's snapshot is taken
            barrier.wait(30)
            try:
                with mute_logger("odoo.sql_db", "odoo.service.model"):
                    outcomes[index] = retrying(lambda: work(env), env)
            except (UserError, ValidationError) as error:
                cr.rollback()
                outcomes[index] = str(error)

    threads = [
        threading.Thread(target=run, args=[index, work]) for index, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()
    return outcomes


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch):
    """The server waits up to half a minute between tries; a test need not."""
    monkeypatch.setattr("odoo.service.model.random.uniform", lambda low, high: 0.01 * high)


def booking(ids, date, **vals):
    row = {"vehicle_id": ids["vehicle"], "dealer_id": ids["dealer"], "date": date, **vals}
    return lambda env: env["crm.service.visit"].create(row).id


def read(registry, query, *args):
    with registry.cursor() as cr:
        cr.execute(query, args)
        return cr.fetchall()


def test_a_bay_is_booked_once(registry, ids):
    start = datetime(YEAR, 3, 4, 1)
    for number in range(ROUNDS):
        date = start + timedelta(hours=3 * number)
        works = [
            booking(ids, date + timedelta(minutes=10 * advisor), bay_id=ids["bay"])
            for advisor in range(2)
        ]
        outcomes = at_once(registry, works)
        refused = [text for text in outcomes if isinstance(text, str)]
        assert len(refused) == 1, outcomes
        assert re.search(r"Bay is taken at .* next free time is", refused[0]), refused
    assert read(
        registry,
        "SELECT count(*) FROM crm_service_visit WHERE bay_id = %s AND stage = 'booked'",
        ids["bay"],
    ) == [(ROUNDS,)]


def test_database_refuses_what_code_forgets(registry, ids):
    """Without any lock of ours: two bare inserts of the same bay and time."""
    date = datetime(YEAR, 6, 4, 1)
    with registry.cursor() as first, registry.cursor() as second:
        visits = []
        for cr, hour in ((first, 0), (second, 5)):
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            visits.append(booking(ids, date + timedelta(hours=hour))(env))
            env.flush_all()
            cr.commit()
        update = "UPDATE crm_service_visit SET bay_id = %s, date = %s, date_end = %s WHERE id = %s"
        end = date + timedelta(hours=1)
        first.execute(update, [ids["bay"], date, end, visits[0]])
        failed = []

        def later():
            try:
                with mute_logger("odoo.sql_db"):
                    second.execute(update, [ids["bay"], date, end, visits[1]])
            except psycopg2.errors.ExclusionViolation as error:
                failed.append(error)

        thread = threading.Thread(target=later)
        thread.start()
        first.commit()
        thread.join(30)
        assert failed
        second.rollback()


def test_capacity_holds(registry, ids):
    start = datetime(YEAR, 4, 4, 1)
    for number in range(ROUNDS):
        date = start + timedelta(hours=number)
        works = [booking(ids, date + timedelta(minutes=10 * i)) for i in range(ADVISORS)]
        outcomes = at_once(registry, works)
        refused = [text for text in outcomes if isinstance(text, str)]
        assert len(refused) == ADVISORS - CAPACITY, outcomes
        assert all("no booking left" in text for text in refused), refused
    rows = read(
        registry,
        "SELECT count(*) FROM crm_service_visit WHERE dealer_id = %s"
        " GROUP BY date_trunc('hour', date)",
        ids["dealer"],
    )
    assert [count for [count] in rows] == [CAPACITY] * ROUNDS


def test_numbers_without_gaps_or_clashes(registry, ids):
    """Advisors save together, some of them several, some fail at the end."""
    date, saved = datetime(PAST_YEAR, 5, 4, 1), 0

    def save(count, fail=False):
        def work(env):
            rows = [
                {
                    "vehicle_id": ids["vehicle"],
                    "dealer_id": ids["dealer"],
                    "stage": "received",
                    "date": date,
                }
                for _row in range(count)
            ]
            env["crm.service.visit"].create(rows)
            env.flush_all()
            if fail:
                raise UserError("Discarded")
            return count

        return work

    for number in range(ROUNDS):
        works = [save(1), save(1), save(3), save(2, fail=True)]
        outcomes = at_once(registry, works[number % 2 :])
        saved += sum(count for count in outcomes if isinstance(count, int))
        assert "Discarded" in outcomes
    rows = read(
        registry,
        "SELECT name FROM crm_service_visit WHERE dealer_id = %s ORDER BY name",
        ids["dealer"],
    )
    assert [name for [name] in rows] == [
        f"T-ONCE-{PAST_YEAR}-{number:05d}" for number in range(1, saved + 1)
    ]
    assert saved == ROUNDS * 4 + ROUNDS // 2
