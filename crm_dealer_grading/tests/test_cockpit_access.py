"""Cockpits: who gets which page, and what nobody gets by asking otherwise (P3)."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, TransactionCase, tagged
from odoo.tools import mute_logger

from .common import DealerFactories
from .common_cockpit import CockpitChecks
from .common_rpc import RpcCalls

# What an address may say by mistake or on purpose.
WRONG = [
    {"kind": "week"}, {"kind": ["month"]}, {"begin": "yesterday"}, {"begin": "2026-13-01"},
    {"begin": {"a": 1}}, {"begin": "0001-01-01"}, {"begin": "9999-12-31"}, {"dealer": "x"},
    {"dealer": -1}, {"dealer": 999999999}, {"dealer": "9" * 40}, {"dealer": [1]},
    {"region": {"id": 1}}, {"region": 999999999}, {"brand": "' OR 1=1"}, {"brand": 1.5},
    {"kpi": True}, {"kpi": "²"},
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestCockpitAccess(CockpitChecks, DealerFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.dealers = {"a": cls.dealer_a, "b": cls.dealer_b}

    # -- Denials ---------------------------------------------------------------------------------

    def test_others_have_no_cockpit(self):
        menus = self.env["ir.ui.menu"]
        menu = self.env.ref("crm_dealer_grading.menu_cockpit")
        for login in ("sales_a", "sales_b", "homeless", "credit", "clerk"):
            with self.assertRaises(AccessError, msg=login):
                self._page(login)
            self.assertNotIn(menu.id, self._as(login, menus)._visible_menu_ids(), login)

    def test_nobody_gets_the_page_of_another_role(self):
        for login, roles in {
            "manager_a": ("network", "region", "call", "nonsense", "__class__"),
            "greedy_b": ("network", "region", "call"),
            "agent": ("network", "region", "dealer"),
            "auditor": ("network", "call"),
        }.items():
            for role in roles:
                with self.assertRaises(AccessError, msg=(login, role)):
                    self._page(login, role=role)

    def test_a_dealer_asks_for_another_dealer(self):
        for login, other in (("manager_a", self.dealer_b), ("greedy_b", self.dealer_a)):
            with self.assertRaises(UserError):
                self._page(login, dealer=other.id)
            with self.assertRaises(UserError):
                self._page(login, dealer=str(other.id), role="dealer")
            for region in (self.region_north, self.region_south):
                with self.assertRaises(UserError):
                    self._page(login, region=region.id)

    def test_a_foreign_dealer_reads_like_none(self):
        said = []
        for number in (self.dealer_b.id, 999999999):
            with self.assertRaises(UserError) as caught:
                self._page("manager_a", dealer=number)
            said.append(str(caught.exception))
        self.assertEqual(*said)

    def test_a_dealers_page_names_nobody_else(self):
        self._lead(self.customer_b, dealer_id=self.dealer_b.id)
        for login, own, other in (("manager_a", "a", "b"), ("greedy_b", "b", "a")):
            text = json.dumps(self._page(login))
            self.assertIn(self.dealers[own].name, text)
            self.assertNotIn(self.dealers[other].name, text)
            self.assertNotIn(self.dealers[other].region_id.name, text)

    def test_a_manager_without_a_dealer(self):
        self.users["manager_a"].dealer_ids = False
        with self.assertRaises(UserError):
            self._page("manager_a")
        # Who lost a dealer does not get it by asking.
        with self.assertRaises(UserError):
            self._page("manager_a", dealer=self.dealer_a.id)

    def test_wrong_filters_are_told(self):
        for login in ("manager_a", "agent", "auditor", "oem"):
            for wrong in WRONG:
                with self.assertRaises(UserError, msg=(login, wrong)):
                    self._page(login, **wrong)
        for nothing in ([], "x", 5):
            cockpit = self.env["crm.cockpit"].with_user(self.users["oem"])
            if nothing:
                with self.assertRaises(UserError):
                    cockpit.page(nothing)
            else:
                self.assertTrue(cockpit.page(nothing)["cards"])

    # -- Who gets what ---------------------------------------------------------------------------

    def test_each_role_has_its_own(self):
        menus = self.env["ir.ui.menu"]
        menu = self.env.ref("crm_dealer_grading.menu_cockpit")
        for login, roles in {
            "manager_a": ["dealer"],
            "agent": ["call"],
            "auditor": ["region", "dealer"],
            "oem": ["network", "region", "call", "dealer"],
        }.items():
            page = self._page(login)
            self.assertEqual([role["id"] for role in page["roles"]], roles, login)
            self.assertEqual(page["filters"]["role"], roles[0])
            self.assertIn(menu.id, self._as(login, menus)._visible_menu_ids(), login)
            for role in roles:
                self.assertEqual(self._page(login, role=role)["filters"]["role"], role)

    def test_it_comes_first(self):
        root = self.env.ref("crm_dealer_grading.menu_root")
        first = self._as("oem", root).child_id.sorted("sequence")[:1]
        self.assertEqual(first, self.env.ref("crm_dealer_grading.menu_cockpit"))

    def test_a_manager_of_two_dealers_chooses(self):
        self.users["manager_a"].dealer_ids = self.dealer_a | self.dealer_b
        for dealer in (self.dealer_a, self.dealer_b):
            page = self._page("manager_a", dealer=dealer.id)
            self.assertEqual(page["where"], dealer.display_name)

    def test_the_manufacturer_looks_at_any_dealer(self):
        for login in ("auditor", "oem"):
            page = self._page(login, role="dealer", dealer=self.dealer_b.id)
            self.assertEqual(page["where"], self.dealer_b.display_name)
            page = self._page(login, region=self.region_north.id)
            self.assertEqual(page["where"], self.region_north.display_name)

    def test_who_is_responsible_begins_with_the_region(self):
        self.region_north.user_id = self.users["auditor"]
        north = self.region_north.id
        for filters, region in (
            ({}, north),
            ({"region": self.region_south.id}, self.region_south.id),
            ({"region": "all"}, False),
            ({"dealer": self.dealer_b.id}, False),
            ({"role": "dealer"}, False),
        ):
            self.assertEqual(self._page("auditor", **filters)["filters"]["region"], region)
        self.assertFalse(self._page("oem")["filters"]["region"])
        self.region_south.user_id = self.users["auditor"]
        self.assertFalse(self._page("auditor")["filters"]["region"], "two: none comes first")


@tagged("post_install", "-at_install")
class TestCockpitRpc(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()

    def _refused(self, *args):
        with self.assertRaises(JsonRpcException) as caught, mute_logger("odoo.http"):
            self._call("crm.cockpit", *args)
        return str(caught.exception)

    def test_by_rpc(self):
        self.authenticate("sales_a", "sales_a")
        self._denied("crm.cockpit", "page", {})
        self.authenticate("manager_a", "manager_a")
        self._denied("crm.cockpit", "page", {"role": "network"})
        for filters in ({"dealer": self.dealer_b.id}, {"region": self.region_south.id}, *WRONG):
            self.assertIn("UserError", self._refused("page", filters), filters)
        # What is behind it is not for clients.
        for method in ("_ranks", "_cards_network", "_asked", "_kpi_values"):
            self.assertIn("AccessError", self._refused(method, {}))
        page = self._call("crm.cockpit", "page", {})
        self.assertEqual(page["where"], self.dealer_a.display_name)
        # A domain that somebody changes opens own records alone.
        domains = [line["open"] for card in page["cards"] for line in card.get("lines", ())]
        self.assertTrue(domains)
        self._lead(self.customer_b, dealer_id=self.dealer_b.id)
        forged = [["dealer_id", "=", self.dealer_b.id]]
        self.assertEqual(self._call("crm.lead", "search_count", forged), 0)
        self.assertEqual(self._call("crm.kpi.value", "search_count", forged), 0)
