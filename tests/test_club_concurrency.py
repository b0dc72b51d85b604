<<<<<<< HEAD
"""Members at the same instant, and a night that is killed (M1, real connections)."""
=======
"""Seats, waiting lists and recommendations at the same instant: real connections (M4, M9)."""
>>>>>>> 7be0930 (Tests and demo of activities and referrals)

from datetime import timedelta

import pytest
from simultaneous import at_once

<<<<<<< HEAD
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
=======
from odoo import SUPERUSER_ID, api
from odoo.fields import Datetime


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="club")
def _club(registry):
    """Committed members of a dealer and an activity with one seat; removed afterwards."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        dealer = env["crm.dealer"].create({"name": "Concurrency", "code": "T-CLUB"})
        partners = env["res.partner"].create(
            [{"name": f"Concurrency {i}", "dealer_id": dealer.id} for i in range(4)]
        )
        members = env["crm.club.membership"].enrol(partners)
        begin = Datetime.now() + timedelta(5)
        event = env["event.event"].create(
            {
                "name": "Concurrency",
                "is_club_activity": True,
                "club_announced": True,
                "dealer_id": dealer.id,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=1),
                "seats_limited": True,
                "seats_max": 1,
                "event_mail_ids": [],
            }
        )
        keys = {"event": event.id, "members": members.ids, "partners": partners.ids}
    yield keys
    with registry.cursor() as cursor:
        env = environment(cursor)
        env["event.registration"].search([("event_id", "=", keys["event"])]).unlink()
        env["event.event"].browse(keys["event"]).unlink()
        env["crm.club.membership"].browse(keys["members"])._drop()
        env["res.partner"].browse(keys["partners"]).unlink()
        dealer.with_env(env).unlink()


def states(registry, club):
    with registry.cursor() as cursor:
        found = environment(cursor)["event.registration"].search(
            [("event_id", "=", club["event"])], order="id"
        )
        return found.mapped("state")


def desk(club, number):
    """A registration as a form or an import makes it."""

    def work(env):
        member = env["crm.club.membership"].browse(club["members"][number])
        env["event.registration"].create(
            {"event_id": club["event"], "partner_id": member.partner_id.id}
        )
>>>>>>> 7be0930 (Tests and demo of activities and referrals)

    return work


<<<<<<< HEAD
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


class Killed(BaseException):
    """What a killed worker feels like: nothing catches it."""


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
=======
def portal(club, number):
    def work(env):
        member = env["crm.club.membership"].browse(club["members"][number])
        env["event.event"].browse(club["event"])._club_register(member)

    return work


def test_one_seat_for_two_at_the_desk(registry, club):
    outcomes = at_once(registry, [desk(club, 0), desk(club, 1)])
    assert outcomes.count("done") == 1
    assert states(registry, club) == ["open"]


def test_one_seat_for_three_in_the_portal(registry, club):
    outcomes = at_once(registry, [portal(club, number) for number in range(3)])
    assert outcomes == ["done"] * 3
    assert sorted(states(registry, club)) == ["draft", "draft", "open"]


def test_two_cancel_at_once_and_each_seat_is_given_once(registry, club):
    def cancel(number):
        def work(env):
            member = env["crm.club.membership"].browse(club["members"][number])
            env["event.event"].browse(club["event"])._club_cancel(member)

        return work

    with registry.cursor() as cursor:
        env = environment(cursor)
        env["event.event"].browse(club["event"]).seats_max = 2
        for number in range(4):
            portal(club, number)(env)
    assert at_once(registry, [cancel(0), cancel(1)]) == ["done", "done"]
    assert states(registry, club) == ["cancel", "cancel", "open", "open"]


def test_a_circle_closed_from_both_ends(registry, club):
    """A was recommended by B while B is being recommended by A, with one between them."""
    first, middle, last, _other = club["partners"]

    def link(who, by):
        def work(env):
            env["res.partner"].browse(who).referred_by_id = by

        return work

    with registry.cursor() as cursor:
        link(middle, first)(environment(cursor))
    outcomes = at_once(registry, [link(first, last), link(last, middle)])
    assert outcomes.count("done") == 1, outcomes
    with registry.cursor() as cursor:
        partners = environment(cursor)["res.partner"].browse([first, last])
        assert len(partners.filtered("referred_by_id")) == 1


def test_two_deliveries_for_one_person_reward_one(registry, club):
    """Two members recommended the same person by different numbers; both cards are delivered."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        vins = ("LSVAU2180N2183294", "1T8TST9AXZZ042008")
        person = env["res.partner"].create({"name": "Concurrency Person"})
        leads = env["crm.lead"]
        for number in range(2):
            leads |= leads.create(
                {
                    "name": "Concurrency",
                    "type": "opportunity",
                    "dealer_id": env["event.event"].browse(club["event"]).dealer_id.id,
                    "phone": f"+86 139 7777 000{number}",
                    "referred_by_id": club["partners"][number],
                }
            )
        leads.action_set_won()
        ids, person_id = leads.ids, person.id

    def deliver(number):
        def work(env):
            env["crm.lead"].browse(ids[number])._deliver(
                vins[number],
                {"delivery_date": env["crm.club.referral"]._today()},
                partner=env["res.partner"].browse(person_id),
            )

        return work

    try:
        assert at_once(registry, [deliver(0), deliver(1)]) == ["done", "done"]
        with registry.cursor() as cursor:
            referrals = environment(cursor)["crm.club.referral"].search([("lead_id", "in", ids)])
            assert sorted(referrals.mapped("state")) == ["refused", "rewarded"]
            assert set(referrals.mapped("refusal")) == {False, "rewarded"}
    finally:
        with registry.cursor() as cursor:
            env = environment(cursor)
            leads = env["crm.lead"].browse(ids)
            for lead in leads.filtered("delivered_on"):
                lead._undo_delivery("Test")
            env["crm.lead.delivery.log"].search([("lead_id", "in", ids)]).unlink()
            env["crm.club.referral"].search([("lead_id", "in", ids)]).unlink()
            leads.unlink()
            env["crm.vehicle"].search([("vin", "in", vins)]).unlink()
            env["res.partner"].browse(person_id).unlink()
>>>>>>> 7be0930 (Tests and demo of activities and referrals)
