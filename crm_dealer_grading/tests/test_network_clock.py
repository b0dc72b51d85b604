"""The company's day, also where nobody gave the company a time zone (P1)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common_manual import ManualCommon

SHANGHAI = "Asia/Shanghai"


@tagged("post_install", "-at_install")
class TestClock(ManualCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.partner_id.tz = False
        cls.company.resource_calendar_id.tz = SHANGHAI
        # 02:00 there, 18:00 the day before in UTC, as with people who have no time zone either.
        cls.day = fields.Date.today() + timedelta(days=3)
        cls.before = f"{cls.day - timedelta(days=1)} 18:00:00"

    def test_without_one_the_working_hours_tell(self):
        with freeze_time(self.before):
            self.assertEqual(self.company._today_here(), self.day)
        self.company.partner_id.tz = "Pacific/Honolulu"
        with freeze_time(self.before):
            self.assertEqual(self.company._today_here(), self.day - timedelta(days=1))

    def test_then_the_administrator(self):
        """The ERP is created with working hours in UTC, and nobody looks at those of a company."""
        hours, admin = self.company.resource_calendar_id, self.env.ref("base.user_admin")
        for zone, of_admin, expected in (
            ("UTC", SHANGHAI, SHANGHAI),
            ("UTC", False, "UTC"),
            ("Europe/Paris", SHANGHAI, "Europe/Paris"),
        ):
            hours.tz, admin.tz = zone, of_admin
            self.assertEqual(self._as("sales_a", self.company)._tz_here(), expected)
        self.company.resource_calendar_id = False
        self.assertEqual(self.company._tz_here(), SHANGHAI)
        self.assertFalse(self.company.partner_id.tz)

    def test_it_is_set_in_settings_and_on_the_company(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.dealer_tz = "Asia/Urumqi"
        settings.save().execute()
        self.assertEqual(self.company._tz_here(), "Asia/Urumqi")
        with Form(self.company) as form:
            self.assertEqual(form.dealer_tz, "Asia/Urumqi")
            form.dealer_tz = SHANGHAI
        self.assertEqual(self.company.partner_id.tz, SHANGHAI)

    def test_a_manual_level_knows_one_day(self):
        """Given today without saying so, valid today, ended today: by the company's clock."""
        top, customer = self.scheme.level_ids[0], self.customers[5]
        manager = self._as("manager_a")
        with freeze_time(self.before):
            with self.assertRaisesRegex(ValidationError, "begins today or later"):
                self._give(customer, top, self.day - timedelta(days=1), self.day, manager)
            vals = {"partner_id": customer.id, "scheme_id": self.scheme.id, "level_id": top.id}
            vals.update(reason="Named", date_until=self.day + timedelta(days=7))
            manual = manager["crm.grading.manual"].create(vals)
            self.assertEqual(manual.date_from, self.day)
            self.assertTrue(manual.is_valid)
            self.assertIn(manual, self.Manual.search([("is_valid", "=", True)]))
            self.assertNotIn(manual, self.Manual.search([("is_valid", "=", False)]))
            self.assertIn(manual, self.Manual.search(self.Manual._due_domain()))
            self.assertEqual(self._result(customer).level_id, top)
            for name, field in (("set", "date_from"), ("end", "date")):
                wizard = manager[f"crm.grading.manual.{name}"]
                self.assertEqual(wizard.default_get([field]), {field: self.day})
            manual.action_end()
            self.assertEqual(manual.date_until, self.day)
            self.assertNotEqual(self._result(customer).level_id, top)
