"""Decisions on customers as a browser or a script asks for them: over HTTP (G13, G14)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DealerFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestLevelRpc(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.scheme = cls.env.ref("crm_dealer_grading.scheme_value")
        today = fields.Date.context_today(cls.scheme)
        cls.vals = {
            "partner_id": cls.customer_a.id,
            "scheme_id": cls.scheme.id,
            "level_id": cls.scheme.level_ids[0].id,
            "reason": "Named",
            "date_from": str(today),
            "date_until": str(today + timedelta(9)),
        }

    def test_manual_level(self):
        manual = self.env["crm.grading.manual"].create(self.vals)
        for login in ("sales_a", "auditor", "greedy_b"):
            self.authenticate(login, login)
            with self.subTest(login):
                self._denied("crm.grading.manual", "create", [self.vals])
                self._denied("crm.grading.manual", "web_save", [], self.vals, specification={})
                self._denied("crm.grading.manual", "action_end", manual.ids)
                self._denied("crm.grading.manual", "write", manual.ids, {"date_until": False})
                self._denied("crm.grading.manual", "unlink", manual.ids)
                self._denied("crm.grading.manual", "_end", manual.ids, str(manual.date_from))
        self.authenticate("manager_a", "manager_a")
        self._denied("crm.grading.manual", "write", manual.ids, {"reason": "Other"})
        self.assertTrue(self._call("crm.grading.manual", "action_end", manual.ids))
        self.assertEqual(manual.ended_by_id, self.users["manager_a"])

    def test_give_up_report(self):
        report = (
            self.env["crm.give.up.report"]
            .with_user(self.users["sales_a"])
            .create({"partner_id": self.customer_a.id})
        )
        for login in ("sales_a", "manager_a"):
            self.authenticate(login, login)
            context = {"give_up_report_step": True}
            for vals in ({"state": "approved"}, {"decided_by_id": self.users["oem"].id}):
                with self.subTest(login, vals=vals):
                    self._denied("crm.give.up.report", "write", report.ids, vals)
                    self._denied(
                        "crm.give.up.report", "write", report.ids, vals, context=context
                    )
            self._denied("crm.give.up.report", "_store", report.ids, {"state": "approved"})
            self._denied("res.partner", "write", self.customer_a.ids, {"given_up_on": "2026-01-01"})
            self._denied("res.partner", "_store_given_up", self.customer_a.ids, "2026-01-01")
        self.assertEqual(report.sudo().state, "draft")

    def test_simulation(self):
        for login in ("manager_a", "auditor"):
            self.authenticate(login, login)
            self._denied("crm.grading.scheme", "action_simulate", self.scheme.ids)
            self._denied("crm.grading.simulation", "create", [{"name": "x"}])
