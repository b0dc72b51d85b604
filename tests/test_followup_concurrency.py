"""Two agents at once, one result twice, an event and the night at once, a killed night (S3)."""

from datetime import timedelta

import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Domain

NAME = "T-FOLLOWUP-CONCURRENCY"


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="calls")
def _calls(registry, monkeypatch):
    """Two agents, a rule and six finished visits, committed; removed afterwards."""
    with registry.cursor() as cursor:
        keys = make(environment(cursor))
    model = registry["crm.followup.call"]
    mine = model._mine_domain
    # Other calls of the database are left alone.
    monkeypatch.setattr(
        model, "_mine_domain", lambda self: mine(self) & Domain("rule_id", "=", keys["rule"])
    )
    monkeypatch.setattr(
        model, "_events_to_look_at", lambda self: {"visit_ids": keys["visits"]}
    )
    yield keys
    with registry.cursor() as cursor:
        env = environment(cursor)
        env["crm.followup.call"].search([("rule_id", "=", keys["rule"])]).unlink()
        env["crm.followup.rule"].browse(keys["rule"]).unlink()
        logs = env["crm.contact.log"].search([("partner_id", "=", keys["partner"])])
        logs.unlink()
        cursor.execute("DELETE FROM crm_service_visit WHERE id = ANY(%s)", [keys["visits"]])
        env["crm.vehicle"].browse(keys["vehicle"]).unlink()
        env["res.partner"].browse(keys["partner"]).unlink()
        env["res.users"].browse(keys["agents"]).active = False


def make(env):
    """Commit the network of a test; rules of others rest meanwhile."""
    dealer = env["crm.dealer"].search([], limit=1)
    group = env.ref("crm_dealer_grading.group_call_centre")
    users = env["res.users"].with_context(no_reset_password=True, active_test=False)
    agents = users.browse()
    for number in (1, 2):
        login = f"{NAME.lower()}-{number}"
        agents |= users.search([("login", "=", login)]) or users.create(
            {"name": login, "login": login, "group_ids": [(6, 0, group.ids)]}
        )
    agents.active = True
    partner = env["res.partner"].create(
        {"name": NAME, "dealer_id": dealer.id, "phone": "+86 138 0013 8000"}
    )
    vehicle = env["crm.vehicle"].create({"partner_id": partner.id})
    rule = env["crm.followup.rule"].create(
        {"name": NAME, "caller": "call_centre", "event": "recall", "delay": 0, "hour_from": 0,
         "hour_to": 24, "start_on": fields.Date.today() - timedelta(9)}
    )  # fmt: skip
    at = fields.Datetime.now() - timedelta(2)
    vals = {"vehicle_id": vehicle.id, "visit_type": "recall", "stage": "delivered", "date": at,
            "date_delivered": at, "dealer_id": dealer.id}  # fmt: skip
    visits = env["crm.service.visit"].create([vals] * 6)
    return {
        "agents": agents.ids,
        "partner": partner.id,
        "vehicle": vehicle.id,
        "rule": rule.id,
        "visits": visits.ids,
    }


def rows(registry, calls):
    with registry.cursor() as cursor:
        env = environment(cursor)
        found = env["crm.followup.call"].search([("rule_id", "=", calls["rule"])])
        return found.read(["event_key", "holder_id", "attempt_count", "state"], load=False)


def test_two_agents_never_get_the_same_call(registry, calls):
    taken = []

    def take(env):
        call = env["crm.followup.call"]._take_next()
        taken.append((env.uid, call.id))

    for _round in range(3):
        assert at_once(registry, [take, take], calls["agents"]) == ["done", "done"]
        first, second = ({id_ for uid, id_ in taken if uid == agent} for agent in calls["agents"])
        assert first and second and not first & second

        def finish(env):
            env["crm.followup.call"]._take_next()._record("reached")

        assert at_once(registry, [finish, finish], calls["agents"]) == ["done", "done"]
        taken.clear()


def test_a_result_given_twice_at_once_is_one_attempt(registry, calls):
    number = rows(registry, calls)[0]["id"]

    def record(env):
        env["crm.followup.call"].browse(number)._record("reached")

    outcomes = at_once(registry, [record, record], calls["agents"])
    assert outcomes.count("done") == 1
    assert any("closed already" in outcome for outcome in outcomes)
    [row] = [row for row in rows(registry, calls) if row["id"] == number]
    assert (row["attempt_count"], row["state"]) == (1, "done")


def test_events_and_night_at_once_make_each_call_once(registry, calls):
    with registry.cursor() as cursor:
        env = environment(cursor)
        env["crm.followup.call"].search([("rule_id", "=", calls["rule"])]).unlink()

    def event(env):
        env["crm.followup.call"]._follow_up(visit_ids=calls["visits"])

    assert at_once(registry, [event, event]) == ["done", "done"]
    found = rows(registry, calls)
    assert len(found) == len(calls["visits"]) == len({row["event_key"] for row in found})


def test_a_killed_night_is_caught_up(registry, calls):
    """What a batch had committed stays, the rest comes in the next run, nothing twice."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        env["crm.followup.call"].search([("rule_id", "=", calls["rule"])]).unlink()
    with registry.cursor() as cursor:
        env = environment(cursor)
        env["crm.followup.call"]._follow_up(visit_ids=calls["visits"][:2])
        cursor.commit()
        env["crm.followup.call"]._follow_up(visit_ids=calls["visits"][2:])
        cursor.rollback()  # as the database does when the worker dies
    assert len(rows(registry, calls)) == 2
    for _run in range(2):
        with registry.cursor() as cursor:
            environment(cursor)["crm.followup.call"]._cron_catch_up(batch=2)
        assert len(rows(registry, calls)) == len(calls["visits"])
