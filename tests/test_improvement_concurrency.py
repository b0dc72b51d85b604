"""Improvement plans on several connections: two who close at once, the job of the night (S6)."""

from datetime import date, timedelta

import pytest
from simultaneous import Killed, at_once, commits

PLAN, MEASURE = "crm.improvement.plan", "crm.improvement.measure"
CODE = "T-PLAN"
LOGIN = "t-plan-manager"


@pytest.fixture(name="plans")
def _plans(connect):
    """Three committed plans at the stage *act*, with a late measure; removed afterwards."""
    env = connect()
    people = env["res.users"].with_context(active_test=False, no_reset_password=True)
    manager = people.search([("login", "=", LOGIN)]) or people.create(
        {"name": LOGIN, "login": LOGIN,
         "group_ids": [(6, 0, env.ref("crm_dealer_grading.group_dealer_manager").ids)]}
    )  # fmt: skip
    manager.active = True
    dealer = env["crm.dealer"].create({"name": "Plan", "code": CODE, "manager_id": manager.id})
    version = env.ref("crm_dealer_survey.version_csi_1")
    plans = env[PLAN].with_user(manager).create(
        [{"subject": "At once", "dealer_id": dealer.id, "version_id": version.id,
          "before_from": date(2026, 1, 1), "before_until": date(2026, 2, 1),
          "after_from": date(2026, 2, 1), "after_until": date(2026, 3, 1)}] * 3
    )  # fmt: skip
    today = env.company._today_here()
    env[MEASURE].with_user(manager).create(
        [{"plan_id": plan.id, "name": "Late", "user_id": manager.id,
          "deadline_on": today - timedelta(1)} for plan in plans]
    )  # fmt: skip
    plans._store({"stage": "act", "started_on": today})
    env.cr.commit()
    yield {"ids": plans.ids, "manager": manager.id}
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    numbers = env[PLAN].search([("dealer_id", "=", dealer.id)]).ids
    measures = env[MEASURE].search([("plan_id", "in", numbers)]).ids
    for model, ids in ((PLAN, numbers), (MEASURE, measures)):
        for kept, name in (("mail.mail", "model"), ("mail.message", "model"),
                           ("mail.activity", "res_model")):  # fmt: skip
            env[kept].search([(name, "=", model), ("res_id", "in", ids)]).unlink()
    env.flush_all()
    env.cr.execute("DELETE FROM crm_improvement_plan WHERE previous_id = ANY(%s)", [numbers])
    env.cr.execute("DELETE FROM crm_improvement_plan WHERE id = ANY(%s)", [numbers])
    env["crm.dealer"].browse(dealer.id).unlink()
    env["res.users"].browse(manager.id).active = False
    env.cr.commit()


def test_two_close_at_once(registry, connect, plans):
    """Another round is begun once, whoever is quicker."""
    number = plans["ids"][0]

    def close(env):
        env[PLAN].browse(number)._step("close", "Half way", "again")

    outcomes = at_once(registry, [close, close], [plans["manager"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    assert "follows on" in next(o for o in outcomes if o != "done")
    assert len(connect()[PLAN].browse(number).next_ids) == 1


def test_close_and_cancel_at_once(registry, connect, plans):
    number = plans["ids"][1]

    def close(env):
        env[PLAN].browse(number)._step("close", "Done", "standard")

    def cancel(env):
        env[PLAN].browse(number)._step("cancel", "Not needed")

    outcomes = at_once(registry, [close, cancel], [plans["manager"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    stage = connect()[PLAN].browse(number).stage
    assert stage == ("closed" if outcomes[0] == "done" else "cancelled")


def test_killed_at_night(connect, plans, monkeypatch):
    """A job that is killed has reminded of what it committed, and goes on: each is told once."""
    env = connect()
    commits(monkeypatch, env, until=1)
    with pytest.raises(Killed):
        env[PLAN]._cron_follow(limit=1)
    env.cr.rollback()
    env = connect()
    commits(monkeypatch, env)
    for _night in range(2):
        env[PLAN]._cron_follow(limit=2)
    for number in plans["ids"]:
        told = env[PLAN].browse(number).activity_ids
        assert len(told) == 1, told.mapped("summary")
