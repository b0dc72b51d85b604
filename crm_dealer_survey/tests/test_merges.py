"""Merged leads and customers keep their follow-up calls and answers (S1, S3)."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tests.common_prospect import OTHER_VIN, VIN

from .common_followup import FollowupFactories


@tagged("post_install", "-at_install")
class TestMerges(FollowupFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_followup()
        cls.model = cls._model()
        cls.delivery_rule = cls._rule(name="Delivery", event="delivery", delay=0)

    def _delivered_lead(self, vin):
        """A delivered lead with its call and an answer about it."""
        lead = self._won_lead()
        self._as("sales_a", lead)._deliver(
            vin, {"delivery_date": self.today, "model_id": self.model.id}
        )
        self._commit()
        call = self.Call.search([("lead_id", "=", lead.id)])
        self.assertEqual(call.rule_id, self.delivery_rule)
        answer = self._answered(partner_id=False, satisfaction_lead_id=lead.id)
        return lead, call, answer

    def _won_lead(self):
        lead = self._lead(
            self.customer_a, dealer_id=self.dealer_a.id, user_id=self.users["sales_a"].id
        )
        lead.action_set_won()
        return lead

    def test_leads(self):
        one = self._delivered_lead(VIN)
        other = self._delivered_lead(OTHER_VIN)
        kept = (one[0] | other[0])._merge_opportunity()
        self._commit()
        self.assertEqual(len((one[0] | other[0]).exists()), 1)
        self.assertEqual((one[1] | other[1]).lead_id, kept)
        self.assertEqual(kept.followup_call_count, 2)
        self.assertEqual((one[2] | other[2]).satisfaction_lead_id, kept)
        # The night sees that the vehicle was handed over all the same.
        self.Call._follow_up(**self.Call._events_to_look_at())
        self.assertEqual((one[1] | other[1]).mapped("state"), ["due", "due"])

    def test_leads_that_stay(self):
        lead, call, answer = self._delivered_lead(VIN)
        other = self._lead(
            self.customer_a, dealer_id=self.dealer_a.id, user_id=self.users["sales_a"].id
        )
        other._merge_dependences(lead)
        self.assertEqual((call.lead_id, answer.satisfaction_lead_id), (other, other))

    def test_a_salesperson_merges(self):
        lead, call, answer = self._delivered_lead(VIN)
        other = self._lead(
            self.customer_a, dealer_id=self.dealer_a.id, user_id=self.users["sales_a"].id
        )
        kept = self._as("sales_a", lead | other).merge_opportunity()
        self.assertEqual((call.lead_id, answer.satisfaction_lead_id), (kept.sudo(), kept.sudo()))

    def _merge(self, source, target):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target, extra_checks=False)
        self.env.invalidate_all()
        self.assertFalse(source.exists())

    def test_customers(self):
        double = self._customer(self.dealer_a, name="Double", phone="+86 138 0013 8001")
        visit = self._done_visit(self._vehicle(double))
        call = self._calls(visit, self.rule)
        self._as("sales_a", call)._record("no_answer", note="Voice mail")
        answer = self._answered(partner_id=double.id)
        company = self._customer(self.dealer_a, name="Company", is_company=True)
        contact = self._customer(self.dealer_a, name="Driver", parent_id=company.id)
        self._merge(double, contact)
        self.assertEqual((call.partner_id, call.commercial_partner_id), (contact, company))
        self.assertEqual(call.attempt_ids.note, "Voice mail")
        self.assertEqual((answer.partner_id, answer.commercial_partner_id), (contact, company))
        self.assertEqual(answer.satisfaction_score_ids.partner_id, company)
        self.assertEqual(company.satisfaction_answer_count, 1)
        self.assertEqual(company.followup_call_count, len(self._calls(visit)))
