"""Seats, waiting lists and recommendations at the same instant: real connections (M4, M9)."""

from datetime import timedelta

import pytest
from simultaneous import at_once

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
        # What was rewarded is in a ledger that nobody deletes from.
        for statement in (
            """DELETE FROM crm_club_point_use WHERE entry_id IN (
                   SELECT id FROM crm_club_point_entry WHERE membership_id = ANY(%s))""",
            "DELETE FROM crm_club_point_entry WHERE membership_id = ANY(%s)",
            "DELETE FROM loyalty_card WHERE club_membership_id = ANY(%s)",
        ):
            cursor.execute(statement, [keys["members"]])
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

    return work


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


def test_the_nightly_job_measures_once(registry, club):
    """Two servers run it at the same instant; later it finds nothing more to do."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        portal(club, 0)(env)
        event = env["event.event"].browse(club["event"])
        event.registration_ids.action_set_done()
        past = Datetime.now() - timedelta(200)
        event.write({"date_begin": past, "date_end": past + timedelta(hours=1)})

    def measure(env):
        env["crm.club.effect"]._measure_due()

    assert at_once(registry, [measure, measure]) == ["done", "done"]
    with registry.cursor() as cursor:
        env = environment(cursor)
        found = env["crm.club.effect"].search([("event_id", "=", club["event"])])
        assert (len(found), found.participants, found.too_few) == (1, 1, True)
        first = found.id
        measure(env)
        assert env["crm.club.effect"].search([("event_id", "=", club["event"])]).id == first


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
    assert any("cannot be recommended by itself" in text for text in outcomes), outcomes
    with registry.cursor() as cursor:
        partners = environment(cursor)["res.partner"].browse([first, last])
        assert len(partners.filtered("referred_by_id")) == 1


VINS = ("LSVAU2180N2183294", "1T8TST9AXZZ042008")


@pytest.fixture(name="won")
def _won(registry, club):
    """Two won cards of one person, whom two members recommended by different numbers."""
    with registry.cursor() as cursor:
        env = environment(cursor)
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
    yield ids, person_id
    with registry.cursor() as cursor:
        env = environment(cursor)
        leads = env["crm.lead"].browse(ids)
        for lead in leads.filtered("delivered_on"):
            lead._undo_delivery("Test")
        env["crm.lead.delivery.log"].search([("lead_id", "in", ids)]).unlink()
        env["crm.club.referral"].search([("lead_id", "in", ids)]).unlink()
        leads.unlink()
        env["crm.vehicle"].search([("vin", "in", VINS)]).unlink()
        env["res.partner"].browse(person_id).unlink()


def test_two_deliveries_for_one_person_reward_one(registry, won):
    """Both cards are delivered at the same instant."""
    ids, person_id = won

    def deliver(number):
        def work(env):
            env["crm.lead"].browse(ids[number])._deliver(
                VINS[number],
                {"delivery_date": env["crm.club.referral"]._today()},
                partner=env["res.partner"].browse(person_id),
            )

        return work

    assert at_once(registry, [deliver(0), deliver(1)]) == ["done", "done"]
    with registry.cursor() as cursor:
        referrals = environment(cursor)["crm.club.referral"].search([("lead_id", "in", ids)])
        assert sorted(referrals.mapped("state")) == ["refused", "rewarded"]
        assert set(referrals.mapped("refusal")) == {False, "rewarded"}
