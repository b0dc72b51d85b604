"""What a script over RPC may try that no screen offers: planted links, defaults, dates."""

from datetime import timedelta

from psycopg2.errors import ForeignKeyViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import uninstall_hook
from .common_workshop import WorkshopCase


@tagged("post_install", "-at_install")
class TestIntruder(WorkshopCase):
    """Dealer B's staff, with every other right, and staff who want more than their role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Log = cls.env["crm.contact.log"]
        cls.lead_a = cls._lead(cls.customer_a, dealer_id=cls.dealer_a.id)

    # -- Links that only the system makes ------------------------------------------------------

    def _todo(self):
        return self.lead_a.activity_schedule(
            "mail.mail_activity_data_todo", summary="Secret of A", user_id=self.env.uid
        )

    def test_planted_activity(self):
        """An entry's activity is written with all rights: nobody names one."""
        todo = self._todo()
        mine = self._as("greedy_b", self.Log).create(
            {"partner_id": self.customer_b.id, "summary": "Mine", "activity_id": todo.id}
        )
        self.assertFalse(mine.activity_id)
        with self.assertRaises(AccessError):
            mine.write({"activity_id": todo.id})
        with self.assertRaises(AccessError):
            mine.write({"next_done": True})
        planted = mine.with_context(default_activity_id=todo.id, default_next_done=True)
        log = planted.create({"partner_id": self.customer_b.id, "summary": "Mine"})
        self.assertFalse(log.activity_id or log.next_done)
        for record in mine | log:
            record.write({"next_date": fields.Date.today(), "user_id": self.users["greedy_b"].id})
        self.assertEqual((todo.summary, todo.user_id), ("Secret of A", self.env.user))
        mine.unlink()
        self.assertTrue(todo.exists())

    # -- Defaults ------------------------------------------------------------------------------

    def test_defaults_name_no_foreign_customer(self):
        """A default of the context, or one that the user keeps, is a value like any other."""
        due = self.env["crm.contact.due"].create(
            {"partner_id": self.customer_a.id, "dealer_id": self.dealer_a.id}
        )
        vals = {
            "crm.contact.log": {"summary": "x", "need_state": "clear"},
            "crm.lead": {"name": "x", "type": "opportunity", "dealer_id": self.dealer_b.id},
            "crm.vehicle": {"plate": "沪B12345", "dealer_id": self.dealer_b.id},
        }
        for name, values in vals.items():
            model = self._as("greedy_b", self.env[name])
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                model.with_context(default_partner_id=self.customer_a.id).create(values)
        self.env["ir.default"].with_user(self.users["greedy_b"]).set(
            "crm.contact.log", "partner_id", self.customer_a.id, user_id=True
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._as("greedy_b", self.Log).create(vals["crm.contact.log"])
        self.assertEqual(due.state, "found")
        self.assertFalse(self.customer_a.need_state)

    def test_defaults_name_no_foreign_lead(self):
        step = self.Log.create(
            {
                "partner_id": self.customer_a.id,
                "lead_id": self.lead_a.id,
                "summary": "Call again",
                "next_date": fields.Date.today() - timedelta(1),
            }
        )
        theirs = {"lead_id": self.lead_a, "vehicle_id": self.vehicle}
        for name, record in theirs.items():
            model = self._as("greedy_b", self.Log).with_context(**{f"default_{name}": record.id})
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                model.create({"partner_id": self.customer_b.id, "summary": "x"})
        self.assertFalse(step.next_done)
        visits = self._as("greedy_b", self.env["crm.service.visit"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            visits.with_context(default_vehicle_id=self.vehicle.id).create({})

    # -- Workshop ------------------------------------------------------------------------------

    def test_foreign_bay_tells_nothing(self):
        """Whether another dealer's bay is taken is not told, and not by the refusal either."""
        start = fields.Datetime.now() + timedelta(days=40)
        self.dealer_a.service_calendar_id = False
        self._booking(start, bay_id=self.mechanical.id, duration_hours=2)
        own = self._vehicle(self.customer_b)
        visits = self._as("greedy_b", self.env["crm.service.visit"])
        vals = {"vehicle_id": own.id, "dealer_id": self.dealer_b.id, "duration_hours": 1}
        for date in (start, start + timedelta(days=1)):
            with self.assertRaises(AccessError) as named, self.env.cr.savepoint():
                visits.create({**vals, "date": date, "bay_id": self.mechanical.id})
            self.assertNotIn(self.mechanical.name, str(named.exception))
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                visits.with_context(default_bay_id=self.mechanical.id).create(
                    {**vals, "date": date}
                )
            visit = visits.create({**vals, "date": date})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                visit.write({"bay_id": self.mechanical.id})

    def test_planned_end_is_not_given(self):
        """A booking that pretended to end at once would leave its bay free for a second one."""
        start = fields.Datetime.now() + timedelta(days=40)
        self.dealer_a.service_calendar_id = False
        visit = self._booking(start, bay_id=self.mechanical.id, duration_hours=2)
        self._as("sales_a", visit).write({"date_end": start})
        self.env.flush_all()
        visit.invalidate_recordset()
        self.assertEqual(visit.date_end, start + timedelta(hours=2))

    # -- Evidence ------------------------------------------------------------------------------

    def test_nobody_adds_to_a_colleagues_verification(self):
        verification = self._as("oem", self.env["crm.customer.verification"]).create(
            {
                "partner_id": self.customer_a.id,
                "line_ids": [Command.create({"field_name": "phone", "verdict": "correct"})],
            }
        )
        lines = self._as("agent", self.env["crm.customer.verification.line"])
        with self.assertRaises(UserError):
            lines.create(
                {
                    "verification_id": verification.id,
                    "field_name": "phone",
                    "verdict": "wrong",
                }
            )
        self.assertTrue(verification.line_ids.stands)

    def test_verification_of_tomorrow(self):
        with self.assertRaises(ValidationError):
            self._as("agent", self.env["crm.customer.verification"]).create(
                {
                    "partner_id": self.customer_a.id,
                    "date": fields.Date.today() + timedelta(days=400),
                    "line_ids": [Command.create({"field_name": "phone", "verdict": "correct"})],
                }
            )

    def test_manual_level_is_not_dated_back(self):
        scheme = self.env.ref("crm_dealer_grading.scheme_value")
        today = fields.Date.context_today(scheme)
        with self.assertRaises(ValidationError):
            self._as("manager_a", self.env["crm.grading.manual"]).create(
                {
                    "partner_id": self.customer_a.id,
                    "scheme_id": scheme.id,
                    "level_id": scheme.level_ids[0].id,
                    "reason": "As if it had always been so",
                    "date_from": today - timedelta(days=300),
                    "date_until": today + timedelta(days=1),
                }
            )

    def test_due_contacts_of_two_dealers(self):
        """Each is given to staff of its own customer's dealer."""
        dues = self.env["crm.contact.due"].create(
            [
                {"partner_id": customer.id, "dealer_id": customer.dealer_id.id}
                for customer in self.customer_a | self.customer_b
            ]
        )
        with self.assertRaises(AccessError):
            self._as("agent", dues).write({"user_id": self.users["sales_b"].id})

    def test_moved_activity_logs_nothing(self):
        """An own activity that is pointed at a foreign customer closes nothing there."""
        due = self.env["crm.contact.due"].create(
            {"partner_id": self.customer_a.id, "dealer_id": self.dealer_a.id}
        )
        kind = self.env.ref("crm_dealer_grading.mail_activity_type_contact")
        activity = self._as("greedy_b", self.customer_b).activity_schedule(
            activity_type_id=kind.id, user_id=self.users["greedy_b"].id, summary="x"
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            activity.write({"res_id": self.customer_a.id})
        # Nor one whose customer went to the other dealer meanwhile.
        activity.sudo().res_id = self.customer_a.id
        activity.action_done()
        self.assertEqual(due.state, "found")
        self.assertFalse(self.customer_a.contact_log_ids)

    def test_uninstalling_leaves_no_activity_type(self):
        """Done activities are archived, and core looks at open ones only."""
        kind = self.env.ref("crm_dealer_grading.mail_activity_type_contact")
        activity = self.customer_a.activity_schedule(activity_type_id=kind.id, summary="x")
        activity.action_done()
        self.assertFalse(activity.active)
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                kind.unlink()
        uninstall_hook(self.env)
        kind.unlink()
        self.assertEqual(activity.activity_type_id, self.env.ref("mail.mail_activity_data_todo"))
