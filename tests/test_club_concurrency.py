"""Members at the same instant, and a night that is killed (M1, real connections)."""

from datetime import timedelta

import pytest
from simultaneous import Killed, at_once

MEMBER = "crm.club.membership"


@pytest.fixture(name="partners")
def _partners(connect):
    """Committed customers of their own, removed afterwards."""
    env = connect()
    dealer = env["crm.dealer"].create({"name": "Club concurrency", "code": "T-CLUB"})
    partners = env["res.partner"].create(
        [{"name": f"Club {i}", "dealer_id": dealer.id} for i in range(6)]
    )
    env.cr.commit()
    yield partners
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    for table in ("crm_club_membership_change", "crm_club_card", "crm_club_membership"):
        env.cr.execute(f"DELETE FROM {table} WHERE partner_id IN %s", [tuple(partners.ids)])
    partners = env["res.partner"].browse(partners.ids)
    partners.unlink()
    env["crm.dealer"].browse(dealer.id).unlink()
    env.cr.commit()


def enrol(ids, seen):
    def work(env):
        members = env[MEMBER].enrol(env["res.partner"].browse(ids))
        seen.append(members.ids)

    return work


def test_two_who_enrol_the_same_customers(registry, connect, partners):
    """One wins; the other is repeated and returns what is there."""
    seen = []
    outcomes = at_once(registry, [enrol(partners.ids, seen), enrol(partners.ids, seen)])
    assert outcomes == ["done", "done"]
    env = connect()
    members = env[MEMBER].search([("partner_id", "in", partners.ids)])
    assert len(members) == 6
    assert len(set(members.mapped("number"))) == 6
    assert members.change_ids.mapped("kind") == ["enrolled"] * 6
    assert {tuple(sorted(ids)) for ids in seen[-2:]} == {tuple(sorted(members.ids))}


def test_two_who_suspend_and_let_go(registry, connect, partners):
    """The second is repeated with fresh eyes, and told what the membership is by now."""
    env = connect()
    member = env[MEMBER].enrol(partners[:1])
    env.cr.commit()
    outcomes = at_once(
        registry,
        [
            lambda env: env[MEMBER].browse(member.id).action_suspend("one"),
            lambda env: env[MEMBER].browse(member.id).action_suspend("other"),
        ],
    )
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
    env = connect()
    assert env[MEMBER].browse(member.id).change_ids.mapped("kind") == ["suspended", "enrolled"]


def test_night_moves_whose_points_are_booked(connect, partners):
    """A row that names the member does not hold the member back."""
    env = connect()
    member = env[MEMBER].enrol(partners[:1])
    member._store({"tier_id": env.ref("crm_dealer_club.tier_gold").id,
                   "valid_until": member._today() - timedelta(400)})  # fmt: skip
    env.cr.commit()
    other = connect()
    # What PostgreSQL does for every row that names the member.
    other.cr.execute("SELECT FROM crm_club_membership WHERE id = %s FOR KEY SHARE", [member.id])
    env = connect()
    assert list(env[MEMBER]._run_tiers(partner_ids=partners[:1].ids, limit=5)) == [member.id]


@pytest.fixture(name="due")
def _due(connect, partners):
    """All of them are to be downgraded, and the first three to be told of something."""
    env = connect()
    members = env[MEMBER].enrol(env["res.partner"].browse(partners.ids)).sorted("id")
    today = members._today()
    gold = env.ref("crm_dealer_club.tier_gold")
    members._store({"tier_id": gold.id, "valid_until": today - timedelta(40)})
    members[:3]._store({"valid_until": today + timedelta(5)})
    manager = env["res.users"].search([("login", "=", "manager")])
    for member in members:
        member.partner_id.write({"email": f"m{member.id}@example.com", "user_id": manager.id})
        member.partner_id.dealer_id.user_ids += manager
    env.cr.commit()
    yield members.ids
    env.cr.rollback()
    env["mail.mail"].search([("recipient_ids", "in", partners.ids)]).unlink()
    env["mail.activity"].search(
        [("res_model", "=", MEMBER), ("res_id", "in", members.ids)]
    ).unlink()
    env["crm.dealer"].browse(members.dealer_id.ids).user_ids -= manager
    env.cr.commit()


def state(connect, ids):
    env = connect()
    members = env[MEMBER].browse(ids)
    return [
        (
            m.tier_id.code,
            len(m.change_ids),
            bool(m.notice_for),
            len(m.activity_ids),
            env["mail.mail"].search_count([("recipient_ids", "in", m.partner_id.ids)]),
        )
        for m in members
    ]


@pytest.mark.parametrize("after", range(4))
def test_killed_night_goes_on(connect, monkeypatch, due, after):
    """Killed after so many batches; the next night does the rest, and nothing twice."""
    env = connect()
    cron = type(env["ir.cron"])
    commits = []

    def commit(self, processed=0, **_kwargs):
        if len(commits) == after:
            raise Killed
        commits.append(processed)
        self.env.cr.commit()
        return float("inf")

    restrict(monkeypatch, env, due)
    with monkeypatch.context() as patch:
        patch.setattr(cron, "_commit_progress", commit)
        with pytest.raises(Killed):
            env[MEMBER]._cron_tiers(batch=2)
    env.cr.rollback()

    def go_on(self, processed=0, **_kwargs):
        self.env.cr.commit()
        return float("inf")

    env = connect()
    with monkeypatch.context() as patch:
        patch.setattr(cron, "_commit_progress", go_on)
        env[MEMBER]._cron_tiers(batch=2)
        once = state(connect, due)
        env[MEMBER]._cron_tiers(batch=2)
    assert once == [("G", 1, True, 1, 1)] * 3 + [("O", 2, False, 0, 0)] * 3
    assert state(connect, due) == once


def restrict(monkeypatch, env, ids):
    """Let the job see these members only: the others' nights are their own."""
    member = type(env[MEMBER])
    held = member._held_sql

    def only(self, which):
        from odoo.tools import SQL

        return held(self, SQL("%s AND m.id = ANY(%s)", which, list(ids)))

    monkeypatch.setattr(member, "_held_sql", only)
