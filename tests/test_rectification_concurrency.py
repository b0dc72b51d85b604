"""Notices on several connections: two steps at once, the job of overdue ones (S4)."""

import base64
from datetime import timedelta

import pytest
from simultaneous import Killed, at_once, commits

from odoo.exceptions import UserError

NOTICE, LEDGER = "crm.rectification", "crm.rectification.escalation"
CODE = "T-NOTICE"


def users(env):
    """A dealer's manager and an auditor; kept for the next run, archived between."""
    found = {}
    for name, group in (("manager", "dealer_manager"), ("auditor", "oem_auditor")):
        login = f"{CODE.lower()}-{name}"
        people = env["res.users"].with_context(active_test=False, no_reset_password=True)
        user = people.search([("login", "=", login)]) or people.create(
            {"name": login, "login": login,
             "group_ids": [(6, 0, env.ref(f"crm_dealer_grading.group_{group}").ids)]}
        )  # fmt: skip
        user.active = True
        found[name] = user
    return found


@pytest.fixture(name="notices")
def _notices(connect):
    """Six committed notices in work, with proof; removed afterwards."""
    env = connect()
    people = users(env)
    dealer = env["crm.dealer"].create(
        {"name": "Notice", "code": CODE, "manager_id": people["manager"].id}
    )
    values = {"subject": "Late", "problem": "Late", "dealer_id": dealer.id}
    notices = env[NOTICE].with_user(people["auditor"]).create([values] * 6)
    notices.action_issue()
    mine = notices.with_user(people["manager"])
    mine.action_accept()
    mine.write({"cause_analysis": "Nobody there"})
    env["crm.rectification.measure"].with_user(people["manager"]).create(
        [{"rectification_id": notice.id, "name": "Somebody is",
          "proof": base64.b64encode(b"x").decode(), "done_on": notice.issued_on}
         for notice in notices]
    )  # fmt: skip
    env.cr.commit()
    yield {"ids": notices.ids, "manager": people["manager"].id, "auditor": people["auditor"].id}
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    env.cr.execute("DELETE FROM crm_rectification WHERE dealer_id = %s", [dealer.id])
    for model in ("mail.mail", "mail.message", "mail.activity"):
        name = "res_model" if model == "mail.activity" else "model"
        env[model].search([(name, "=", NOTICE), ("res_id", "in", notices.ids)]).unlink()
    env["ir.attachment"].search([("res_model", "=", "crm.rectification.measure"),
                                 ("res_field", "=", "proof"), ("name", "=", "proof"),
                                 ("create_uid", "=", people["manager"].id)]).unlink()  # fmt: skip
    env["crm.dealer"].browse(dealer.id).unlink()
    for user in users(env).values():
        user.active = False
    env.cr.commit()


def test_close_and_send_back_at_once(registry, connect, notices):
    """The issuer closes in one window and sends back in the other: one of them holds."""
    number = notices["ids"][0]
    env = connect()
    env[NOTICE].with_user(notices["manager"]).browse(number).action_report()
    env.cr.commit()

    def close(env):
        env[NOTICE].browse(number).action_close()

    def send_back(env):
        env[NOTICE].browse(number)._step("send_back", "More")

    outcomes = at_once(registry, [close, send_back], [notices["auditor"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    state = connect()[NOTICE].browse(number).state
    assert state == ("closed" if outcomes[0] == "done" else "in_work")
    assert "this step follows on" in next(o for o in outcomes if o != "done")


def test_two_give_notice_about_one_complaint_at_once(registry, connect, notices):
    """Two clicks, one draft; the source is any record that is looked at."""
    env = connect()
    source = f"crm.dealer,{env[NOTICE].browse(notices['ids'][5]).dealer_id.id}"

    def give(env):
        dealer = env[NOTICE].browse(notices["ids"][5]).dealer_id
        dealer._give_notice({"source_ref": source, "source_name": "Twice", "problem": "Twice"})

    outcomes = at_once(registry, [give, give], [notices["auditor"]] * 2)
    assert outcomes == ["done", "done"]
    assert connect()[NOTICE].search_count([("source_ref", "=", source)]) == 1


def test_report_and_cancel_at_once(registry, connect, notices):
    """The dealer reports while the issuer cancels: whatever comes first is seen by the other."""
    number = notices["ids"][1]

    def report(env):
        env[NOTICE].browse(number).action_report()

    def cancel(env):
        env[NOTICE].browse(number)._step("cancel", "Twice")

    outcomes = at_once(registry, [report, cancel], [notices["manager"], notices["auditor"]])
    notice = connect()[NOTICE].browse(number)
    assert notice.state == "cancelled"  # a report may be cancelled, what is cancelled stays
    assert bool(notice.reported_on) == (outcomes[0] == "done")


def test_close_and_report_at_once(registry, connect, notices):
    """What is not reported yet is never closed, however close the two come."""
    number = notices["ids"][2]

    def report(env):
        env[NOTICE].browse(number).action_report()

    def close(env):
        env[NOTICE].browse(number).action_close()

    outcomes = at_once(registry, [report, close], [notices["manager"], notices["auditor"]])
    assert outcomes[0] == "done", outcomes
    notice = connect()[NOTICE].browse(number)
    assert notice.state == ("closed" if outcomes[1] == "done" else "reported")
    if outcomes[1] == "done":
        assert notice.reported_on and notice.closed_on


def test_two_report_at_once(registry, connect, notices):
    def report(env):
        env[NOTICE].browse(notices["ids"][3]).action_report()

    outcomes = at_once(registry, [report, report], [notices["manager"]] * 2)
    assert outcomes.count("done") == 1
    assert connect()[NOTICE].browse(notices["ids"][3]).report_count == 1


def test_two_calls_entered_at_once(registry, connect, notices):
    """The customer is satisfied by one caller, not by the other: one of them counts."""
    number = notices["ids"][4]
    env = connect()
    env[NOTICE].with_user(notices["manager"]).browse(number).action_report()
    env.cr.commit()
    works = [
        lambda env: env[NOTICE].browse(number)._recalled("satisfied", "Well"),
        lambda env: env[NOTICE].browse(number)._recalled("dissatisfied", "Not at all"),
    ]
    outcomes = at_once(registry, works, [notices["auditor"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    notice = connect()[NOTICE].browse(number)
    assert len(notice.recall_ids) == 1
    assert notice.state == ("recalled" if outcomes[0] == "done" else "in_work")


def overdue(env, ids):
    today = env.company._today_here()
    env[NOTICE].search([("state", "in", ("issued", "in_work")), ("id", "not in", ids)])._store(
        {"deadline_on": today + timedelta(99)}
    )
    env[NOTICE].browse(ids)._store({"deadline_on": today - timedelta(1)})


def told(connect, ids):
    return [len(notice.escalation_ids) for notice in connect()[NOTICE].browse(ids)]


@pytest.fixture(name="late")
def _late(connect, notices):
    """All are one day late; deadlines of others are as they were afterwards."""
    env = connect()
    others = env[NOTICE].search(
        [("state", "in", ("issued", "in_work")), ("id", "not in", notices["ids"])]
    )
    before = {notice.id: notice.deadline_on for notice in others}
    overdue(env, notices["ids"])
    env.cr.commit()
    yield notices["ids"]
    env = connect()
    for number, day in before.items():
        env[NOTICE].browse(number)._store({"deadline_on": day})
    env.cr.commit()


@pytest.mark.parametrize("after", range(3))
def test_a_killed_job_goes_on(connect, monkeypatch, late, after):
    """Killed after so many batches: the next run does the rest, and nothing twice."""
    env = connect()
    with monkeypatch.context() as patch:
        commits(patch, env, until=after)
        with pytest.raises(Killed):
            env[LEDGER]._cron_escalate(limit=2)
    env.cr.rollback()
    assert sum(told(connect, late)) == 2 * after
    with monkeypatch.context() as patch:
        commits(patch, env)
        for _run in range(2):
            connect()[LEDGER]._cron_escalate(limit=2)
    assert told(connect, late) == [1] * 6


def test_two_workers_tell_each_once(registry, connect, late):
    def work(env):
        while env[LEDGER]._escalate_batch(limit=3):
            env.cr.commit()

    assert at_once(registry, [work, work]) == ["done", "done"]
    assert told(connect, late) == [1] * 6


def test_one_answer_makes_one_notice(registry, connect, notices):
    """Two who write the notice about the same thing at once."""
    env = connect()
    dealer = env[NOTICE].browse(notices["ids"][0]).dealer_id.id

    def issue(env):
        try:
            env[NOTICE]._issue(
                {"dealer_id": dealer, "subject": "x", "problem": "x", "origin_key": "t:once"}
            )
            env.cr.flush()
        except Exception as error:
            if "origin_once" not in str(error):
                raise
            raise UserError("Once") from None

    at_once(registry, [issue, issue], [notices["auditor"]] * 2)
    assert connect()[NOTICE].search_count([("origin_key", "=", "t:once")]) == 1
