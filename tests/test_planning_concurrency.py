"""A plan that is submitted while its author writes on, on two connections (S8)."""

import pytest
from simultaneous import at_once

YEAR = 2077


@pytest.fixture(name="plan")
def _plan(connect):
    """The id of a draft with a target; gone afterwards."""
    env = connect()
    author = env.ref("crm_dealer_grading.user_auditor")
    kpi = env.ref("crm_dealer_grading.kpi_churn")
    plan = env["crm.year.plan"].with_user(author).create(
        {"year": YEAR, "dealer_id": False, "target_ids": [(0, 0, {"kpi_id": kpi.id, "target": 9})]}
    )  # fmt: skip
    env.cr.commit()
    yield plan.id
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    plan = env["crm.year.plan"].browse(plan.id)
    plan._store({"state": "draft"})
    plan.unlink()
    env.cr.commit()


def test_nothing_is_changed_behind_a_submission(registry, connect, plan):
    """Either the change comes first, or it is refused: never a change of what was submitted."""
    author = connect().ref("crm_dealer_grading.user_auditor").id

    def submit(env):
        env["crm.year.plan"].browse(plan).action_submit()

    def change(env):
        env["crm.year.plan"].browse(plan).target_ids.target = 5

    for _round in range(5):
        outcomes = at_once(registry, [submit, change], [author, author])
        env = connect()
        record = env["crm.year.plan"].browse(plan)
        assert outcomes[0] == "done"
        assert (outcomes[1] == "done") == (record.target_ids.target == 5)
        assert outcomes[1] == "done" or "submitted" in outcomes[1]
        record._store({"state": "draft"})
        record.target_ids._store_part({"target": 9})
        env.cr.commit()
