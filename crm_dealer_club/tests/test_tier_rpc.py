"""Memberships as a browser or a script asks for them: over HTTP (M1)."""

from odoo.tests import HttpCase, tagged

from odoo.addons.crm_dealer_grading.tests.common import DealerFactories
from odoo.addons.crm_dealer_grading.tests.common_rpc import RpcCalls

MODEL = "crm.club.membership"


@tagged("post_install", "-at_install")
class TestTierRpc(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.member = cls.env[MODEL].enrol(cls.customer_a)
        cls.diamond = cls.env.ref("crm_dealer_club.tier_diamond")

    def test_denials(self):
        new = self._customer(self.dealer_a)
        ids = self.member.ids
        for login in ("sales_a", "manager_a", "sales_b", "auditor", "agent", "oem"):
            self.authenticate(login, login.ljust(8, "x"))
            with self.subTest(login):
                for vals in ({"tier_id": self.diamond.id}, {"state": "left"}, {"number": "1"}):
                    self._denied(MODEL, "write", ids, vals)
                    self._denied(MODEL, "web_save", ids, vals, specification={})
                    context = {"club_membership_step": True}
                    self._denied(MODEL, "write", ids, vals, context=context)
                    self._denied(MODEL, "create", [{"partner_id": new.id, **vals}])
                for private in ("_store", "_enrol", "_run_tiers", "_merge_into", "_send_notices"):
                    self._denied(MODEL, private, ids)
                self._denied("crm.club.membership.change", "unlink", self.member.change_ids.ids)
        self.assertEqual(self.member.change_ids.mapped("kind"), ["enrolled"])
        self.assertFalse(new.club_membership_id)

    def test_enrol(self):
        new = self._customer(self.dealer_a)
        for login in ("sales_b", "auditor"):
            self.authenticate(login, login.ljust(8, "x"))
            with self.subTest(login):
                self._denied(MODEL, "create", [{"partner_id": new.id}])
                self._denied("res.partner", "action_enrol", new.ids)
        self.authenticate("sales_a", "sales_axx"[:8])
        saved = self._call(
            MODEL, "web_save", [], {"partner_id": new.id}, specification={"number": {}}
        )
        self.assertEqual(saved[0]["number"], new.club_membership_id.number)

    def test_import_says_neither_tier_nor_number(self):
        self.authenticate("oem", "oemxxxxx")
        result = self._call(
            MODEL,
            "load",
            ["partner_id/.id", "tier_id/.id"],
            [[self.customer_b.id, self.diamond.id]],
        )
        self.assertTrue(result["messages"])
        self.assertFalse(self.customer_b.club_membership_id)
