"""What a lost customer was worth before staying away (M6)."""

from ast import literal_eval
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

from .common_winback import WinbackCase


@tagged("post_install", "-at_install")
class TestWinbackValue(WinbackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].union(
            *(cls._person(cls.dealer_a, 70 + number) for number in range(4))
        )
        for person in cls.people:
            cls._at("level_activity_lost", person)

    def _spend(self):
        """Four customers: nothing of the last 12 months, the third the most, the last nothing."""
        first, second, third, _none = self.people
        self._spent(first, 3000, 500)
        self._spent(first, -1000, 490)
        self._spent(first, 70000, 1200)
        self._spent(first, 70000, 400).state = "draft"
        contact = self.env["res.partner"].create({"name": "Driver", "parent_id": second.id})
        order = self._spent(contact, 4000, 600)
        car = self._vehicle(second)
        linked, alone = (
            self._visit(car, date=fields.Datetime.now() - timedelta(500 + number))
            for number in range(2)
        )
        linked.sudo().write({"labour_amount": 4000, "order_id": order.id})
        alone.sudo().labour_amount = 500
        self._spent(third, 9000, 900)
        self.env.flush_all()
        return [2000, 4500, 9000, 0]

    def test_money_counts_once_and_refunds_are_deducted(self):
        amounts = self._spend()
        people = self._as("sales_a", self.people)
        self.assertEqual(people.mapped("past_revenue"), amounts)
        self.assertEqual(people.past_currency_id, self.env.company.currency_id)

    def test_the_window_is_36_months_of_the_companys_days(self):
        today = self.env.company._today_here()
        start = midnight(
            today + timedelta(1) - relativedelta(months=36), self.env.company._tz_here()
        )
        inside, outside = self.people[:2]
        self._spent(inside, 100, 0).date_order = start
        self._spent(outside, 100, 0).date_order = start - timedelta(seconds=1)
        self.assertEqual((inside | outside).mapped("past_revenue"), [100, 0])

    def test_whom_to_call_first(self):
        self._spend()
        first, second, third, none = self.people
        lost = self._as("sales_a", self.env["res.partner"])
        domain = [("id", "in", self.people.ids), ("is_lost", "=", True)]
        found = lost.search(domain, order="past_revenue desc, complete_name")
        self.assertEqual(list(found), [third, second, first, none])
        contact = self.env["res.partner"].search([("parent_id", "=", second.id)])
        family = lost.search([("id", "in", (contact | third | none).ids)], order="past_revenue")
        self.assertEqual(list(family), [none, contact, third])

    def test_a_company_is_listed_once_without_its_contacts(self):
        self._spend()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.res_partner_action_lost"
        )
        lost = self._as("sales_a", self.env["res.partner"])
        listed = lost.search(literal_eval(action["domain"]))
        contacts = listed.filtered(lambda one: one != one.commercial_partner_id)
        self.assertEqual((contacts, listed & self.people), (lost, self._as("sales_a", self.people)))

    def test_the_list_by_dealer(self):
        self._spend()
        groups = self._as("oem", self.env["res.partner"]).web_read_group(
            [("id", "in", self.people.ids), ("is_lost", "=", True)],
            ["dealer_id"],
            [f"past_revenue:{name}" for name in ("sum", "sum_currency")]
            + ["past_currency_id:array_agg_distinct"],
        )["groups"]
        self.assertEqual([group["past_revenue:sum"] for group in groups], [15500])
        self.assertEqual(
            groups[0]["past_currency_id:array_agg_distinct"], self.env.company.currency_id.ids
        )

    def test_cases_keep_what_the_customer_was_worth(self):
        self._spend()
        case = self._case(self.people[1])
        self.assertEqual(case.past_revenue, 4500)
        self._spent(self.people[1], 100, 1)
        self.assertEqual((case.past_revenue, self.people[1].past_revenue), (4500, 4600))
        with self.assertRaises(AccessError):
            case.write({"past_revenue": 1})
        with self.assertRaises(AccessError):
            self._as("sales_a", self.env["crm.winback.case"]).create(
                {"partner_id": self.people[0].id, "past_revenue": 1}
            )

    def test_the_job_opens_those_worth_most(self):
        self._spend()
        third = self.people[2]
        cases = self.env["crm.winback.case"]
        opened = cases.browse(cases._open_for(self.dealer_a))
        self.assertEqual(opened.partner_id, self.customer_a | third)
        self.assertEqual(sorted(opened.mapped("past_revenue")), [9000, 100_000])
        self.env.company.winback_per_dealer = 4
        cases._open_for(self.dealer_a)
        self.assertEqual(len(self.people.winback_case_ids), 3)
        self.env["crm.grading.metric"].search([("code", "=", "revenue_36m")]).unlink()
        self.assertFalse(self.people[0].past_revenue, "without the metric nobody is worth more")
        self.env.company.winback_per_dealer = 5
        opened = cases.browse(cases._open_for(self.dealer_a))
        self.assertEqual(opened.partner_id, self.people[3])

    def test_queries_do_not_grow(self):
        self._spend()
        self.env.company._today_here()

        def queries(people):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            people.mapped("past_revenue")
            return self.env.cr.sql_log_count - before

        queries(self.people)
        self.assertEqual(queries(self.people[:1]), queries(self.people))
