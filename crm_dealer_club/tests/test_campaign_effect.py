"""The effect of a campaign (M11) against plain Python on random data."""

import random
from datetime import timedelta
from math import sqrt
from statistics import fmean, variance

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_campaign import CampaignCase

_Z = 1.959963984540054


def shares_oracle(one, other):
    """Newcombe's interval, from the quadratic that Wilson's solves, found by bisection."""

    def limits(hits, count):
        share = hits / count

        def solve(low, high, rising):
            for _step in range(200):
                middle = (low + high) / 2
                far = abs(share - middle) > _Z * sqrt(middle * (1 - middle) / count)
                if far == rising:
                    low = middle
                else:
                    high = middle
            return (low + high) / 2

        return share, solve(0, share, True), solve(share, 1, False)

    (p1, l1, u1), (p2, l2, u2) = limits(*one), limits(*other)
    gap = p1 - p2
    return gap, gap - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), gap + sqrt(
        (u1 - p1) ** 2 + (p2 - l2) ** 2
    )


def means_oracle(one, other):
    error = _Z * sqrt(variance(one) / len(one) + variance(other) / len(other))
    gap = fmean(one) - fmean(other)
    return gap, gap - error, gap + error


@tagged("post_install", "-at_install")
class TestCampaignEffect(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].create(
            [
                {"name": f"Effect {number}", "dealer_id": cls.dealer_a.id}
                for number in range(60)
            ]
        )
        cls.vehicles = cls.env["crm.vehicle"].create(
            [{"partner_id": person.id} for person in cls.people]
        )
        cls.start = fields.Datetime.now() - timedelta(days=40)
        cls.campaign = cls._campaign(
            cls.dealer_a, effect_days=30, effect_minimum=10, control_percent=40
        )
        cls._put(cls.campaign, cls.people, cls.start)

    @classmethod
    def _put(cls, campaign, people, date):
        """Members of a campaign's groups, two of five as control."""
        cls.env["crm.campaign.subject"].sudo().create(
            [
                {
                    "campaign_id": campaign.id,
                    "partner_id": person.id,
                    "dealer_id": person.dealer_id.id,
                    "arm": "control" if number % 5 < 2 else "contact",
                    "date": date,
                }
                for number, person in enumerate(people)
            ]
        )

    def _effects(self, campaign=None):
        effects = self.env["crm.campaign.effect"]._measure(campaign or self.campaign)
        return {effect.outcome: effect for effect in effects}

    def _bill(self, order, rng):
        """Invoice an order, and credit some of it; return what the customer pays in the end."""
        amount = order.amount_untaxed
        order.order_line.qty_delivered = 1
        how = rng.choice(("none", "billed", "all", "part", "anew", "draft"))
        if how == "none":
            return amount
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        if how == "billed" or amount < 0:
            return amount
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        if how == "part":
            note.invoice_line_ids.price_unit = 60
        if how != "draft":
            note.action_post()
        if how == "anew":
            order._create_invoices().action_post()
        return {"all": 0, "part": amount - 60}.get(how, amount)

    def _live(self, rng):
        """Random visits, orders and leads in and around the days; what counts by customer."""
        counts = {
            person.id: {"visit": 0, "lead": 0, "sale": 0, "revenue": 0.0} for person in self.people
        }
        for person, vehicle in zip(self.people, self.vehicles, strict=True):
            mine = counts[person.id]
            for _visit in range(rng.choice((0, 0, 1))):
                day = self.start + timedelta(days=rng.uniform(-10, 39))
                stage = rng.choice(("delivered", "delivered", "booked", "cancelled"))
                amount = rng.randrange(100, 2000)
                self._visit(vehicle, date=day, stage=stage, labour_amount=amount)
                if stage == "delivered" and self.start <= day < self.start + timedelta(days=30):
                    mine["visit"] = 1
                    mine["revenue"] += amount
            if rng.random() < 0.25:
                day = self.start + timedelta(days=rng.uniform(-10, 39))
                amount = rng.choice((1, 1, 1, -1)) * rng.randrange(100, 900)
                order = self._order(person, amount, date=day.replace(microsecond=0))
                kept = self._bill(order, rng)
                if self.start <= day.replace(microsecond=0) < self.start + timedelta(days=30):
                    mine["sale"] |= int(amount > 0)
                    mine["revenue"] += kept
            if rng.random() < 0.3:
                lead = self._lead(person)
                day = (self.start + timedelta(days=rng.uniform(-10, 39))).replace(microsecond=0)
                self.env.cr.execute(
                    "UPDATE crm_lead SET create_date = %s WHERE id = %s", [day, lead.id]
                )
                mine["lead"] |= int(self.start <= day < self.start + timedelta(days=30))
        return counts

    def test_random_data(self):
        counts = self._live(random.Random(6))
        effects = self._effects()
        groups = {
            arm: [counts[p.id] for p in self._subjects(self.campaign, arm).partner_id]
            for arm in ("contact", "control")
        }
        contact, control = groups["contact"], groups["control"]
        for outcome in ("visit", "lead", "sale"):
            expected = shares_oracle(
                *((sum(row[outcome] for row in group), len(group)) for group in (contact, control))
            )
            effect = effects[outcome]
            self.assertEqual((effect.contacted, effect.control), (36, 24))
            for name, value in zip(("difference", "low", "high"), expected, strict=True):
                self.assertAlmostEqual(effect[name], value * 100, 6, (outcome, name))
        expected = means_oracle(*([row["revenue"] for row in g] for g in (contact, control)))
        for name, value in zip(("difference", "low", "high"), expected, strict=True):
            self.assertAlmostEqual(effects["revenue"][name], value, 4, name)

    def test_more_less_unclear(self):
        contacted = self._subjects(self.campaign, "contact").partner_id
        for vehicle in self.vehicles.filtered(lambda v: v.partner_id in contacted):
            self._visit(vehicle, date=self.start + timedelta(days=3), labour_amount=500)
        effects = self._effects()
        self.assertEqual(effects["visit"].verdict, "more")
        self.assertEqual(effects["visit"].contacted_value, 100)
        self.assertEqual(effects["lead"].verdict, "unclear")
        self.assertIn("More than without it: +100.0", effects["visit"].in_words)
        self._subjects(self.campaign).sudo().filtered(lambda s: s.arm == "contact").arm = "control"
        self.assertEqual(self._effects()["visit"].verdict, "too_few")

    def test_too_few_is_said_plainly(self):
        self.campaign.effect_minimum = 25
        effect = self._effects()["visit"]
        self.assertEqual(effect.verdict, "too_few")
        self.assertEqual((effect.difference, effect.low, effect.high), (0, 0, 0))
        self.assertIn("Too few to tell: 36 contacted and 24 control", effect.in_words)

    def test_days_that_are_not_over_do_not_count(self):
        young = self._campaign(self.dealer_a, effect_minimum=2)
        self._put(young, self.people, fields.Datetime.now() - timedelta(days=29))
        effect = self._effects(young)["visit"]
        self.assertEqual((effect.contacted, effect.control), (0, 0))
        self.assertEqual(effect.verdict, "too_few")

    def test_without_control_group(self):
        campaign = self._campaign(self.dealer_a, effect_minimum=2)
        self.assertEqual(self._effects(campaign)["visit"].verdict, "too_few")

    def test_the_job_and_the_button(self):
        effects = self.env["crm.campaign.effect"]
        self.assertNotIn(self.campaign, effects._due_campaigns() - self.campaign)
        self.campaign.effect_days = 20
        self.assertNotIn(self.campaign, effects._due_campaigns())
        self.campaign.effect_days = 35
        self.assertIn(self.campaign, effects._due_campaigns())
        with self._no_commit():
            effects._cron_measure()
            effects._cron_measure()
        self.assertEqual(len(self.campaign.dealer_effect_ids), 4)
        self._as("manager_a", self.campaign).action_measure_effect()
        self.assertEqual(len(self.campaign.dealer_effect_ids), 4)
        with self.assertRaises(AccessError):
            self._as("greedy_b", self.campaign).action_measure_effect()
