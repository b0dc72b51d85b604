from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_credit import CreditFactories
from .common_rpc import RpcCalls

# One dot.
_SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestCreditCheckRpc(CreditFactories, RpcCalls, HttpCase):
    """Tricks over HTTP that would sell past a limit (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls._set_up_credit()
        cls.order = cls._quotation(cls.partner, 1500)
        cls.order.user_id = cls.users["sales_a"]

    def _denied(self, words, *args, **kwargs):
        """The call ends in an error that says ``words``, by its name or to the user."""
        model, method, *args = args
        route = f"{self.base_url()}/web/dataset/call_kw/{model}/{method}"
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http"):
            answer = self.opener.post(route, json={"params": params}, timeout=12).json()
        self.assertIn(words, f"{answer['error']['data']['name']} {answer['error']['data']}")

    def test_confirming_leaves_a_hold(self):
        self.authenticate("sales_a", "sales_a")
        words = "over the credit limit"
        for context in ({}, {"credit_file_step": True, "skip_credit": 1, "uid": 1}):
            self._denied(words, "sale.order", "action_confirm", self.order.ids, context=context)
        self.assertEqual(self.order.state, "draft")
        hold = self.env["crm.credit.hold"].search([("order_id", "=", self.order.id)])
        self.assertEqual(hold.state, "open")
        self.assertEqual(hold.asked_by_id, self.users["sales_a"])
        self.assertTrue(hold.activity_ids)
        self.assertIn(words, self.order.message_ids[0].body)

    def test_customer_signs_in_the_portal(self):
        """The signature stays, the order waits, and the customer reads nothing about credit."""
        self.order.write({"require_signature": True, "require_payment": False, "state": "sent"})
        token = self.order._portal_ensure_token()
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"access_token": token, "name": "Customer", "signature": _SIGNATURE},
        )
        self.assertTrue(answer["force_refresh"], answer)
        self.assertEqual(self.order.state, "sent")
        self.assertTrue(self.order.signature)
        hold = self.env["crm.credit.hold"].search([("order_id", "=", self.order.id)])
        self.assertEqual(hold.state, "open")
        page = self.url_open(answer["redirect_url"]).text
        self.assertIn("are checking it", page)
        self.assertNotIn("credit", page.split("<body")[1].split("<footer")[0].lower())
        notes = self.order.message_ids.filtered(lambda m: "credit limit" in (m.body or ""))
        self.assertTrue(notes)
        self.assertTrue(all(notes.subtype_id.mapped("internal")))

    def test_other_ways_to_the_state(self):
        self.authenticate("sales_a", "sales_a")
        order = self.order.ids
        words = "over the credit limit"
        self._denied(words, "sale.order", "write", order, {"state": "sale"})
        self._denied(words, "sale.order", "web_save", order, {"state": "sale"}, {"state": {}})
        line = {"product_id": self.product.id, "price_unit": 5000, "tax_ids": []}
        vals = {"partner_id": self.partner.id, "state": "sale", "order_line": [[0, 0, line]]}
        self._denied(words, "sale.order", "create", [vals])
        self.assertEqual(self.order.state, "draft")
        result = self._call("sale.order", "load",
                            ["partner_id/.id", "state", "order_line/product_id/.id",
                             "order_line/price_unit"],
                            [[self.partner.id, "sale", self.product.id, 5000]])  # fmt: skip
        self.assertFalse(result["ids"])
        self.assertIn(words, result["messages"][0]["message"])

    def test_methods_of_ours(self):
        self.authenticate("sales_a", "sales_a")
        ids = self.file.ids
        for model, method, *args in (
            ("crm.credit.file", "_grant", ids, 99999, False, "x"),
            ("crm.credit.file", "_change_limit", ids, 99999, "application", "x"),
            ("crm.credit.guard", "_check", {}),
            ("crm.credit.hold", "_move_on", []),
            ("crm.credit.release", "_use", []),
            ("crm.credit.turn", "_take", []),
        ):
            with self.subTest(method):
                self._denied("rivate", model, method, *args)

    def test_records_of_ours(self):
        self.authenticate("manager_a", "manager_a")
        partner, ids = self.partner.id, self.file.ids
        release = {"partner_id": partner, "amount": 9999, "reason": "x"}
        hold = {"partner_id": partner, "company_id": self.company.id, "order_id": self.order.id}
        denied = "AccessError"
        self._denied(denied, "crm.credit.file", "write", ids, {"limit": 99999})
        self._denied(denied, "crm.credit.file", "create", [{"partner_id": partner}])
        self._denied(denied, "crm.credit.release", "create", [release])
        self._denied(denied, "crm.credit.hold", "create", [hold])
        self._denied(denied, "crm.credit.turn", "search_read", [], ["turn"])
        self._denied(denied, "crm.credit.lower", "create", [{"file_ids": ids, "reason": "x"}])
        self._denied(denied, "res.company", "write", self.company.ids, {"credit_mode": "off"})
        self._denied("credit application", "res.partner", "write", [partner],
                     {"credit_limit": 99999})  # fmt: skip
        read = self._call("res.partner", "read", [partner], ["credit_granted", "credit_free"])
        self.assertEqual(read[0]["credit_granted"], 1000)

    def test_controller_changes_no_figure(self):
        self.authenticate("credit", "credit")
        words = "credit application"
        self._denied(words, "crm.credit.file", "write", self.file.ids, {"limit": 99999})
        self._denied(words, "crm.credit.file", "write", self.file.ids, {"valid_until": "2099-1-1"})
        self._denied(words, "crm.credit.file", "web_save", self.file.ids, {"limit": 9}, {})
        self._denied(words, "crm.credit.file", "write", self.file.ids,
                     {"change_ids": [[5]], "note": "x"})  # fmt: skip
