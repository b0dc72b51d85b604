"""The log of who looked at and took along personal data (P4)."""

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from .common import DealerFactories
from .common_privacy import PrivacyCase
from .common_rpc import RpcCalls


class TestPrivacyAccess(PrivacyCase):
    def _rows(self, **vals):
        domain = [(name, "=", value) for name, value in vals.items()]
        return self.env["crm.protected.access"].search(domain)

    def _may_export(self, *logins):
        for login in logins:
            self.users[login].group_ids += self.env.ref("base.group_allow_export")

    # -- Denials

    def test_read_by_the_oem_manager_alone(self):
        self.env["crm.protected.access"]._log(self.person, "id_number")
        for login in self.users:
            log = self._as(login, self.env["crm.protected.access"])
            if login == "oem":
                self.assertTrue(log.search([("partner_id", "=", self.person.id)]))
                continue
            with self.assertRaises(AccessError, msg=login), mute_logger("odoo.orm.models"):
                log.search([])

    def test_counted_on_the_customer(self):
        self.env["crm.protected.access"]._log(self.person, "id_number")
        for login, count in (("oem", 1), ("manager_a", 0), ("auditor", 0)):
            self.assertEqual(self._as(login, self.person).protected_access_count, count, login)
        action = self._as("oem", self.person).action_open_protected_access()
        rows = self._as("oem", self.env[action["res_model"]]).search(action["domain"])
        self.assertEqual(len(rows), 1)

    def test_database_refuses_changes(self):
        row = self.env["crm.protected.access"]._log(self.person, "id_number", "why")
        for statement in (
            "UPDATE crm_protected_access SET user_id = 2 WHERE id = %s",
            "UPDATE crm_protected_access SET date = now() - interval '1 day' WHERE id = %s",
            "UPDATE crm_protected_access SET count = 0 WHERE id = %s",
            "DELETE FROM crm_protected_access WHERE id = %s",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self.cr.execute(SQL(statement, row.id))

    def test_outlives_the_customer(self):
        gone = self._customer(self.dealer_a, name="Test Gone")
        row = self.env["crm.protected.access"]._log(gone, "id_number")
        number = gone.id
        gone.unlink()
        row.invalidate_recordset()
        self.assertFalse(row.partner_id)
        self.assertEqual(row.partner_number, number)

    # -- Exports

    def test_one_row_for_an_export(self):
        self._may_export("sales_a", "clerk")
        people = self.person | self.customer_a
        for login in ("sales_a", "clerk"):
            self._as(login, people).export_data(["name", "phone"])
            [row] = self._rows(kind="export", user_id=self.users[login].id)
            self.assertEqual((row.count, row.model_name), (2, "res.partner"))
            self.assertEqual(row.field_name, "name, phone")
            self.assertFalse(row.partner_id)

    def test_export_of_one_names_the_person(self):
        self._may_export("sales_a")
        self._as("sales_a", self.vehicle).export_data(["vin"])
        [row] = self._rows(kind="export", model_name="crm.vehicle")
        self.assertEqual(row.partner_id, self.person)

    def test_ordinary_users_export_other_things_as_before(self):
        """Leads and products of users without a role of ours leave no row."""
        self._may_export("clerk", "sales_a")
        lead = self._lead(self.env["res.partner"])
        self._as("clerk", lead).export_data(["name"])
        self._as("sales_a", self.product).export_data(["name"])
        self.assertFalse(self._rows(kind="export"))
        self._as("sales_a", self.lead).export_data(["name"])
        self.assertTrue(self._rows(kind="export", model_name="crm.lead"))

    def test_customers_exported_by_way_of_other_records(self):
        """Whatever the path leads through, a name alone excepted."""
        self._may_export("clerk", "sales_a")
        team = self.env["crm.team"].create({"name": "T", "user_id": self.users["clerk"].id})
        users = self._as("clerk", self.env.user)
        for records, path, logged in (
            (self._as("clerk", team), "user_id/name", False),
            (self._as("clerk", team), "user_id/partner_id/name", False),
            (self._as("clerk", team), "user_id/partner_id/phone", True),
            (users, "partner_id/id", False),
            (users, "partner_id/parent_id/email", True),
        ):
            with self.subTest(path=path):
                before = self.env["crm.protected.access"].search_count([])
                records.export_data([path])
                after = self.env["crm.protected.access"].search_count([])
                self.assertEqual(after - before, int(logged))
        self._as("sales_a", self.product).export_data(["product_variant_ids/name"])
        self.assertFalse(self._rows(kind="export", model_name=self.product._name))
        self._as("sales_a", self.dealer_a).export_data(["name", "region_id/code"])
        self.assertFalse(self._rows(kind="export", model_name="crm.dealer"))

    def test_order_of_a_customer_with_the_customers_data(self):
        """Also when somebody without a role of ours takes them along."""
        self._may_export("clerk")
        self.users["clerk"].group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        order = self._as("clerk", self.env["sale.order"].create({"partner_id": self.person.id}))
        order.export_data(["name", "partner_id"])
        self.assertFalse(self._rows(kind="export"))
        order.export_data(["name", "partner_id/phone", "partner_id/street"])
        [row] = self._rows(kind="export")
        self.assertEqual((row.partner_id, row.count), (self.person, 1))
        self.assertEqual(row.user_id, self.users["clerk"])

    def test_denied_export_leaves_no_row(self):
        with self.assertRaises(UserError):
            self._as("sales_a", self.person).export_data(["name"])
        self.assertFalse(self._rows(kind="export"))


@tagged("post_install", "-at_install")
class TestPrivacyRoutes(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.env.flush_all()

    def _sign_in(self, login):
        self.authenticate(self.users[login].login, self.users[login].login.ljust(8, "x"))

    def test_denied_over_rpc(self):
        for login in ("sales_a", "manager_a", "auditor", "clerk"):
            self._sign_in(login)
            for method in ("action_privacy_file", "action_privacy_erase"):
                self._denied("res.partner", method, [self.customer_a.id])
            self._denied("privacy.lookup.wizard", "create", [{"name": "Test"}])
            self._denied("crm.privacy.file", "search_read", [])
            self._denied("crm.protected.access", "search_read", [])
            self._denied("privacy.log", "search_read", [])
        self._sign_in("oem")
        row = self.env["crm.protected.access"]._log(self.customer_a, "id_number")
        self._denied("crm.protected.access", "write", [row.id], {"reason": "x"})
        self._denied("crm.protected.access", "create", [{"field_name": "x"}])
        self._denied("crm.protected.access", "unlink", [row.id])

    def test_lines_of_a_lookup_are_no_way_to_delete(self):
        """Core deletes and archives whatever record a line names, with all rights."""
        self._sign_in("oem")
        model = self.env["ir.model"]._get_id("res.partner")
        vals = {"res_model_id": model, "res_id": self.customer_b.id}
        self._denied("privacy.lookup.wizard.line", "create", [vals])
        self._denied("privacy.lookup.wizard", "create", [{"name": "T", "line_ids": [(0, 0, vals)]}])
        values = {**vals, "is_active": False}
        self._denied(
            "privacy.lookup.wizard.line", "onchange", [], values, ["is_active"], {"is_active": {}}
        )
        self.assertTrue(self.customer_b.active)
