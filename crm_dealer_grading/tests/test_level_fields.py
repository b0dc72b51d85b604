from datetime import datetime

from odoo.tests import tagged

from .common_grading import TODAY, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingLevelFields(GradingCommon):
    """The levels on the customer filter, group and sort like stored fields (design.md, rule 1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env.ref("crm_dealer_grading.scheme_value")
        cls.scheme.domain = cls.domain
        cls.customers = cls._customers(9)
        company = cls.customers[0]
        company.is_company = True
        cls.contact = cls.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        cls._insert_orders(
            [(c, 1000 - 10 * i, datetime(2026, 6, 1)) for i, c in enumerate(cls.customers[:8])],
        )
        cls.scheme.regrade(date=TODAY)
        cls.everybody = cls.customers | cls.contact
        cls.mine = [("id", "in", cls.everybody.ids)]
        cls.expected = {
            **{c: cls._code(i) for i, c in enumerate(cls.customers[:8])},
            cls.customers[8]: False,
            cls.contact: "K",
        }

    @staticmethod
    def _code(ahead):
        share = ahead * 100 / 8
        return next(
            code for code, upper in zip("KSOX", (1, 20, 50, 101), strict=True) if share < upper
        )

    def test_compute(self):
        found = {partner: partner.value_level_id.code for partner in self.everybody}
        self.assertEqual(found, self.expected)

    def test_search(self):
        Partner = self.env["res.partner"]
        for level in self.scheme.level_ids:
            having = {p for p, code in self.expected.items() if code == level.code}
            cases = (
                ([("value_level_id", "=", level.id)], having),
                ([("value_level_id", "!=", level.id)], set(self.expected) - having),
                ([("value_level_id", "not in", [level.id])], set(self.expected) - having),
                ([("value_level_id.code", "=", level.code)], having),
                ([("value_level_id", "ilike", level.name)], having),
                ([("value_level_id", "in", [level.id, False])], having | {self.customers[8]}),
            )
            for domain, partners in cases:
                with self.subTest(domain=domain):
                    self.assertEqual(set(Partner.search(self.mine + domain)), partners)
        none = Partner.search([*self.mine, ("value_level_id", "=", False)])
        self.assertEqual(none, self.customers[8])
        some = Partner.search([*self.mine, ("value_level_id", "!=", False)])
        self.assertEqual(some, self.everybody - none)

    def test_filtered_domain(self):
        level = self.scheme.level_ids[0]
        found = self.everybody.filtered_domain([("value_level_id", "=", level.id)])
        self.assertEqual(found, self.customers[0] | self.contact)

    def test_group_and_sort(self):
        groups = self.env["res.partner"]._read_group(
            self.mine, ["value_level_id"], ["id:recordset"]
        )
        found = {partner: level.code for level, partners in groups for partner in partners}
        self.assertEqual(found, self.expected)
        partners = self.env["res.partner"].search(self.mine, order="value_level_id, id")
        codes = [self.expected[partner] for partner in partners]
        self.assertEqual(codes, sorted(codes, key=["K", "S", "O", "X", False].index))
        description = self.env["res.partner"].fields_get(["value_level_id"])["value_level_id"]
        self.assertTrue(description["sortable"] and description["groupable"])

    def test_web_client_groups(self):
        """As the list asks it, by a dealer's user."""
        groups = (
            self.env["res.partner"]
            .with_user(self.users["sales_a"])
            .web_read_group(self.mine, ["value_level_id"], ["__count"])["groups"]
        )
        self.assertEqual(sum(group["__count"] for group in groups), len(self.everybody))

    def test_constant_queries(self):
        self.customers[:1].mapped("value_level_id")  # which schemes there are is known from then
        for partners in (self.customers[:1], self.everybody):
            self.env.invalidate_all()
            with self.assertQueryCount(4):
                partners.mapped("value_level_id")

    def test_plain_users_do_not_see_the_fields(self):
        view = self.env["res.partner"].with_user(self.users["clerk"]).get_view(view_type="form")
        self.assertNotIn("value_level_id", view["arch"])
        view = self.env["res.partner"].with_user(self.users["sales_a"]).get_view(view_type="form")
        self.assertIn("value_level_id", view["arch"])

    def test_deleting_a_customer_takes_the_levels_along(self):
        customer = self.customers[1]
        self.env.cr.execute("DELETE FROM sale_order WHERE partner_id = %s", [customer.id])
        self.env.invalidate_all()
        customer.unlink()
        self.assertFalse(self.Result.search([("partner_id", "=", customer.id)]))

    def test_scheme_rank_by_code_survives_renaming(self):
        self.scheme.code = "pyramid"
        self.env.invalidate_all()
        self.assertFalse(self.customers[0].value_level_id)
        self.scheme.code = "value"
        self.env.invalidate_all()
        self.assertEqual(self.customers[0].value_level_id.code, "K")

    def test_colours_are_no_figures(self):
        """A list asks for the sum of each number: of a colour it is a join of all for nothing."""
        summed = [
            str(field)
            for model in self.registry.values()
            for name, field in model._fields.items()
            if field.type == "integer" and field._module and field._module.startswith("crm_dealer_")
            if name.endswith("color") and field.aggregator
        ]
        self.assertEqual(summed, [])
