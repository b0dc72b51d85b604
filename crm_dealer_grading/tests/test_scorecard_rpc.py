"""Credit assessments as a browser or a script asks for them: over HTTP (K1)."""

from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import DealerFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestCreditRpc(DealerFactories, RpcCalls, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.card = cls.env["crm.credit.scorecard"].search([("state", "=", "active")], limit=1)
        cls.draft = cls.env["crm.credit.assessment"].create(
            {"partner_id": cls.customer_a.id, "scorecard_id": cls.card.id}
        )
        cls.done = cls.draft.create(
            {"partner_id": cls.customer_a.id, "scorecard_id": cls.card.id}
        )
        for line in cls.done.line_ids:
            line.score = "7"
            file = cls.env["ir.attachment"].create(
                {"name": "x", "raw": b"evidence", "res_model": line._name, "res_id": line.id}
            )
            line.attachment_ids = [Command.link(file.id)]
        cls.done.action_done()

    def _denied(self, *args, error="AccessError", **kwargs):
        with self.assertRaises(JsonRpcException) as caught, mute_logger("odoo.http"):
            self._call(*args, **kwargs)
        self.assertIn(error, str(caught.exception))

    def test_results(self):
        name = "crm.credit.assessment"
        context = {"credit_assessment_step": True, "default_state": "done"}
        for login in ("credit", "oem"):
            self.authenticate(login, login)
            for vals in ({"state": "done"}, {"score": 100.0}, {"proposed_limit": 9e9}):
                with self.subTest(login, vals=vals):
                    self._denied(name, "write", self.draft.ids, vals)
                    self._denied(name, "write", self.draft.ids, vals, context=context)
                    self._denied(name, "web_save", self.done.ids, vals, specification={})
                    self._denied(name, "_store", self.draft.ids, vals)
            answer = self.done.line_ids[0]
            commands = {"line_ids": [[1, answer.id, {"score": "10"}]]}
            self._denied(name, "write", self.done.ids, commands, error="UserError")
            self._denied(answer._name, "write", answer.ids, {"score": "1"}, error="UserError")
            self._denied(name, "action_done", self.done.ids, error="UserError")
            self._denied(name, "_result", self.draft.ids, 1)
        made = self._call(name, "create", [{"partner_id": self.customer_a.id}], context=context)
        self.assertEqual(self.draft.browse(made).state, "draft")
        self.assertEqual(answer.score, "7")

    def test_steps(self):
        for login in ("sales_a", "manager_a", "auditor", "agent", "clerk", "sales_b"):
            self.authenticate(login, login)
            with self.subTest(login):
                for method in ("action_done", "action_cancel", "action_use_current"):
                    self._denied("crm.credit.assessment", method, self.draft.ids)
                for method in ("action_new_version", "action_activate"):
                    self._denied("crm.credit.scorecard", method, self.card.ids)
                self._denied("crm.credit.scorecard", "_mark_used", self.card.ids)
                self._denied("res.partner", "action_assess_credit", self.customer_a.ids)
        self.assertEqual((self.draft.state, self.card.state), ("draft", "active"))

    def test_frozen_scorecard(self):
        self.authenticate("oem", "oem")
        criterion, band = self.card.criterion_ids[0], self.card.band_ids[0]
        for call in (
            (criterion._name, "write", criterion.ids, {"weight": 90}),
            (criterion._name, "unlink", criterion.ids),
            (criterion._name, "update_field_translations", criterion.ids, "name", {"en_US": "x"}),
            (band._name, "web_save", band.ids, {"limit": 9e9}),
            (self.card._name, "write", self.card.ids, {"band_ids": [[5, 0, 0]]}),
            (self.card._name, "write", self.card.ids, {"limit_method": "share"}),
        ):
            kwargs = {"specification": {}} if call[1] == "web_save" else {}
            with self.subTest(call[1]):
                self._denied(*call, error="UserError", **kwargs)

    def test_evidence(self):
        file = self.done.line_ids[0].attachment_ids
        for login in ("sales_a", "sales_b", "agent", "clerk"):
            self.authenticate(login, login)
            answer = self.url_open(f"/web/content/{file.id}")
            self.assertNotIn(b"evidence", answer.content, login)
        for login in ("credit", "auditor", "oem"):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(f"/web/content/{file.id}").content, b"evidence", login)

    def test_onchange_tells_no_stranger(self):
        """What a form asks for while it is edited is computed with all rights."""
        spec = {"explanation": {}, "class_id": {}, "score": {}, "proposed_limit": {}}
        values = {"done_on": "2026-01-01 00:00:00", "scorecard_id": self.card.id}
        for login in ("sales_b", "greedy_b", "agent", "clerk"):
            self.authenticate(login, login)
            with self.subTest(login):
                self._denied(
                    "crm.credit.assessment", "onchange", self.done.ids, values, ["partner_id"], spec
                )

    def test_form_of_each_role(self):
        """What the client reads to show the form is readable by who may open it."""
        for login in ("sales_a", "manager_a", "credit", "auditor", "oem"):
            self.authenticate(login, login)
            views = self._call(
                "crm.credit.assessment", "get_views", [[False, "form"], [False, "list"]]
            )
            fields = views["models"]["crm.credit.assessment"]["fields"]
            self.assertEqual("line_ids" in fields, login not in ("sales_a", "manager_a"), login)
            spec = {name: {} for name in fields}
            self._call("crm.credit.assessment", "web_read", self.done.ids, specification=spec)
