from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from .common_prospect import ProspectFactories


@tagged("post_install", "-at_install")
class TestProspectLost(ProspectFactories, TransactionCase):
    """A lost prospect card of a dealer keeps its reason (C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_prospects()
        cls.open = cls._lead(cls.customer_a, dealer_id=cls.dealer_a.id, user_id=cls.seller.id)
        cls.price = cls.env.ref("crm_dealer_grading.lost_price")
        cls.competitor = cls.env.ref("crm_dealer_grading.lost_competitor")

    def test_refused_without_reason(self):
        lead = self._as("sales_a", self.open)
        changes = (
            lambda: lead.action_set_lost(),
            lambda: lead.write({"active": False, "probability": 0}),
            lambda: lead.env["crm.lead.lost"].create({"lead_ids": lead.ids})
            .action_lost_reason_apply(),
            lambda: lead.create({"name": "x", "active": False, "probability": 0}),
        )  # fmt: skip
        for change in changes:
            with self.assertRaisesRegex(ValidationError, "Say why"), self.env.cr.savepoint():
                change()
        lead.action_set_lost(lost_reason_id=self.price.id)
        with self.assertRaisesRegex(ValidationError, "Say why"), self.env.cr.savepoint():
            lead.lost_reason_id = False

    def test_reason_is_written_before_the_archiving(self):
        self.open.probability = 0
        self._as("sales_a", self.open).action_set_lost(lost_reason_id=self.price.id)
        self.assertEqual((self.open.won_status, self.open.lost_reason_id), ("lost", self.price))
        self.open.action_unarchive()
        self.assertEqual(self.open.won_status, "pending")

    def test_competitor_is_asked(self):
        wizards = self._as("sales_a")["crm.lead.lost"]
        wizard = wizards.create({"lead_ids": self.open.ids, "lost_reason_id": self.competitor.id})
        self.assertTrue(wizard.asks_competitor and wizard.of_dealer)
        with self.assertRaisesRegex(ValidationError, "which brand"), self.env.cr.savepoint():
            wizard.action_lost_reason_apply()
        wizard.competitor_model = "Rival X"
        wizard.action_lost_reason_apply()
        self.assertEqual(self.open.competitor_model, "Rival X")
        self.assertEqual(self.open.won_status, "lost")

    def test_ordinary_leads_as_in_bare_odoo(self):
        lead = self._lead(False, dealer_id=False)
        self._as("clerk", lead).action_set_lost()
        self.assertEqual(lead.won_status, "lost")
        other = self._lead(False, dealer_id=False)
        other.action_set_lost(lost_reason_id=self.competitor.id)
        self.assertFalse(other.competitor_model)
