"""Proven measures: proposed by dealers, released without names, taken over (S6)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_improvement import AFTER, BEFORE, ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementLibrary(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    def test_best_practice(self):
        plan = self._brought_to("act")
        mine = self._as("manager_a", plan)
        with self.assertRaises(UserError):
            mine.action_propose()  # not closed
        self._brought_to("closed", plan)
        self.assertTrue(plan.has_gain)
        mine.action_propose()
        with self.assertRaisesRegex(UserError, "already"):
            mine.action_propose()
        proposal = plan.suggestion_id
        self.assertEqual((proposal.state, proposal.create_uid), ("proposed",
                         self.env.ref("base.user_root")))  # fmt: skip
        dealer = self._as("greedy_b", proposal)
        self.assertFalse(dealer.search([("id", "=", proposal.id)]))
        oem = self._as("oem", proposal)
        oem.description = "As at test dealer a: ask first"
        with self.assertRaisesRegex(UserError, "Test Dealer A"):
            oem.action_release()
        oem.description = "Ask first"
        oem.action_release()
        [row] = dealer.read()
        self.assertEqual(row["name"], "Advice")
        self.assertNotIn("plan_id", row)
        self.assertNotIn("Test Dealer A", str(row))
        self.assertNotIn("manager_a", str(row))
        with self.assertRaises(AccessError):
            dealer.read(["plan_id"])
        self.assertFalse(dealer.message_ids.filtered(lambda m: "Dealer A" in (m.body or "")))

    def test_no_best_practice_without_effect(self):
        plan = self._plan()
        self._answers([8, 7, 9, 8], BEFORE[0] + timedelta(9))
        self._answers([8, 8, 7, 9], AFTER[0] + timedelta(9))
        self._brought_to("closed", plan)
        self.assertEqual((plan.verdict, plan.has_gain), ("unclear", False))
        with self.assertRaisesRegex(UserError, "better"):
            self._as("manager_a", plan).action_propose()

    def test_suggestions_of_a_plan(self):
        factor = self.factors["advice"]
        oem = self._as("oem", self.env["crm.improvement.suggestion"])
        fits = oem.create({"name": "Card", "factor_id": factor.id})
        oem.create({"name": "Other", "factor_id": self.factors["price"].id})
        later = self._version(self.programme)
        plan = self._plan(version_id=later.id, item_ids=[
            (0, 0, {"factor_id": later.factor_ids.filtered(lambda f: f.name == "advice").id,
                    "target": 800})])  # fmt: skip
        mine = self._as("manager_a", plan)
        action = mine.action_open_suggestions()
        found = self._as("manager_a", fits).search(action["domain"])
        self.assertEqual(found.ids, fits.ids)
        with self.assertRaises(UserError):
            found.action_take()
        found.with_context(**action["context"]).action_take()
        taken = plan.measure_ids.filtered("suggestion_id")
        self.assertEqual((taken.name, taken.item_id), ("Card", plan.item_ids))
        with self.assertRaises(AccessError):
            self._as("greedy_b", found).with_context(**action["context"]).action_take()
        self.assertEqual(fits.use_count, 1)
