"""Assessments on two connections at once (S9)."""

from datetime import date

import psycopg2
import pytest

BEGIN = date(2019, 3, 1)  # a month of nobody's


@pytest.fixture(name="assessment")
def _assessment(connect):
    env = connect()
    policy = env.ref("crm_dealer_survey.policy_standard").copy(
        {"code": "T-RACE", "period_kind": "month", "number": 1}
    )
    made = env["crm.assessment"].create({"policy_id": policy.id, "begin": BEGIN})
    env.cr.commit()
    yield made.id
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    for table in ("crm_assessment_appeal", "crm_assessment"):
        column = "id" if table == "crm_assessment" else "assessment_id"
        env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        env.cr.execute(f"DELETE FROM {table} WHERE {column} = %s", [made.id])
        env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    env.cr.execute("DELETE FROM crm_assessment_policy WHERE id = %s", [policy.id])
    env.cr.commit()


def _on(env, number):
    """The assessment on another connection, which has begun to look."""
    env.cr.execute("SELECT 1")
    return env["crm.assessment"].browse(number)


def test_two_who_compute_at_once_meet(connect, assessment):
    """The second is told to try again with fresh eyes, and finds the lines of the first."""
    one, two = _on(connect(), assessment), _on(connect(), assessment)
    two.read(["state"])
    one.compute()
    one.env.cr.commit()
    with pytest.raises(psycopg2.errors.SerializationFailure):
        two.compute()
    two.env.cr.rollback()
    two.env.invalidate_all()
    two.compute()
    two.env.cr.commit()
    dealers = two.line_ids.dealer_id
    assert len(two.line_ids) == len(dealers) > 0
    assert two._differences() == []


def test_an_appeal_and_publishing_meet(connect, assessment):
    """Whoever comes second is repeated, so nothing is published over an appeal."""
    first = _on(connect(), assessment)
    first.compute()
    first.action_show()
    line = first.line_ids.filtered(lambda one: one.dealer_id.manager_id)[:1]
    manager = line.dealer_id.manager_id
    first.env.cr.commit()
    publishing, appealing = connect(), connect()
    two = _on(publishing, assessment)
    two.read(["state"])
    mine = appealing["crm.assessment.line"].browse(line.id).with_user(manager.id)
    mine.env["crm.assessment.appeal"]._file(mine, "The figures are wrong")
    appealing.cr.commit()
    with pytest.raises(psycopg2.errors.SerializationFailure):
        two.action_publish()
    two.env.cr.rollback()
