"""Merged customers are one in campaigns, expected purchases and win-back (C3)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignMerge(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls._person(cls.dealer_a, 1, email="one@example.com")
        cls.gone = cls._person(cls.dealer_a, 2, email="one@example.com")

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.kept | self.gone).ids, self.kept)
        self.env.invalidate_all()

    def _subject(self, campaign, partner, arm, days):
        return self.env["crm.campaign.subject"].create(
            {
                "campaign_id": campaign.id,
                "partner_id": partner.id,
                "arm": arm,
                "date": fields.Datetime.now() - timedelta(days),
            }
        )

    def test_who_got_a_mailing_under_one_name_was_contacted(self):
        campaign, other = self._campaign(), self._campaign()
        self._subject(campaign, self.kept, "control", 3)
        self._subject(campaign, self.gone, "contact", 5)
        alone = self._subject(other, self.gone, "control", 5)
        self._merge()
        subject = self._subjects(campaign)
        self.assertEqual((subject.partner_id, subject.arm), (self.kept, "contact"))
        self.assertEqual(subject.date.date(), (fields.Datetime.now() - timedelta(5)).date())
        self.assertEqual((alone.partner_id, alone.arm), (self.kept, "control"))

    def test_the_survivor_does_not_get_it_again(self):
        campaign = self._campaign()
        mailing = self._mailing(campaign, self.gone)
        self.assertEqual(self._send(mailing), self.gone)
        self._merge()
        mailing.mailing_domain = repr([("id", "=", self.kept.id)])
        mailing.state = "in_queue"
        self._send(mailing)
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        self.assertEqual(traces.mapped("res_id"), self.kept.ids)

    def test_the_expected_purchase_with_a_lead_stays(self):
        car = self._vehicle(self.gone)
        rows = self.env["crm.purchase.candidate"].sudo().create(
            [
                {
                    "partner_id": person.id,
                    "vehicle_id": car.id,
                    "purchase_type": "replace_same",
                    "dealer_id": self.dealer_a.id,
                    "found_on": fields.Date.today(),
                }
                for person in (self.kept, self.gone)
            ]
        )  # fmt: skip
        rows[1].write({"state": "card", "lead_id": self._lead(self.gone).id})
        self._merge()
        self.assertEqual(rows.exists(), rows[1])
        self.assertEqual(rows[1].partner_id, self.kept)

    def test_the_case_that_is_further_on_goes_on(self):
        cases = self.env["crm.winback.case"].create(
            [{"partner_id": self.kept.id}, {"partner_id": self.gone.id}]
        )
        cases[1]._log_call({"way": "phone", "summary": "Called"})
        self._merge()
        self.assertEqual(cases.partner_id, self.kept)
        self.assertEqual((cases[0].state, cases[0].result), ("closed", "merged"))
        self.assertEqual((cases[1].state, cases[1].date_closed), ("called", False))
