"""Expected purchases (M11): who is found, and that each becomes a prospect card once."""

import random
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignPurchase(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.purchase.rule"].search([]).active = False
        cls.today = cls.env.company._today_here()
        cls.lost = cls.env["crm.lost.reason"].create({"name": "Test"})
        cls.rule = cls._rule(age_months=60)
        cls.buyer = cls._person(cls.dealer_a, 1)
        cls.car = cls._car(cls.buyer, 70)

    @classmethod
    def _rule(cls, **vals):
        return cls.env["crm.purchase.rule"].create(
            {"name": "Test", "purchase_type": "replace_same", **vals}
        )

    @classmethod
    def _car(cls, owner, months, **vals):
        bought = cls.today - relativedelta(months=months)
        return cls._vehicle(owner, purchase_date=bought, **vals)

    def _find(self, rule=None):
        """What is on the list of the test's customers."""
        rule = rule or self.rule
        self.env["crm.purchase.candidate"]._find(rule)
        return self.env["crm.purchase.candidate"].search([("rule_id", "=", rule.id)])

    def _mine(self, rule=None):
        return self._find(rule).filtered(lambda c: c.dealer_id in self.dealer_a | self.dealer_b)

    def test_the_day_is_the_companys_whoever_runs_it(self):
        """Where it is always another day than at the user's."""
        self.env.company.partner_id.tz = "Pacific/Kiritimati"
        candidates = self.env["crm.purchase.candidate"].with_context(tz="Pacific/Pago_Pago")
        today = self.env.company._today_here()
        self.assertNotEqual(today, fields.Date.context_today(candidates))
        for shift, found in ((0, True), (1, False)):
            self.car.purchase_date = today - relativedelta(months=60) + timedelta(shift)
            candidates._find(self.rule)
            rows = candidates.search([("rule_id", "=", self.rule.id)])
            self.assertEqual(self.buyer in rows.partner_id, found, shift)

    # -- Denials -----------------------------------------------------------------------------

    def test_denials(self):
        candidate = self._mine()
        self.assertEqual(candidate.vehicle_id, self.car)
        for login in ("credit", "auditor"):
            for act in ("action_make_cards", "action_dismiss"):
                with self.assertRaises(AccessError, msg=login):
                    getattr(self._as(login, candidate), act)()
        for login in ("sales_b", "greedy_b", "clerk", "homeless"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, candidate).action_make_cards()
        for login in ("sales_a", "manager_a", "oem"):
            for act in (
                lambda c: c.write({"state": "open"}),
                lambda c: c.unlink(),
                lambda c: c.create({"partner_id": self.buyer.id}),
            ):
                with self.assertRaises(AccessError, msg=login):
                    act(self._as(login, candidate))
        for login in ("sales_a", "manager_a", "agent"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.rule).action_find()
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.rule).write({"automatic": True})
        self.assertFalse(self._as("sales_b", self.env["crm.purchase.candidate"]).search(
            [("id", "=", candidate.id)]
        ))  # fmt: skip

    def test_a_card_cannot_be_forged(self):
        candidate = self._mine()
        lead = self._as("sales_a", self.env["crm.lead"]).create(
            {"name": "X", "partner_id": self.buyer.id, "purchase_candidate_id": candidate.id}
        )
        lead.write({"purchase_candidate_id": candidate.id})
        self.assertFalse(lead.purchase_candidate_id)

    # -- Cards -------------------------------------------------------------------------------

    def test_a_card_once(self):
        candidate = self._mine()
        self._as("sales_a", candidate).action_make_cards()
        lead = candidate.lead_id
        self.assertEqual(lead.purchase_candidate_id, candidate)
        self.assertEqual((lead.partner_id, lead.dealer_id), (self.buyer, self.dealer_a))
        self.assertEqual((lead.purchase_type, lead.visit_reason), ("replace_same", "owner"))
        self.assertEqual(candidate.state, "card")
        for _again in range(2):
            self._as("sales_a", candidate).action_make_cards()
            self._find()
        lead.action_set_lost(lost_reason_id=self.lost.id)
        self.rule.quiet_months = 1
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s WHERE id = %s",
            [self.today - timedelta(400), self.today - timedelta(400), lead.id],
        )
        self._find()
        candidate.action_make_cards()
        leads = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(leads.search([("partner_id", "=", self.buyer.id)]), lead)
        self.assertEqual(self._as("sales_a", candidate).action_open_lead()["res_id"], lead.id)

    def test_a_no_speaks_against_it(self):
        """Who wants no offers by phone is not expected to buy, nor called if found before (P4)."""
        candidate = self._mine()
        self.env["crm.club.consent"].create(
            {
                "partner_id": self.buyer.id, "channel": "phone", "given": False,
                "purpose_id": self.env.ref("crm_dealer_club.consent_purpose_offer").id,
                "source": "portal",
            }
        )  # fmt: skip
        self._as("sales_a", candidate).action_make_cards()
        self.assertFalse(candidate.lead_id)
        self._find()
        self.assertFalse(self._mine())

    def test_leads_that_speak_against_it(self):
        candidate = self._mine()
        lead = self._lead(self.buyer)
        candidate.action_make_cards()
        self.assertFalse(candidate.lead_id)
        self.assertFalse(self._mine())
        lead.action_set_lost(lost_reason_id=self.lost.id)
        self.assertFalse(self._mine())
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed = %s WHERE id = %s",
            [self.today - timedelta(300), self.today - timedelta(200), lead.id],
        )
        self.assertTrue(self._mine())

    def test_one_card_for_a_customer_with_two_kinds(self):
        other = self._rule(purchase_type="additional", age_months=12)
        both = self._mine() | self._mine(other)
        self.assertEqual(len(both), 2)
        leads = both._make_cards()
        self.assertEqual(len(leads), 1)

    def test_dismissed(self):
        candidate = self._mine()
        self._as("sales_a", candidate).action_dismiss()
        candidate.action_make_cards()
        self._find()
        self.assertEqual((candidate.state, candidate.lead_id.id), ("dismissed", False))

    def test_who_is_found_no_more_goes(self):
        candidate = self._mine()
        self.rule.age_months = 80
        self._find()
        self.assertFalse(candidate.exists())

    def test_who_is_expected_no_more_gets_no_lead(self):
        """Also before the night on which the list is brought up to date."""
        candidate = self._mine()
        self.car.purchase_date = self.today - relativedelta(months=20)
        candidate.action_make_cards()
        self.assertEqual((candidate.state, candidate.lead_id.id), ("open", False))
        self.car.purchase_date = self.today - relativedelta(months=70)
        candidate.action_make_cards()
        self.assertTrue(candidate.lead_id)

    def test_another_purchase_than_the_rule_expects_now(self):
        candidate = self._mine()
        self.buyer.dealer_id = self.dealer_b  # the row goes along
        self.rule.purchase_type = "additional"
        candidate.action_make_cards()
        self.assertFalse(candidate.lead_id)
        found = self._mine()
        self.assertFalse(candidate.exists())
        found.action_make_cards()
        self.assertEqual(found.lead_id.purchase_type, "additional")
        self.assertEqual(found.lead_id.dealer_id, self.dealer_b)

    def test_the_list_of_a_rule_that_is_given_up(self):
        kept = self._mine()
        kept.action_dismiss()
        others = [self._rule(age_months=24, purchase_type="additional") for _rule in range(2)]
        self._car(self._person(self.dealer_a, 2), 30)
        for rule, give_up in zip(others, ("action_archive", "unlink"), strict=True):
            found = self._find(rule)
            self.assertTrue(found)
            getattr(rule, give_up)()
            self.assertFalse(found.exists())
        self.assertFalse(self._find(others[0]), "nothing is found for it any more")
        self.rule.action_archive()
        self.assertEqual(kept.exists().state, "dismissed")

    def test_not_wanted(self):
        for vals in ({"contact_opt_out": True}, {"given_up_on": self.today}, {"dealer_id": False}):
            with self.subTest(vals=vals):
                person = self._person(self.dealer_a, 50)
                self._car(person, 70)
                self.assertIn(person, self._find().partner_id)
                person.sudo().write(vals)
                self.assertNotIn(person, self._find().partner_id)

    def test_automatic_as_many_as_a_dealer_can_call(self):
        self.rule.write({"automatic": True, "most_per_dealer": 2, "dealer_ids": [
            Command.set((self.dealer_a | self.dealer_b).ids)]})  # fmt: skip
        for number in range(60, 63):
            self._car(self._person(self.dealer_a, number), 70)
            self._car(self._person(self.dealer_b, number + 10), 70)
        candidates = self.env["crm.purchase.candidate"]
        with self._no_commit():
            candidates._cron_find()
            candidates._cron_find()
        made = self._mine().filtered("lead_id")
        self.assertEqual(sorted(made.dealer_id.mapped("code")), ["T-A", "T-B"])
        self.assertEqual(len(made), 4)
        self.assertEqual(len(made.lead_id), 4)

    # -- Rules against plain Python ----------------------------------------------------------

    def test_random_rules(self):
        rng = random.Random(19)
        models = self.env["fleet.vehicle.model"].search([], limit=3)
        for number in range(40):
            dealer = rng.choice((self.dealer_a, self.dealer_b))
            person = self._person(
                dealer, 100 + number, allows=(), family=rng.choice((False, "Wife, a son"))
            )
            for _car in range(rng.choice((1, 1, 2, 3))):
                end = rng.choice((None, rng.randrange(-200, 400)))
                self._car(
                    person,
                    rng.randrange(1, 150),
                    model_id=rng.choice(models).id,
                    usage=rng.choice((False, "private", "taxi")),
                    warranty_end=end is not None and self.today + timedelta(end),
                    mileage=rng.randrange(0, 200_000),
                )
        for _rule in range(12):
            rule = self._rule(
                age_months=rng.choice((0, 12, 60)),
                age_months_most=rng.choice((0, 90)),
                mileage_km=rng.choice((0, 80_000)),
                warranty=rng.choice((False, "ending", "over")),
                warranty_months=rng.choice((3, 6)),
                vehicles_least=rng.choice((0, 2)),
                vehicles_most=rng.choice((0, 2)),
                with_family=rng.random() < 0.3,
                usage_private=rng.random() < 0.3,
                model_ids=[Command.set(rng.choice(([], models[:2].ids)))],
                dealer_ids=[Command.set((self.dealer_a | self.dealer_b).ids)],
            )
            found = {(c.partner_id.id, c.vehicle_id.id) for c in self._find(rule)}
            self.assertEqual(found, self._oracle(rule), rule.read())
            rule.candidate_ids.sudo().unlink()

    def _oracle(self, rule):
        expected = set()
        customers = self.env["res.partner"].search(
            [("dealer_id", "in", rule.dealer_ids.ids), ("vehicle_ids", "!=", False)]
        )
        for customer in customers:
            cars = customer.vehicle_ids
            fits = cars.filtered(lambda car: self._fits(rule, car))
            household = len(cars) >= rule.vehicles_least and (
                not rule.vehicles_most or len(cars) <= rule.vehicles_most
            )
            if fits and household and (customer.family or not rule.with_family):
                first = min(fits, key=lambda car: (car.purchase_date, car.id))
                expected.add((customer.id, first.id))
        return expected

    def _fits(self, rule, car):
        months, today = relativedelta, self.today
        end = today + months(months=rule.warranty_months if rule.warranty == "ending" else 0)
        return all(
            (
                not rule.age_months or car.purchase_date <= today - months(months=rule.age_months),
                not rule.age_months_most
                or car.purchase_date > today - months(months=rule.age_months_most),
                not rule.mileage_km or car.mileage >= rule.mileage_km,
                not rule.warranty or (car.warranty_end and car.warranty_end < end),
                not rule.model_ids or car.model_id in rule.model_ids,
                not rule.usage_private or car.usage in (False, "private"),
            )
        )
