"""Cards, cases and control groups by several at the same instant: real connections (M6, M11)."""

from datetime import timedelta

import psycopg2
import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, Command, api
from odoo.fields import Date, Datetime
from odoo.tools import mute_logger

PEOPLE = 6


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


def lost_customers(env):
    """A dealer's lost customers with two vehicles each; ``(dealer, customers, vehicles)``."""
    dealer = env["crm.dealer"].create({"name": "Concurrency", "code": "T-CAMP"})
    partners = env["res.partner"].create(
        [{"name": f"Concurrency {i}", "dealer_id": dealer.id} for i in range(PEOPLE)]
    )
    vehicles = env["crm.vehicle"].create(
        [{"partner_id": partner.id} for partner in partners for _car in range(2)]
    )
    level = env.ref("crm_dealer_grading.level_activity_lost")
    env["crm.grading.result"].create(
        [
            {
                "partner_id": partner.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "dealer_id": dealer.id,
            }
            for partner in partners
        ]
    )
    return dealer, partners, vehicles


def two_rules(env, dealer, vehicles):
    """Rules that find the first and the second vehicle of each customer."""
    today = Date.today()
    for number, vehicle in enumerate(vehicles):
        vehicle.purchase_date = today - timedelta(days=1000 if number % 2 else 3000)
    common = {
        "name": "Concurrency",
        "purchase_type": "replace_same",
        "dealer_ids": [Command.set(dealer.ids)],
    }
    ages = ({"age_months": 60}, {"age_months": 12, "age_months_most": 60})
    return env["crm.purchase.rule"].create([{**common, **age} for age in ages])


@pytest.fixture(name="network")
def _network(registry):
    """What is made above, and expected purchases, committed; removed afterwards."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        dealer, partners, vehicles = lost_customers(env)
        rules = two_rules(env, dealer, vehicles)
        candidates = env["crm.purchase.candidate"]
        candidates._find(rules)
        candidates = candidates.search([("rule_id", "in", rules.ids)], order="partner_id, id")
        assert candidates.vehicle_id == vehicles
        keys = {
            "rules": rules.ids,
            "dealer": dealer.id,
            "partners": partners.ids,
            "vehicles": vehicles.ids,
            "candidates": candidates.ids,
        }
    yield keys
    with registry.cursor() as cursor:
        env = environment(cursor)
        partners = env["res.partner"].browse(keys["partners"])
        leads = env["crm.lead"].with_context(active_test=False)
        leads.search([("partner_id", "in", partners.ids)]).unlink()
        env["crm.winback.case"].search([("partner_id", "in", partners.ids)]).unlink()
        env["crm.purchase.rule"].browse(keys["rules"]).unlink()
        env["crm.vehicle"].browse(keys["vehicles"]).unlink()
        partners.unlink()
        env["crm.dealer"].browse(keys["dealer"]).unlink()


def leads(registry, network):
    with registry.cursor() as cursor:
        found = environment(cursor)["crm.lead"].search([("partner_id", "in", network["partners"])])
        return [(lead.partner_id.id, lead.purchase_candidate_id.id) for lead in found]


def make_cards(ids):
    def work(env):
        env["crm.purchase.candidate"].browse(ids)._make_cards()

    return work


def test_two_workers_make_each_card_once(registry, network):
    """Also where they take different vehicles of the same customer."""
    candidates = network["candidates"]
    outcomes = at_once(registry, [make_cards(candidates), make_cards(candidates[::-1])])
    assert outcomes == ["done", "done"]
    assert sorted(partner for partner, _candidate in leads(registry, network)) == sorted(
        network["partners"]
    )


def test_two_vehicles_of_one_customer(registry, network):
    first, second = network["candidates"][:2]
    assert at_once(registry, [make_cards([first]), make_cards([second])]) == ["done", "done"]
    assert len(leads(registry, network)) == 1


def test_a_killed_worker_leaves_nothing_and_the_next_finishes(connect, registry, network):
    killed = connect()
    killed["crm.purchase.candidate"].browse(network["candidates"])._make_cards()
    killed.cr.execute("SELECT pg_backend_pid()")
    [pid] = killed.cr.fetchone()
    # What the first one holds is left to it; nobody waits.
    assert at_once(registry, [make_cards(network["candidates"])]) == ["done"]
    assert leads(registry, network) == []
    with registry.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    with mute_logger("odoo.sql_db"), pytest.raises(psycopg2.Error):
        killed.cr.execute("SELECT 1")
    assert at_once(registry, [make_cards(network["candidates"])]) == ["done"]
    assert len(leads(registry, network)) == PEOPLE


def test_the_database_knows_a_card_is_the_second(registry, network):
    """Should code ever forget the lock: the key of leads stands behind it."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        values = {
            "name": "X",
            "partner_id": network["partners"][0],
            "purchase_candidate_id": network["candidates"][0],
        }
        env["crm.lead"].create(values).flush_recordset()
        with mute_logger("odoo.sql_db"), pytest.raises(psycopg2.errors.UniqueViolation):
            env["crm.lead"].create(values).flush_recordset()
        cursor.rollback()


def cases(registry, network):
    with registry.cursor() as cursor:
        found = environment(cursor)["crm.winback.case"].search(
            [("partner_id", "in", network["partners"])]
        )
        return sorted(found.partner_id.ids), len(found)


def open_cases(network):
    def work(env):
        env["crm.winback.case"]._open_for(env["crm.dealer"].browse(network["dealer"]))

    return work


def test_two_jobs_open_each_case_once(registry, network):
    assert at_once(registry, [open_cases(network)] * 3) == ["done"] * 3
    assert cases(registry, network) == (sorted(network["partners"]), PEOPLE)


def test_job_and_hand_at_the_same_instant(registry, network):
    """Whoever comes second by hand is told; the job goes on without that customer."""

    def by_hand(env):
        try:
            env["crm.winback.case"]._open_from(env["res.partner"].browse(network["partners"]))
            env.flush_all()
        except psycopg2.errors.UniqueViolation:
            env.cr.rollback()

    assert at_once(registry, [open_cases(network), by_hand]) == ["done", "done"]
    assert cases(registry, network) == (sorted(network["partners"]), PEOPLE)


def test_two_visits_close_a_case_once(registry, network):
    with registry.cursor() as cursor:
        open_cases(network)(environment(cursor))
    vehicles = network["vehicles"][:2]

    def come(vehicle_id):
        def work(env):
            env["crm.service.visit"].create(
                {
                    "vehicle_id": vehicle_id,
                    "stage": "delivered",
                    "date": Datetime.now() + timedelta(minutes=1),
                }
            )

        return work

    assert at_once(registry, [come(vehicle_id) for vehicle_id in vehicles]) == ["done", "done"]
    with registry.cursor() as cursor:
        env = environment(cursor)
        case = env["crm.winback.case"].search([("partner_id", "=", network["partners"][0])])
        assert (case.result, case.returned) == ("won_back", True)
        visits = env["crm.service.visit"].search([("vehicle_id", "in", network["vehicles"])])
        assert case.return_visit_id in visits
        case.unlink()
        # Numbered visits are not deleted by anybody else.
        cursor.execute("DELETE FROM crm_service_visit WHERE id = ANY(%s)", [visits.ids])


def two_mailings(env, partners):
    """An e-mail and an SMS of one campaign to customers who allow both."""
    campaign = env["utm.campaign"].create(
        {"title": "Concurrency", "is_dealer_campaign": True, "control_percent": 50}
    )
    common = {
        "campaign_id": campaign.id,
        "mailing_model_id": env["ir.model"]._get_id("res.partner"),
        "mailing_domain": repr([("id", "in", partners.ids)]),
        "email_from": "x@example.com",
    }
    offer = env.ref("crm_dealer_club.consent_purpose_offer")
    for number, partner in enumerate(partners):
        partner.country_id = env.ref("base.cn")
        partner.write({"email": f"c{number}@example.com", "phone": f"+86 138 0000 99{number}0"})
        env["crm.club.consent"].create(
            [
                {"partner_id": partner.id, "purpose_id": offer.id, "channel": way, "given": True}
                for way in ("email", "sms")
            ]
        )
    return env["mailing.mailing"].create(
        [
            {**common, "subject": "Mail"},
            {**common, "subject": "SMS", "mailing_type": "sms", "body_plaintext": "X"},
        ]
    )


def test_two_mailings_share_one_control_group(registry, network):
    with registry.cursor() as cursor:
        env = environment(cursor)
        mailings = two_mailings(env, env["res.partner"].browse(network["partners"]))
        ids, campaign_id = mailings.ids, mailings.campaign_id.id

    def assign(mailing_id):
        return lambda env: env["mailing.mailing"].browse(mailing_id)._assign_subjects()

    try:
        assert at_once(registry, [assign(mailing_id) for mailing_id in ids]) == ["done", "done"]
        with registry.cursor() as cursor:
            found = environment(cursor)["crm.campaign.subject"].search(
                [("campaign_id", "=", campaign_id)]
            )
            assert sorted(found.partner_id.ids) == sorted(network["partners"])
            assert found.mapped("arm").count("control") == PEOPLE // 2
    finally:
        with registry.cursor() as cursor:
            env = environment(cursor)
            env["mailing.mailing"].browse(ids).unlink()
            env["utm.campaign"].browse(campaign_id).unlink()
