from odoo.tools import SQL

from .common import DealerCommon


class TestCustomerSearch(DealerCommon):
    """The box above the customers (C1, C4): what it finds, and by which indexes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a.write(
            {"name": "Zhang Wei", "phone": "+86 139-1234 5678", "email": "wei@zhang.example"}
        )
        cls.vehicle = cls.env["crm.vehicle"].create(
            {"vin": "LTSTA4187E2123456", "plate": "琼Z12345", "partner_id": cls.customer_a.id}
        )

    def _found(self, user, text, model="res.partner", field="customer_search"):
        return self._as(user, self.env[model]).search([(field, "ilike", text)])

    def test_found_by_each_kind_of_word(self):
        number = self.customer_a.customer_number
        for text in ("zhang", "1391234 5678", "+8613912345678", "9-1234", "WEI@zhang", number,
                     "琼 z·123", "4187e2", "１３９１２３４５６７８"):  # fmt: skip
            with self.subTest(text):
                self.assertIn(self.customer_a, self._found("sales_a", text))

    def test_not_found(self):
        for number in ("13912345679", "+8613812345678", "8913912345678"):
            self.assertNotIn(self.customer_a, self._found("sales_a", number))
        self.assertNotIn(self.customer_a, self._found("sales_a", "nobody of that name"))
        for text in ("zhang", "13912345678", "琼Z123"):
            with self.subTest(text):
                self.assertNotIn(self.customer_a, self._found("sales_b", text))

    def test_vehicle_by_an_owner_out_of_sight(self):
        """Who may not see the owner does not find the vehicle by the owner's phone."""
        vehicle = self.vehicle.with_user(self.env.ref("base.user_root"))
        vehicle.dealer_id = self.dealer_b
        found = self._found("sales_b", "13912345678", "crm.vehicle", "display_name")
        self.assertNotIn(self.vehicle, found)

    def test_contact_of_a_company_leads_to_it(self):
        contact = self.env["res.partner"].create(
            {"name": "Li Na", "parent_id": self.customer_a.id, "phone": "0898 6655 4433"}
        )
        self.assertIn(self.customer_a, self._found("sales_a", "66554433"))
        self.assertIn(contact, self._found("sales_a", "66554433"))
        self.assertNotIn(self.customer_a, self._found("sales_b", "66554433"))

    def test_contact_of_another_company_leads_nowhere(self):
        """Whose numbers the user may not read are not guessed from the company."""
        other = self.env["res.company"].create({"name": "Other"})
        contact = self.env["res.partner"].create(
            {"name": "Li Na", "parent_id": self.customer_a.id, "phone": "0898 6655 4433"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s", [other.id, contact.id]
        )
        self.env.invalidate_all()
        self.assertNotIn(self.customer_a, self._found("sales_a", "66554433"))

    def test_a_part_of_a_word_is_looked_up_in_indexes(self):
        """Among a million customers nobody waits until each of them was read."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for text, indexes in (
            ("13912345678", ["res_partner_typed_index", "res_partner_phone_partial_gin_idx"]),
            ("4187E2123", ["res_partner_typed_index", "crm_vehicle_marks_index"]),
        ):
            query = self._as("oem", self.env["res.partner"])._search(
                [("customer_search", "ilike", text)]
            )
            rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(line for (line,) in rows)
            for index in indexes:
                self.assertIn(index, plan)
            self.assertNotIn("Seq Scan on res_partner", plan)

    def test_chinese_names_of_two_signs(self):
        """Found wherever they stand; "天天" is no part of "天空"."""
        name = "王小明"
        self.customer_a.name = name
        double = self.env["res.partner"].create(
            {"name": "李天天", "dealer_id": self.dealer_a.id}
        )
        self.vehicle.partner_id = self.customer_a
        for text in (name[:2], name[1:], name):
            self.assertEqual(self._found("sales_a", text), self.customer_a)
            self.assertFalse(self._found("sales_b", text))
            found = self._found("sales_a", text, "crm.vehicle", "display_name")
            self.assertEqual(found, self.vehicle)
        self.assertEqual(self._found("sales_a", "天天"), double)
        for text in (name[::2], name[::-1][:2], "天李", "明明"):
            self.assertFalse(self._found("sales_a", text))

    def test_names_of_two_signs_are_looked_up_in_an_index(self):
        """As PostgreSQL itself plans it among many customers."""
        self.env.cr.execute(
            """INSERT INTO res_partner (name, complete_name, type, active, autopost_bills)
               SELECT n, n, 'contact', TRUE, 'ask' FROM (
                   SELECT chr(19968 + i % 97) || chr(20000 + i * 7 % 1009)
                          || chr(22000 + i * 13 % 997) AS n
                     FROM generate_series(1, 20000) i) names"""
        )
        # As vacuum does with what was written last.
        self.env.cr.execute("SELECT gin_clean_pending_list('res_partner_two_signs_index')")
        self.env.cr.execute("ANALYZE res_partner")
        for model, field in (("res.partner", "customer_search"), ("crm.vehicle", "display_name")):
            query = self._as("oem", self.env[model])._search([(field, "ilike", "你圅")])
            rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(line for (line,) in rows)
            self.assertIn("res_partner_two_signs_index", plan)
            self.assertNotIn("Seq Scan on res_partner", plan)
