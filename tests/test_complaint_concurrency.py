"""Complaints on several connections: the escalation job, and two who take one step (M7)."""

from datetime import timedelta

import pytest
from simultaneous import Killed, at_once, commits

from odoo import fields

TICKET, LEVELS = "helpdesk.ticket", "crm.ticket.escalation"


@pytest.fixture(name="tickets")
def _tickets(connect):
    """Six committed complaints whose first answer is overdue since a minute, removed afterwards."""
    env = connect()
    # To-dos are worded for whom they are for; people of other tests may have chosen Chinese.
    env["res.users"].search([("share", "=", False)]).lang = "en_US"
    dealer = env["crm.dealer"].create({"name": "Late", "code": "T-LATE"})
    customer = env["res.partner"].create({"name": "Late", "dealer_id": dealer.id})
    tickets = env[TICKET].create(
        [
            {"name": f"Late {i}", "crm_kind": "complaint", "partner_id": customer.id}
            for i in range(6)
        ]
    )
    tickets._store({"date_received": fields.Datetime.now() - timedelta(minutes=61)})
    env.cr.commit()
    yield tickets.ids
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    env["mail.mail"].search([("model", "=", TICKET), ("res_id", "in", tickets.ids)]).unlink()
    env[TICKET].browse(tickets.ids).unlink()
    env["res.partner"].browse(customer.id).unlink()
    env["crm.dealer"].browse(dealer.id).unlink()
    env.cr.commit()


def told(connect, ids):
    """How often each was told, by entries and by to-dos."""
    env = connect()
    summary = [("summary", "like", "First answer overdue")]
    return [
        (len(ticket.escalation_ids), len(ticket.activity_ids.filtered_domain(summary)))
        for ticket in env[TICKET].browse(ids)
    ]


@pytest.mark.parametrize("after", range(3))
def test_a_killed_job_goes_on(connect, monkeypatch, tickets, after):
    """Killed after so many batches: the next run does the rest, and nothing twice."""
    env = connect()
    with monkeypatch.context() as patch:
        commits(patch, env, until=after)
        with pytest.raises(Killed):
            env[LEVELS]._cron_escalate(limit=2)
    env.cr.rollback()
    with monkeypatch.context() as patch:
        commits(patch, env)
        for _run in range(2):
            connect()[LEVELS]._cron_escalate(limit=2)
    assert told(connect, tickets) == [(1, 1)] * 6


def test_two_workers_tell_each_once(registry, connect, tickets):
    def work(env):
        while env[LEVELS]._escalate_batch(limit=3):
            env.cr.commit()

    assert at_once(registry, [work, work]) == ["done", "done"]
    assert told(connect, tickets) == [(1, 1)] * 6


def test_two_take_the_same_step(registry, connect, tickets):
    """The second is repeated, and told where the complaint is by now."""

    def work(env):
        env[TICKET].browse(tickets[0]).action_complaint_analyse()

    outcomes = at_once(registry, [work, work])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
    ticket = connect()[TICKET].browse(tickets[0])
    assert ticket.crm_step == "analyse"
    assert len(ticket.notice_ids) == 2  # received, analyse


def test_two_answer_at_once(registry, connect, tickets):
    def work(env):
        env[TICKET].browse(tickets[1]).action_answered()

    outcomes = at_once(registry, [work, work])
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
    assert connect()[TICKET].browse(tickets[1]).date_answered
