"""Members who press the button at the same moment: real connections, real commits (M10)."""

from datetime import timedelta

import pytest
from simultaneous import at_once

from odoo import Command, fields

TRIES = 4


def always_open(env):
    """Working hours round the clock."""
    return env["resource.calendar"].create(
        {
            "name": "Portal",
            "tz": "Asia/Shanghai",
            "attendance_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {"name": "x", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
                         "day_period": "morning"}
                    )
                    for day in range(7)
                ),
            ],
        }
    )  # fmt: skip


@pytest.fixture(name="ids")
def _ids(connect):
    """A committed dealer that takes one booking an hour, two customers and their vehicles."""
    env = connect()
    calendar = always_open(env)
    dealer = env["crm.dealer"].create(
        {
            "name": "Portal",
            "code": "T-PORTAL",
            "service_calendar_id": calendar.id,
            "bookings_per_hour": 1,
        }
    )
    people = env["res.partner"].create(
        [{"name": f"Portal {number}", "dealer_id": dealer.id} for number in range(2)]
    )
    vehicles = env["crm.vehicle"].create([{"partner_id": person.id} for person in people])
    env.cr.commit()
    yield {"dealer": dealer.id, "people": people.ids, "vehicles": vehicles.ids}
    env.cr.rollback()
    for table in ("crm_service_visit", "crm_club_portal_use"):
        column = "vehicle_id" if table == "crm_service_visit" else "action"
        values = vehicles.ids if column == "vehicle_id" else ["test"]
        env.cr.execute(f"DELETE FROM {table} WHERE {column} IN %s", [tuple(values)])
    env.cr.execute("DELETE FROM crm_club_membership WHERE partner_id IN %s", [tuple(people.ids)])
    env.invalidate_all()
    vehicles.unlink()
    people.unlink()
    dealer.unlink()
    calendar.unlink()
    env.cr.commit()


def book(ids, vehicle, hours):
    """A member's request for tomorrow, that many hours after nine in Shanghai."""

    def work(env):
        moment = fields.Datetime.now().replace(hour=1, minute=0, second=0, microsecond=0)
        moment += timedelta(days=1, hours=hours)
        dealer = env["crm.dealer"].browse(ids["dealer"])
        vehicle_record = env["crm.vehicle"].browse(ids["vehicles"][vehicle])
        visits = env["crm.service.visit"]
        visits._book_online(vehicle_record, dealer, "maintenance", moment, "")

    return work


def count(env, ids):
    env.cr.rollback()
    env.invalidate_all()
    domain = [("vehicle_id", "in", ids["vehicles"]), ("stage", "=", "booked")]
    return env["crm.service.visit"].search_count(domain)


def test_one_vehicle_is_booked_once(registry, connect, ids):
    outcomes = at_once(registry, [book(ids, 0, hours) for hours in range(TRIES)])
    assert outcomes.count("done") == 1, outcomes
    assert all("is booked for" in words for words in outcomes if words != "done"), outcomes
    assert count(connect(), ids) == 1


def test_last_time_is_given_once(registry, connect, ids):
    outcomes = at_once(registry, [book(ids, 0, 5), book(ids, 1, 5)])
    assert sorted(words == "done" for words in outcomes) == [False, True], outcomes
    assert count(connect(), ids) == 1


def test_joining_twice_is_one_card(registry, connect, ids):
    def join(env):
        partner = env["res.partner"].browse(ids["people"][0])
        env["crm.club.membership"]._join_online(partner, env["crm.dealer"])

    outcomes = at_once(registry, [join] * TRIES)
    assert outcomes == ["done"] * TRIES
    env = connect()
    found = env["crm.club.membership"].search([("partner_id", "=", ids["people"][0])])
    assert len(found) == 1
    consents = env["crm.club.consent"].search([("partner_id", "=", ids["people"][0])])
    assert len(consents) == 1


def test_uses_at_once_are_all_counted(registry, connect, ids):
    def use(env):
        env["crm.club.portal.use"]._count("test", "somebody", "2031-01-06 00:00:00")

    assert at_once(registry, [use] * TRIES) == ["done"] * TRIES
    env = connect()
    used = env["crm.club.portal.use"].search([("action", "=", "test")])
    assert used.mapped("hits") == [TRIES]
