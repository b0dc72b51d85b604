"""The contact log and the ledger of due contacts over HTTP."""

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DealerFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestContactRpc(RpcCalls, DealerFactories, HttpCase):
    """The same over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.log = cls.env["crm.contact.log"].create(
            {"partner_id": cls.customer_a.id, "summary": "Secret of A"}
        )
        cls.due = cls.env["crm.contact.due"].create(
            {"partner_id": cls.customer_a.id, "dealer_id": cls.dealer_a.id}
        )

    def test_strangers_and_auditors(self):
        for login in ("greedy_b", "auditor"):
            self.authenticate(login, login)
            with self.subTest(login=login):
                self._denied("crm.contact.log", "write", self.log.ids, {"summary": "x"})
                self._denied("crm.contact.due", "action_skip", self.due.ids)
                self._denied("crm.contact.due", "write", self.due.ids, {"user_id": False})
                self._denied("crm.contact.due", "create", {"partner_id": self.customer_a.id})
                self._denied("crm.contact.log", "create",
                             {"partner_id": self.customer_a.id, "summary": "x"})  # fmt: skip
        self._denied("res.partner", "action_plan_contacts", self.customer_a.ids)
        self._denied("crm.contact.plan", "create", {"note": "x"})
        self.authenticate("greedy_b", "greedy_b")
        self._denied("crm.contact.log", "read", self.log.ids, ["summary"])
        self._denied("crm.contact.due", "read", self.due.ids, ["date"])
        event = self.log.id * 32 + 2
        read = self._call("crm.customer.event", "search_read", [("id", "=", event)], ["text"])
        self.assertFalse(read)

    def test_own_staff_changes_no_ledger(self):
        self.authenticate("sales_a", "sales_a")
        self._denied("crm.contact.due", "write", self.due.ids, {"state": "done"})
        stranger = self.users["sales_b"].id
        self._denied("crm.contact.due", "write", self.due.ids, {"user_id": stranger})
        self._denied("crm.contact.due", "_find", str(fields.Date.today()))
        self._call("crm.contact.due", "action_skip", self.due.ids)
        self.due.invalidate_recordset()
        self.assertEqual(self.due.state, "skipped")
