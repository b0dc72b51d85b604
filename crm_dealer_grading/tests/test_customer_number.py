from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import DealerCommon


class TestCustomerNumber(DealerCommon):
    def _numbers(self, partners):
        return [int(number.rsplit("-", 1)[1]) for number in partners.mapped("customer_number")]

    def test_form_and_type(self):
        with freeze_time("2031-05-20 10:00:00"):
            person = self._customer(self.dealer_a)
            company = self._customer(self.dealer_a, is_company=True)
        self.assertEqual(person.customer_number, "CRM-203105-0001")
        self.assertEqual(company.customer_number, "CRM-203105-0002")
        self.assertEqual((person.customer_type, company.customer_type), ("C", "B"))
        both = person | company
        found = self.env["res.partner"].search(
            [("id", "in", both.ids), ("customer_type", "=", "B")]
        )
        self.assertEqual(found, company)

    def test_starts_again_each_month(self):
        with freeze_time("2031-06-30 10:00:00"):
            june = self._customer(self.dealer_a) | self._customer(self.dealer_b)
        with freeze_time("2031-07-01 10:00:00"):
            july = self._customer(self.dealer_a)
        self.assertEqual(self._numbers(june), [1, 2])
        self.assertEqual(july.customer_number, "CRM-203107-0001")

    def test_month_of_the_user(self):
        self.env.user.tz = "Asia/Shanghai"
        with freeze_time("2031-08-31 20:00:00"):
            self.assertEqual(self._customer(self.dealer_a).customer_number, "CRM-203109-0001")

    def test_none_for_others(self):
        clerk = self._as("clerk")
        clerk.user.group_ids += self.env.ref("base.group_partner_manager")
        partner = clerk["res.partner"].create({"name": "Clerk's Contact"})
        self.assertFalse(partner.customer_number)
        partner.write({"is_company": True})
        self.assertFalse(partner.customer_number)

    def test_staff_creates_customers(self):
        partner = self._as("sales_a")["res.partner"].create({"name": "Walk-In"})
        self.assertEqual(partner.dealer_id, self.dealer_a)
        self.assertTrue(partner.customer_number)

    def test_on_write(self):
        partners = self._customer(None) | self._customer(None)
        self.assertEqual(partners.mapped("customer_number"), [False, False])
        partners.write({"dealer_id": self.dealer_a.id})
        self.assertTrue(all(partners.mapped("customer_number")))
        numbers = partners.mapped("customer_number")
        partners.write({"dealer_id": self.dealer_b.id})
        self.assertEqual(partners.mapped("customer_number"), numbers)

    def test_contacts_have_none(self):
        company = self._customer(
            self.dealer_a,
            is_company=True,
            child_ids=[Command.create({"name": "Buyer", "decision_role": "decides"})],
        )
        contact = company.child_ids
        self.assertEqual(contact.dealer_id, self.dealer_a)
        self.assertFalse(contact.customer_number)
        contact.parent_id = False
        self.assertTrue(contact.customer_number)
        contact.parent_id = company
        self.assertFalse(contact.customer_number)
        self.assertTrue(company.customer_number)

    def test_imported_numbers_are_stepped_over(self):
        with freeze_time("2031-10-05 10:00:00"):
            self._customer(None, customer_number="CRM-203110-0002")
            partners = self.env["res.partner"].create(
                [{"name": str(index), "dealer_id": self.dealer_a.id} for index in range(3)]
            )
        self.assertEqual(self._numbers(partners), [1, 3, 4])

    def test_unique(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._customer(None, customer_number=self.customer_a.customer_number)
            self.env.flush_all()

    def test_not_copied(self):
        copy = self.customer_a.copy()
        self.assertTrue(copy.customer_number)
        self.assertNotEqual(copy.customer_number, self.customer_a.customer_number)

    def test_no_queries_per_row(self):
        def count(rows):
            before = self.cr.sql_log_count
            self.env["res.partner"].create(
                [{"name": f"Row {i}", "dealer_id": self.dealer_a.id} for i in range(rows)]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        one, many = count(1), count(100)
        self.assertLess(many - one, 10)

    def test_merge_keeps_one_number(self):
        other = self._customer(self.dealer_a)
        plain = self._customer(None)
        numbers = other.customer_number, self.customer_a.customer_number
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((other | self.customer_a).ids, self.customer_a)
        self.assertFalse(other.exists())
        self.assertEqual(self.customer_a.customer_number, numbers[1])
        wizard._merge((plain | self.customer_a).ids, plain)
        self.assertEqual(plain.customer_number, numbers[1])
        self.env.flush_all()
