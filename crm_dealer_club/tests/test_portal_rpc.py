"""What a member's session gets by RPC, past all pages: no foreign byte (M10)."""

import json

from odoo.tests import JsonRpcException, tagged

from odoo.addons.crm_dealer_grading.tests.common_rpc import RpcCalls

from .common_portal import MARKERS, PortalCase

# Models of the ERP that a portal user may read in part.
SHARED = (
    "res.partner", "res.users", "mail.message", "ir.attachment", "mail.followers", "sale.order",
    "account.move", "loyalty.card", "calendar.event", "crm.lead", "mail.activity",
)  # fmt: skip
CALLS = (
    ("crm.club.membership", "enrol", [[1]]),
    ("crm.vehicle", "receive", ["LMARKAAAA00000001"]),
    ("crm.vehicle", "find_or_create_by_vin", ["LMARKAAAA00000001"]),
    ("crm.service.visit", "create", [{}]),
    ("crm.club.consent", "create", [{}]),
    ("crm.club.portal.limit", "write", [[1], {"per_user": 1}]),
    ("crm.dealer", "get_board_dealers", []),
)


@tagged("post_install", "-at_install")
class TestPortalRpc(RpcCalls, PortalCase):
    def setUp(self):
        super().setUp()
        self._sign_in("member_b")

    def _answer(self, model, method, *args, **kwargs):
        """The answer as text, the refusal's included."""
        try:
            with self._quiet():
                return json.dumps(self._call(model, method, *args, **kwargs), ensure_ascii=False)
        except JsonRpcException as refusal:
            return str(refusal)

    def _names_nobody(self, answer, *asked):
        for marker in MARKERS["member_a"]:
            if marker not in asked:
                self.assertNotIn(marker, answer)

    def _our_models(self):
        for name, model in self.env.registry.items():
            module = model._original_module or ""
            if module.startswith("crm_dealer_") and not model._abstract:
                yield name

    def test_our_models_are_closed(self):
        found = 0
        for name in self._our_models():
            with self.subTest(name):
                found += 1
                for method, args in (("search_read", [[]]), ("web_search_read", [[], {"id": {}}])):
                    self._denied(name, method, *args)
        self.assertGreater(found, 30)

    def test_ids_are_closed(self):
        records = (self.cars["member_a"], self.visits["member_a"], self.customers["member_a"])
        for record in records:
            with self.subTest(record._name):
                for field in ("display_name", "id"):
                    self._denied(record._name, "read", record.ids, [field])

    def test_shared_models_show_no_other_member(self):
        for name in SHARED:
            with self.subTest(name):
                answer = self._answer(name, "search_read", [], ["display_name"])
                self._names_nobody(answer)

    def test_methods(self):
        before = self.env["crm.service.visit"].search_count([])
        for model, method, args in CALLS:
            with self.subTest(model, method=method):
                answer = self._answer(model, method, *args)
                self.assertIn("Error", answer)
                self._names_nobody(answer, *map(str, args))
        self.assertEqual(self.env["crm.service.visit"].search_count([]), before)

    def test_own_partner_tells_the_own_card_only(self):
        fields = ["club_membership_id", "club_tier_id"]
        answer = self._answer("res.partner", "read", self.customers["member_b"].ids, fields)
        self._names_nobody(answer)
        self._denied("res.partner", "read", self.customers["member_a"].ids, fields)
