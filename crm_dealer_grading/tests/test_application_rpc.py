"""Applications as a script asks for them: over HTTP, with whatever it likes to send (K2)."""

from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_application import ApplicationFactories
from .common_rpc import RpcCalls

MODEL = "crm.credit.application"
FORGED = {
    "credit_application_step": True,
    "skip_validation_check": True,
    "skip_check_state_condition": True,
    "su": True,
}


@tagged("post_install", "-at_install")
class TestCreditApplicationRpc(ApplicationFactories, RpcCalls, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def _sign_in(self, login):
        login = self.users[login].login
        self.authenticate(login, login)

    def _denied(self, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as caught, mute_logger("odoo.http"):
            self._call(*args, **kwargs)
        self.assertRegex(str(caught.exception), "AccessError|UserError|ValidationError")

    def test_private_methods(self):
        application = self._at("finance")
        for login in ("sales_a", "credit", "finance", "oem"):
            self._sign_in(login)
            for method, args in (
                ("_file", ()),
                ("_store", ({"state": "filed"},)),
                ("_approve", ("x",)),
                ("_refuse", ("x",)),
                ("_validate_tier", ()),
                ("_start_reviews", ()),
                ("_grant_limit", ()),
                ("_in_step", ()),
                ("_write_back", ()),
            ):
                with self.subTest(login, method=method):
                    self._denied(MODEL, method, application.ids, *args)
        self.assertEqual(self._state(application), "submitted")

    def test_forged_writes(self):
        application = self._at("finance")
        review = application.sudo().review_ids[-1]
        for login in ("sales_a", "manager_a", "credit", "oem"):
            self._sign_in(login)
            for vals in (
                {"state": "filed"},
                {"validation_status": "validated"},
                {"requested_limit": 1},
                {"approved_limit": 500000},
                {"review_ids": [(1, review.id, {"status": "approved"})]},
                {"review_ids": [(5,)]},
                {"editor_ids": [(5,)]},
            ):
                with self.subTest(login, vals=vals):
                    self._denied(MODEL, "write", application.ids, vals, context=FORGED)
                    self._denied(
                        MODEL, "web_save", application.ids, vals, specification={}, context=FORGED
                    )
            for method, args in (
                ("write", ([review.id], {"status": "approved"})),
                ("unlink", ([review.id],)),
                ("create", ({"model": MODEL, "res_id": application.id, "status": "approved"},)),
            ):
                with self.subTest(login, method=method):
                    self._denied("tier.review", method, *args, context=FORGED)
        self.assertEqual(
            application.sudo().review_ids.mapped("status"), ["approved", "approved", "pending"]
        )

    def test_approving_over_rpc(self):
        application = self._at("finance")
        for login in ("sales_a", "manager_a", "credit", "clerk", "portal"):
            self._sign_in(login)
            for method in ("action_approve", "validate_tier", "action_refuse", "reject_tier"):
                with self.subTest(login, method=method):
                    self._denied(MODEL, method, application.ids, context=FORGED)
        self._sign_in("finance")
        self.assertTrue(self._call(MODEL, "action_approve", application.ids, "Confirmed"))
        self.assertEqual(self._state(application), "filed")
        self._denied(MODEL, "action_approve", application.ids, "Once more")

    def test_portal_sees_nothing(self):
        application = self._filed()
        self.company_a.child_ids = [(4, self.users["portal"].partner_id.id)]
        self.env.flush_all()
        self._sign_in("portal")
        for model, record in (
            (MODEL, application),
            ("crm.credit.paper", application.paper_ids[0]),
            ("crm.credit.paper.type", self.kinds[0]),
        ):
            for method, args in (("read", (record.ids,)), ("search_read", ([],))):
                with self.subTest(model, method=method):
                    self._denied(model, method, *args)
        found = self._call("tier.review", "search_read", [("model", "=", MODEL)], ["comment"])
        self.assertEqual(found, [])
        self._denied("tier.review", "read", application.sudo().review_ids.ids, ["comment"])
