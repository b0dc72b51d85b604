"""Who comes back, who does not after all, and for which case it counts (M6)."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common_winback import WinbackCase


@tagged("post_install", "-at_install")
class TestWinbackReturn(WinbackCase):
    def test_a_visit_that_is_cancelled_wins_nobody_back(self):
        case = self._case()
        visit = self._come(stage="received", date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual(case.result, "won_back")
        visit.sudo().stage = "cancelled"
        self.env.cr.flush()
        self.assertEqual((case.state, case.result, case.returned), ("open", False, False))
        self.assertFalse(case.return_visit_id or case.date_closed)
        again = self._come(date=fields.Datetime.now() + timedelta(minutes=2))
        self.assertEqual(case.return_visit_id.sudo(), again)
        again.sudo().active = False
        self.env.cr.flush()
        self.assertEqual((case.state, case.returned), ("open", False))

    def test_another_visit_stands_in_for_the_cancelled_one(self):
        case = self._case()
        visits = [
            self._come(date=fields.Datetime.now() + timedelta(minutes=number))
            for number in (1, 2)
        ]
        visits[0].sudo().active = False
        self.env.cr.flush()
        self.assertEqual(case.return_visit_id.sudo(), visits[1])
        self.assertEqual(case.result, "won_back")

    def test_who_declined_and_cancelled(self):
        case = self._case()
        case.reason_id = self.price
        case.action_declined()
        visit = self._come(stage="received", date=fields.Datetime.now() + timedelta(minutes=1))
        visit.sudo().stage = "cancelled"
        self.env.cr.flush()
        self.assertEqual((case.result, case.return_rate), ("declined", 0))

    def test_a_promise_is_no_return(self):
        case = self._case()
        case.action_won_back()
        self.assertEqual(case.return_rate, 0)
        self._come(date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual((case.returned, case.return_rate), (True, 100))

    def test_a_visit_counts_for_one_case(self):
        first = self._case()
        first.reason_id = self.price
        first.action_declined()
        first.sudo().opened_on = fields.Datetime.now() - timedelta(100)
        second = self._case()
        self._come(date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual((first.returned, second.returned), (False, True))

    def test_the_month_is_that_of_the_company(self):
        """At two in the morning of the first it is still last month in UTC."""
        self.env.company.winback_per_dealer = 1
        self._lost_people(2)
        cases = self.env["crm.winback.case"]
        company = type(self.env.company)
        with (
            patch.object(company, "_today_here", return_value=date(2026, 3, 1)),
            patch.object(company, "_tz_here", return_value="Asia/Shanghai"),
        ):
            opened = cases.browse(cases._open_for(self.dealer_a))
            opened.opened_on = datetime(2026, 2, 28, 18)
            self.assertFalse(cases._open_for(self.dealer_a), "the month's share is given")
