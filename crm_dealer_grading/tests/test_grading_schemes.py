from datetime import timedelta

from odoo.tests import tagged

from .common_schemes import SchemesCommon
from .scheme_oracle import ORACLES


@tagged("post_install", "-at_install")
class TestGradingSchemes(SchemesCommon):
    """The shipped schemes against the sentences of the specification, on random customers."""

    def test_all_shipped_schemes_are_there(self):
        self.assertEqual(set(self.schemes.mapped("code")), set(ORACLES))

    def test_today_tomorrow_and_in_three_months(self):
        """Nothing changes but the day; a second run of the same day changes nothing."""
        for days in (0, 1, 2, 91):
            day = self.today + timedelta(days)
            self.schemes.regrade(date=day)
            self._assert_levels(day, days)
            self.assertEqual(sum(self.schemes.regrade(date=day).mapped("changed")), 0)

    def test_every_computed_level_occurs(self):
        """The random customers test what they are for."""
        expected = self._expected(self.today)
        for scheme in self.schemes:
            codes = set(scheme._computed_levels().mapped("code"))
            self.assertEqual(set(expected[scheme.code].values()), codes, scheme.code)

    def test_at_once_and_at_night_agree(self):
        self.Scheme._regrade_now(self.customers.ids)
        self._assert_levels(self.today, "at once")
        self.assertEqual(sum(self.schemes.regrade(date=self.today).mapped("changed")), 0)

    def test_own_changes_count_at_once(self):
        self.schemes.regrade(date=self.today)
        [customer] = self._customers(1, is_company=True)
        lead = self._lead(customer, date_deadline=self.today + timedelta(90))
        self._assert_level(customer, "horizon", "A")
        lead.date_deadline = self.today + timedelta(91)
        self._assert_level(customer, "horizon", "B")
        lead.expected_revenue = 100000
        self._assert_level(customer, "potential", "C")
        customer.credit_standing = "poor"
        self._assert_level(customer, "horizon", "D")
        customer.write({"credit_standing": "good", "agreement_until": self.today})
        self._assert_level(customer, "management", "S")
        self._assert_level(customer, "horizon", "B")
        lead.action_set_lost(lost_reason_id=self.env.ref("crm_dealer_grading.lost_price").id)
        self._assert_level(customer, "horizon", "D")
        self._vehicle(customer)
        log = self.env["crm.contact.log"].create(
            {"partner_id": customer.id, "summary": "Call", "complaint": "open"}
        )
        self._assert_level(customer, "satisfaction", "C")
        log.complaint = "solved"
        self._assert_level(customer, "satisfaction", "G")
        customer.is_reseller = True
        self._assert_level(customer, "channel", "R")
        customer.sells_online = True
        self._assert_level(customer, "channel", "W")

    def _assert_level(self, customer, code, level):
        self._grade_pending()
        self.assertEqual(customer[f"{code}_level_id"].code, level)

    def test_a_contacts_standing_is_not_its_company_s(self):
        [customer] = self._customers(1, is_company=True)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": customer.id})
        contact.credit_standing = "poor"
        self._lead(customer, date_deadline=self.today)
        self._assert_level(customer, "horizon", "A")

    def test_a_company_counts_what_everybody_shares(self):
        """Customers mostly are no company's own; what they are said to be holds in each."""
        self.schemes.filtered(lambda s: s.code == "horizon").company_id = self.env.company
        [customer] = self._customers(1, is_company=True)
        customer.company_id = False
        lead = self._lead(customer, date_deadline=self.today)
        self._assert_level(customer, "horizon", "A")
        customer.credit_standing = "poor"
        self._assert_level(customer, "horizon", "D")
        customer.credit_standing = "good"
        lead.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self._assert_level(customer, "horizon", "D")

    def test_treatment_of_every_level(self):
        """G12: each level says what to do, and how often."""
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "crm_dealer_grading"), ("model", "=", "crm.grading.level")]
        )
        levels = self.env["crm.grading.level"].browse(shipped.mapped("res_id"))
        for level in levels:
            with self.subTest(scheme=level.scheme_id.code, level=level.code):
                self.assertTrue(level.treatment)
                self.assertTrue(level.contact_interval_days)
                self.assertTrue(level.contact_way)
        days = {
            level.code: (level.contact_interval_days, level.contact_way)
            for level in self.schemes.filtered(lambda s: s.code == "management").level_ids
        }
        visits = {"S": 14, "V": 7, "K": 14, "M": 30, "N": 14, "D": 14, "L": 30}
        self.assertEqual(
            days,
            {
                **{code: (n, "visit") for code, n in visits.items()},
                "H": (7, "phone"),
                "F": (7, "phone"),
            },
        )
