"""The same number of queries for one record and for a hundred."""

from odoo.tests import tagged

from .common import DealerCommon


@tagged("post_install", "-at_install")
class TestNetworkPerformance(DealerCommon):
    def _queries(self, work, records):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work(records)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_dealer_counters(self):
        dealers = self.env["crm.dealer"].create(
            [{"name": f"Test {number}", "code": f"T-{number}"} for number in range(100)]
        )
        self._customer(dealers[0])
        for login in ("oem", "sales_b"):
            dealers = self._as(login, dealers)
            dealers[:1].mapped("customer_count")  # rules are evaluated once per user
            for records in (dealers[:1], dealers):
                self.env.flush_all()
                self.env.invalidate_all()
                most = len(dealers._counted()) + 3
                with self.subTest(login=login, records=len(records)), self.assertQueryCount(most):
                    for name in ("customer_count", "lead_count", "order_count"):
                        records.mapped(name)

    def test_region_counters(self):
        regions = self.env["crm.dealer.region"].create(
            [{"name": f"Test {number}", "parent_id": self.region_north.id} for number in range(99)]
        )
        self.env["crm.dealer"].create({"name": "C", "code": "T-C", "region_id": regions[0].id})
        regions |= self.region_north
        self.assertEqual(self.region_north.dealer_count, 2)
        self.assertEqual(regions[0].dealer_count, 1)
        one, hundred = (
            self._queries(lambda r: r.mapped("dealer_count"), records)
            for records in (regions[:1], regions)
        )
        self.assertEqual(one, hundred)

    def test_documents_ask_once(self):
        """The dealer of a hundred documents costs what one costs, for whoever makes them."""
        customers = self.env["res.partner"].create(
            [{"name": f"T{number}", "dealer_id": self.dealer_a.id} for number in range(100)]
        )
        leads = self.env["crm.lead"].create(
            [{"name": "Test", "partner_id": customer.id} for customer in customers]
        )
        orders = self.env["sale.order"].create(
            [{"partner_id": customer.id} for customer in customers]
        )
        for login in ("clerk", "oem", "manager_a"):
            for documents in (leads, orders):
                documents = self._as(login, documents).sudo()
                documents._compute_dealer_id()
                one, hundred = (
                    self._queries(lambda d: d._compute_dealer_id(), records)
                    for records in (documents[:1], documents)
                )
                with self.subTest(login=login, model=documents._name):
                    self.assertEqual(one, hundred)

    def test_contacts_ask_nothing(self):
        """Contacts of users without a role: no query for their dealer, one or a hundred."""
        partners = self._as("clerk")["res.partner"].sudo()
        partners.default_get(["dealer_id"])
        with self.assertQueryCount(0):
            partners.default_get(["dealer_id"])

    def test_activities_about_other_things_ask_nothing(self):
        """Deleting leads deletes their activities, mostly none: Odoo counts its own queries."""
        other = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("product.template"),
                "res_id": self.product.product_tmpl_id.id,
                "user_id": self.env.uid,
            }
        )
        for activities in (other.browse(), other):
            activities.mapped("res_model")
            self.env.registry.clear_all_caches()
            with self.subTest(activities=len(activities)), self.assertQueryCount(0):
                self.assertFalse(activities._for_contacts())
