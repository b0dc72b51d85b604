"""The run of care killed at any point, run twice, run by two at once (M5, real connections)."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from simultaneous import Killed, at_once

RULE = "crm.care.rule"
REMINDER = "crm.care.reminder"
PEOPLE = 12


@pytest.fixture(name="rule_id")
def _rule(connect):
    """A committed rule with customers of its own, removed afterwards; other rules rest."""
    env = connect()
    others = env[RULE].search([])
    others.active = False
    quiet = (env.company.care_quiet_from, env.company.care_quiet_to)
    env.company.write({"care_quiet_from": 0, "care_quiet_to": 0})
    dealer = env["crm.dealer"].create({"name": "Care concurrency", "code": "T-CARE"})
    people = env["res.partner"].create(
        [
            {"name": f"Care {i}", "dealer_id": dealer.id, "phone": f"+86 139 0000 71{i:02}"}
            for i in range(PEOPLE)
        ]
    )
    rule = env[RULE].create(
        {
            "name": "Care concurrency",
            "trigger": "insurance",
            "lead_days": 30,
            "channel": "sms",
            "dealer_id": dealer.id,
            "sms_template_id": env.ref("crm_dealer_club.sms_template_care_due").id,
        }
    )
    due = rule._today() + timedelta(days=10)
    env["crm.vehicle"].create(
        [{"partner_id": person.id, "insurance_expiry": due} for person in people for _ in (1, 2)]
    )
    env.cr.commit()
    yield rule.id
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    clean_up(env, rule.id, people.ids, dealer.id)
    env.company.write({"care_quiet_from": quiet[0], "care_quiet_to": quiet[1]})
    env[RULE].browse(others.ids).active = True
    env.cr.commit()


def clean_up(env, rule_id, people, dealer_id):
    env["sms.sms"].search([("partner_id", "in", people)]).unlink()
    env["crm.contact.log"].search([("partner_id", "in", people)]).unlink()
    env[REMINDER].search([("rule_id", "=", rule_id)]).unlink()
    env["crm.vehicle"].with_context(active_test=False).search(
        [("partner_id", "in", people)]
    ).unlink()
    env["res.partner"].browse(people).unlink()
    env[RULE].browse(rule_id).unlink()
    env["crm.dealer"].browse(dealer_id).unlink()


def done(connect, rule_id):
    """``(reminders, text messages, log entries)`` as committed: two, one and one a customer."""
    env = connect()
    reminders = env[REMINDER].search([("rule_id", "=", rule_id)])
    people = reminders.partner_id.ids
    assert set(reminders.mapped("state")) <= {"sent"}
    return (
        len(reminders),
        env["sms.sms"].search_count([("partner_id", "in", people)]),
        env["crm.contact.log"].search_count([("partner_id", "in", people)]),
    )


ALL = (2 * PEOPLE, PEOPLE, PEOPLE)


def work(rule_id, batch=2):
    """A run in small batches, with the rule's own customers only."""

    def run(env):
        rule = env[RULE].browse(rule_id)
        rule._find_all(rule._today())
        env[REMINDER]._send_all(rule._today(), batch=batch)

    return run


def test_two_workers(registry, connect, rule_id):
    """Two who run at the same instant share the work, and double nothing."""
    outcomes = at_once(registry, [work(rule_id), work(rule_id)])
    assert outcomes == ["done", "done"]
    assert done(connect, rule_id) == ALL
    work(rule_id)(connect())
    assert done(connect, rule_id) == ALL


@pytest.mark.parametrize("after", [0, 1, 2, 4])
def test_killed_between_batches(connect, monkeypatch, rule_id, after):
    """Killed before a commit; the next run does the rest, and nothing twice."""
    env = connect()
    commits = []

    def commit(self, processed=0, **_kwargs):
        if len(commits) == after:
            raise Killed
        commits.append(processed)
        self.env.cr.commit()
        return float("inf")

    with monkeypatch.context() as patch:
        patch.setattr(type(env["ir.cron"]), "_commit_progress", commit)
        with pytest.raises(Killed):
            work(rule_id)(env)
    env.cr.rollback()
    work(rule_id)(connect())
    assert done(connect, rule_id) == ALL


def test_connection_is_lost(connect, rule_id):
    """The database ends the connection in the middle of a batch."""
    env, other = connect(), connect()
    env.cr.execute("SELECT pg_backend_pid()")
    [pid] = env.cr.fetchone()
    make = type(env[REMINDER])._make_sms
    calls = []

    def cut(self, lines, texts):
        records = make(self, lines, texts)
        calls.append(1)
        if len(calls) == 3:
            other.cr.execute("SELECT pg_terminate_backend(%s)", [pid])
            time.sleep(0.2)
        return records

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(env[REMINDER]), "_make_sms", cut)
        with pytest.raises(Exception, match="closed|terminat"):
            work(rule_id)(env)
    work(rule_id)(connect())
    assert done(connect, rule_id) == ALL


CHILD = """
import sys
import odoo.cli
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(["--no-http"])
registry = Registry(sys.argv[1])
with registry.cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env["crm.care.rule"].browse(int(sys.argv[2]))
    reminders = type(env["crm.care.reminder"])
    send = reminders._send_batch

    def slowly(self, progress, limit):
        import time
        print("batch", flush=True)
        time.sleep(0.2)
        return send(self, progress, limit)

    reminders._send_batch = slowly
    rule._find_all(rule._today())
    env["crm.care.reminder"]._send_all(rule._today(), batch=1)
"""



def test_kill_minus_nine(registry, connect, rule_id):
    """A process that is killed without a word; the next one goes on."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, registry.db_name, str(rule_id)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ,
        text=True,
    )
    try:
        for _batch in range(3):
            assert child.stdout.readline() == "batch\n"
        time.sleep(0.1)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    work(rule_id)(connect())
    assert done(connect, rule_id) == ALL
