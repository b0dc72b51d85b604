from datetime import datetime

from odoo.tests import tagged
from odoo.tools import SQL

from .common_care import CareCase


@tagged("post_install", "-at_install")
class TestCareGate(CareCase):
    """Whether, and when, customers may be contacted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["crm.care.gate"]

    def _why(self, customer=None, code="reminder", channel="sms"):
        customer = customer or self.customer_a
        return self.gate._refused(customer, code, channel).get(customer.id)

    def test_allowed(self):
        for channel in ("sms", "email", "phone", "wechat", "activity"):
            self.assertIsNone(self._why(channel=channel), channel)
        self.assertEqual(self.gate._refused(self.env["res.partner"], "reminder", "sms"), {})

    def test_no_address(self):
        self.customer_a.write({"email": "no address", "phone": False})
        for channel in ("sms", "email", "phone"):
            self.assertEqual(self._why(channel=channel), "no_address", channel)
        self.assertIsNone(self._why(channel="activity"), "staff find out the number")

    def test_consent(self):
        self.assertEqual(self._why(code="offer"), "consent")
        self.assertEqual(self._why(code="no such purpose"), "consent")
        self._consent(self.customer_a, True, purpose="offer")
        self.assertIsNone(self._why(code="offer"))
        self.assertEqual(self._why(code="offer", channel="email"), "consent")
        self._consent(self.customer_a, False)
        self.assertEqual(self._why(), "consent")
        self._consent(self.customer_a, True)
        self.assertIsNone(self._why(), "the latest decision holds")
        self._consent(self.customer_a, False, "phone")
        self.assertEqual(self._why(channel="activity"), "consent", "a to-do leads to a call")
        self.customer_a.contact_opt_out = True
        self.assertEqual(self._why(), "consent")

    def test_blacklists(self):
        self.env["mail.blacklist"]._add("care0@example.com")
        self.env["phone.blacklist"].create({"number": self.customer_a.phone_sanitized})
        for channel in ("sms", "email", "phone", "activity"):
            self.assertEqual(self._why(channel=channel), "blacklist", channel)
        self.assertIsNone(self._why(self.customer_b))

    def test_given_up(self):
        self.customer_a._store_given_up(self.today)
        self.assertEqual(self._why(), "given_up")
        self.customer_b.active = False
        self.assertEqual(self._why(self.customer_b), "given_up")

    def test_cap(self):
        self._limit(self.customer_a, 2)
        self.assertIsNone(self._why())
        self._contact(self.customer_a)
        self.assertIsNone(self._why())
        self.env["crm.contact.due"].create(
            {"partner_id": self.customer_a.id, "date": self.today}
        )
        self.assertEqual(self._why(), "cap", "what is planned for today counts")
        self.assertEqual(self.gate._room(self.customer_a), {self.customer_a.id: 0})

    def test_cap_of_a_contact(self):
        """The limit is the customer's: its contacts share it."""
        person = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.customer_a.id, "phone": "+86 139 0000 7009"}
        )
        self.customer_a.is_company = True
        self._limit(self.customer_a, 1)
        self._contact(self.customer_a)
        self.assertEqual(self._why(person), "cap")

    def test_many_as_one(self):
        """The statement for many says what the method says."""
        people = self.customer_a | self.customer_b
        self.customer_b.phone = False
        sql = self.gate._refused_sql(
            SQL("SELECT unnest(%s) AS partner_id", people.ids), "reminder", "sms"
        )
        self.assertEqual(
            dict(self.env.execute_query(sql)), {self.customer_b.id: "no_address"}
        )

    def test_queries(self):
        """As many queries for a hundred as for one."""
        customers = self.env["res.partner"].create([{"name": f"Q{i}"} for i in range(100)])
        self.env.flush_all()
        for some in (customers[:1], customers):
            self.env.invalidate_all()
            self._why()  # what is cached for a while
            with self.assertQueryCount(4):
                self.gate._refused(some, "reminder", "sms")

    def test_note(self):
        """What is noted counts for limits, and is part of the story."""
        self._limit(self.customer_a, 1)
        ids = self.gate._note(
            [
                {"partner_id": self.customer_a.id, "way": "sms", "summary": "One"},
                {"partner_id": self.customer_b.id, "way": "email", "summary": "Two",
                 "vehicle_id": self.car_b.id, "date": datetime(2020, 1, 1)},
            ]
        )  # fmt: skip
        logs = self.env["crm.contact.log"].browse(ids)
        self.assertEqual(logs.mapped("summary"), ["One", "Two"])
        self.assertEqual(logs.commercial_partner_id, self.customer_a | self.customer_b)
        self.assertEqual(logs.dealer_id, self.dealer_a | self.dealer_b)
        self.assertEqual(logs[1].date, datetime(2020, 1, 1))
        self.assertEqual(logs[1].vehicle_id, self.car_b)
        self.assertEqual(self._why(), "cap")
        self.assertEqual(self.gate._note([]), [])

    def test_quiet_hours(self):
        company = self.env["res.company"].create(
            {"name": "Quiet", "care_quiet_from": 21.5, "care_quiet_to": 8}
        )
        company.partner_id.tz = "Asia/Shanghai"
        quiet = self.gate._quiet_until
        morning = datetime(2026, 5, 2, 0, 0)  # eight o'clock there
        self.assertEqual(quiet(datetime(2026, 5, 1, 13, 30), company), morning)
        self.assertEqual(quiet(datetime(2026, 5, 1, 23, 59), company), morning)
        self.assertIsNone(quiet(morning, company))
        self.assertIsNone(quiet(datetime(2026, 5, 1, 13, 29), company))
        self.assertIsNone(quiet(datetime(2026, 5, 1, 13, 30), company, "Europe/Paris"))
        company.write({"care_quiet_from": 12, "care_quiet_to": 14})
        self.assertEqual(
            quiet(datetime(2026, 5, 1, 4, 30), company), datetime(2026, 5, 1, 6, 0)
        )
        company.write({"care_quiet_from": 7, "care_quiet_to": 7})
        self.assertIsNone(quiet(datetime(2026, 5, 1, 4, 30), company))
