"""Isolation as a browser or a script meets it: over HTTP."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DealerFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestNetworkRpc(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.lead_a = cls._lead(cls.customer_a)

    def test_foreign_records(self):
        for login in ("sales_b", "greedy_b"):
            self.authenticate(login, login)
            for record in (self.customer_a, self.lead_a):
                model, ids = record._name, record.ids
                with self.subTest(login=login, model=model):
                    self._denied(model, "read", ids, ["display_name"])
                    self._denied(model, "web_read", ids, specification={"display_name": {}})
                    self._denied(model, "write", ids, {"dealer_id": self.dealer_b.id})
                    self._denied(model, "web_save", ids, {"user_id": False}, specification={})
                    self._denied(model, "unlink", ids)
                    self._denied(model, "message_post", ids, body="x")
                    found = self._call(
                        model, "web_search_read", domain=[("id", "in", ids)], specification={}
                    )
                    self.assertFalse(found["records"])

    def test_methods_that_are_not_for_callers(self):
        self.authenticate("sales_b", "sales_b")
        self._denied("res.partner", "_serve_by", self.customer_a.ids, self.dealer_b.id)
        self._denied("crm.dealer", "write", self.dealer_a.ids, {"user_ids": []})

    def test_context_opens_nothing(self):
        self.authenticate("sales_b", "sales_b")
        for context in ({"active_test": False}, {"allowed_company_ids": []}, {"su": True}):
            found = self._call(
                "res.partner", "search", [("id", "=", self.customer_a.id)], context=context
            )
            self.assertFalse(found)

    def test_chatter_and_files(self):
        message = self.customer_a.message_post(body="Secret of A")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.partner",
                "res_id": self.customer_a.id,
            }
        )
        self.customer_a.image_1920 = self.env.company.logo
        self.authenticate("sales_b", "sales_b")
        self._denied("mail.message", "read", message.ids, ["body"])
        foreign = self._fetch(attachment)
        self.authenticate("sales_a", "sales_a")
        for name, (status, content) in self._fetch(attachment).items():
            with self.subTest(route=name):
                self.assertEqual(status, 200)
                self.assertTrue(content)
                self.assertNotEqual(foreign[name][1], content)

    def _fetch(self, attachment):
        """What a user gets from the routes that serve a customer's files and messages."""
        partner = self.customer_a.id
        thread = {"params": {"thread_model": "res.partner", "thread_id": partner}}
        with mute_logger("odoo.http"):
            answers = {
                "file": self.url_open(f"/web/content/{attachment.id}"),
                "image": self.url_open(f"/web/image/res.partner/{partner}/image_1920"),
                "messages": self.url_open("/mail/thread/messages", json=thread),
            }
        if "Secret of A" in answers["messages"].text:
            self.assertEqual(self.session.uid, self.users["sales_a"].id)
        return {name: (answer.status_code, answer.content) for name, answer in answers.items()}
