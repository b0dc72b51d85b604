"""A killed job of retention, and two at once: the log says what went, nothing twice (P4)."""

import pytest
from simultaneous import Killed, at_once, commits

from odoo import SUPERUSER_ID, api

NAME = "T-RETENTION"
RECORDS = 25


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="made")
def _made(registry):
    """A switched-on rule and old entries of a customer's contact log, committed."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        before = env["crm.retention.rule"].search([("is_on", "=", True)])
        before.is_on = False
        rule = env["crm.retention.rule"].create(
            {"name": NAME, "kind": "contact_log", "months": 600, "action": "delete", "ground": NAME}
        )
        rule.action_preview()
        rule.action_switch_on()
        person = env["res.partner"].create({"name": NAME})
        # So old that no other entry of the database is concerned.
        env["crm.contact.log"].create(
            [
                {"partner_id": person.id, "summary": NAME, "date": "1960-01-01 00:00:00"}
                for _number in range(RECORDS)
            ]
        )
        keys = {"rule": rule.id, "person": person.id, "before": before.ids}
    yield keys
    with registry.cursor() as cursor:
        remove(environment(cursor), keys)


def remove(env, keys):
    """What the fixture made, and what the log says of it, which nobody may delete otherwise."""
    env.cr.execute(
        "ALTER TABLE crm_retention_log DISABLE TRIGGER USER;"
        "DELETE FROM crm_retention_log WHERE rule_name = %s;"
        "ALTER TABLE crm_retention_log ENABLE TRIGGER USER",
        [NAME],
    )
    rule = env["crm.retention.rule"].browse(keys["rule"])
    rule.action_switch_off()
    rule.unlink()
    env["crm.contact.log"].search([("partner_id", "=", keys["person"])]).unlink()
    env["res.partner"].browse(keys["person"]).unlink()
    env["crm.retention.rule"].browse(keys["before"]).is_on = True


def state(registry, made):
    """``(entries that are left, number that the log says went)``."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        left = env["crm.contact.log"].search_count([("partner_id", "=", made["person"])])
        log = env["crm.retention.log"].search([("rule_id", "=", made["rule"])])
        return left, sum(log.mapped("count"))


def test_a_killed_job_goes_on(registry, made, monkeypatch):
    with registry.cursor() as cursor:
        env = environment(cursor)
        with monkeypatch.context() as patch:
            commits(patch, env, until=3)  # the first commit only tells how much there is
            with pytest.raises(Killed):
                env["crm.retention.rule"]._cron_apply(batch=5)
        cursor.rollback()
    left, told = state(registry, made)
    assert left == RECORDS - told and 0 < told < RECORDS
    with registry.cursor() as cursor:
        env = environment(cursor)
        with monkeypatch.context() as patch:
            commits(patch, env)
            env["crm.retention.rule"]._cron_apply(batch=5)
    assert state(registry, made) == (0, RECORDS)


def test_two_at_once_count_each_once(registry, made):
    def work(env):
        rule, last = env["crm.retention.rule"].browse(made["rule"]), 0
        while last := rule._apply_batch(4, last):
            env.flush_all()

    outcomes = at_once(registry, [work, work])
    assert "done" in outcomes
    with registry.cursor() as cursor:
        work(environment(cursor))
    assert state(registry, made) == (0, RECORDS)


def test_switching_off_stops_the_job(registry, made, monkeypatch):
    with registry.cursor() as cursor:
        environment(cursor)["crm.retention.rule"].browse(made["rule"]).action_switch_off()
    with registry.cursor() as cursor:
        env = environment(cursor)
        with monkeypatch.context() as patch:
            commits(patch, env)
            env["crm.retention.rule"]._cron_apply()
    assert state(registry, made) == (RECORDS, 0)
