from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged, users

from .common_care import CareCase

_RULE_READERS = ("sales_a", "manager_a", "agent", "auditor", "credit", "oem")
_VIEWS = {
    "crm.care.rule": ("list", "kanban", "form", "search"),
    "crm.care.reminder": ("list", "kanban", "form", "calendar", "pivot", "graph", "search"),
    "crm.care.preview": ("form",),
    "crm.care.preview.line": ("list", "kanban", "search"),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestCareAccess(CareCase):
    """Who sees and does what; denials first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule_a = cls._rule(name="Rule of A", dealer_id=cls.dealer_a.id)
        cls.rule_b = cls._rule(name="Rule of B", dealer_id=cls.dealer_b.id)
        cls.reminder = cls.env["crm.care.reminder"].create(
            {
                "rule_id": cls.rule.id,
                "partner_id": cls.customer_a.id,
                "dealer_id": cls.dealer_a.id,
                "due_date": cls.today - timedelta(days=90),
                "date": cls.today,
                "state": "sent",
            }
        )

    def _mine(self, record):
        return record.with_env(self.env)

    @users("sales_a", "agent", "auditor", "credit", "clerk")
    def test_nobody_else_writes_rules(self):
        for method, args in (
            ("write", [{"name": "x"}]), ("unlink", []), ("run", []), ("action_run_now", []),
        ):  # fmt: skip
            with self.assertRaises(AccessError, msg=method):
                getattr(self._mine(self.rule), method)(*args)
        with self.assertRaises(AccessError):
            self.env["crm.care.rule"].create({"name": "x", "dealer_id": self.dealer_a.id})
        with self.assertRaises(AccessError):
            self.env["crm.care.rule"].run()

    @users("clerk")
    def test_clerk_sees_nothing(self):
        for model in ("crm.care.rule", "crm.care.reminder", "crm.care.preview"):
            with self.assertRaises(AccessError):
                self.env[model].search([])

    @users("manager_a", "greedy_b")
    def test_manager_and_the_network(self):
        """A dealer's manager has own rules, for own customers."""
        own, other = self.rule_a, self.rule_b
        if self.env.user.login == "greedy_b":
            own, other = other, own
        rules = self.env["crm.care.rule"].with_context(active_test=False).search([])
        self.assertIn(self._mine(self.rule), rules)
        self.assertNotIn(self._mine(other), rules)
        for record in (self.rule, other):
            for method, args in (
                ("write", [{"name": "x"}]), ("unlink", []), ("run", []), ("action_run_now", []),
            ):  # fmt: skip
                with self.assertRaises(AccessError):
                    getattr(self._mine(record), method)(*args)
        with self.assertRaises(AccessError):
            self.env["crm.care.rule"].run()
        for dealer in (False, other.dealer_id.id):
            with self.assertRaises(AccessError):
                self._mine(own).write({"dealer_id": dealer})
            with self.assertRaises(AccessError):
                self.env["crm.care.rule"].create(
                    {"name": "x", "channel": "activity", "dealer_id": dealer}
                )
        created = self.env["crm.care.rule"].create({"name": "x", "channel": "activity"})
        self.assertEqual(created.dealer_id, self._mine(own).dealer_id)
        self._mine(own).write({"name": "Mine"})

    @users("manager_a")
    def test_manager_runs_an_own_rule(self):
        self._mine(self.rule_a).run()
        found = self.env["crm.care.reminder"].sudo().search([("id", "!=", self.reminder.id)])
        self.assertEqual(found.partner_id.ids, self.customer_a.ids)
        self.assertEqual(found.rule_id.ids, self.rule_a.ids)

    @users("sales_a", "manager_a", "agent", "auditor", "oem")
    def test_nobody_writes_the_ledger(self):
        reminder = self._mine(self.reminder)
        reminder.read(["state"])
        for method, args in (("write", [{"state": "sent"}]), ("unlink", []), ("copy", [])):
            with self.assertRaises(AccessError):
                getattr(reminder, method)(*args)

    def test_reminders_of_own_dealers(self):
        self._run()
        self.env.flush_all()
        for login, customers in (
            ("sales_a", self.customer_a), ("manager_a", self.customer_a),
            ("greedy_b", self.customer_b), ("homeless", self.env["res.partner"]),
            ("auditor", self.customer_a | self.customer_b),
            ("agent", self.customer_a | self.customer_b),
            ("oem", self.customer_a | self.customer_b),
        ):  # fmt: skip
            reminders = self.env["crm.care.reminder"].with_user(self.users[login]).search([])
            self.assertEqual(set(reminders.sudo().partner_id.ids), set(customers.ids), login)

    def test_preview_of_own_dealers(self):
        for login, customers in (
            ("sales_a", self.customer_a), ("greedy_b", self.customer_b),
            ("homeless", self.env["res.partner"]),
            ("oem", self.customer_a | self.customer_b),
        ):  # fmt: skip
            wizard = self.env["crm.care.preview"].with_user(self.users[login])
            wizard = wizard.create({"date": self.today + timedelta(days=1)})
            wizard.action_show()
            self.assertEqual(set(wizard.line_ids.sudo().partner_id.ids), set(customers.ids), login)

    @users("oem")
    def test_preview_looks_ahead(self):
        wizard = self.env["crm.care.preview"].create({"date": self.today - timedelta(days=1)})
        with self.assertRaises(UserError):
            wizard.action_show()

    @users("sales_a", "agent", "auditor")
    def test_alert_is_the_managers(self):
        with self.assertRaises(AccessError):
            self.env["crm.care.alert"].create({"rule_id": self.rule.id})

    @users("manager_a")
    def test_alert_of_the_network_is_not_the_dealers(self):
        network = self._rule(name="Storm", trigger="alert", active=False)
        alert = self.env["crm.care.alert"].create({"rule_id": network.id})
        for method in ("action_count", "action_send"):
            with self.assertRaises(AccessError):
                getattr(alert, method)()

    @users("oem")
    def test_alert(self):
        """Counted first; nothing of the try is kept."""
        storm = self._rule(name="Storm", trigger="alert", active=False, lead_days=5)
        alert = self.env["crm.care.alert"].create(
            {"rule_id": storm.id, "region_ids": self.region_north.ids}
        )
        with self.assertRaises(UserError):
            alert.action_send()
        alert.action_count()
        self.assertTrue(alert.is_counted)
        self.assertFalse(storm.alert_date)
        self.assertEqual(storm.lead_days, 5)
        alert.region_ids = self.region_south
        self.assertFalse(alert.is_counted)
        alert.action_count()
        alert.action_send()
        self.assertTrue(storm.active)
        self.assertEqual(storm.alert_date, self.today)
        self.assertEqual(storm.region_ids, self.region_south)

    @users("oem")
    def test_alert_for_a_coming_day(self):
        """It is counted and found now, as one for today is, and stands when another follows."""
        tomorrow = self.today + timedelta(days=1)
        storm = self._rule(name="Storm", trigger="alert", active=False)
        alert = self.env["crm.care.alert"].create({"rule_id": storm.id, "date": tomorrow})
        alert.region_ids = self.region_north
        alert.action_count()
        counted = alert.to_send
        self.assertTrue(counted)
        alert.action_send()
        found = storm.reminder_ids
        self.assertEqual(set(found.mapped("due_date")), {tomorrow})
        self.assertEqual(set(found.mapped("date")), {self.today})
        self.assertEqual(len(found), counted)
        other = self.env["crm.care.alert"].create({"rule_id": storm.id})
        other.region_ids = self.region_south
        other.action_count()
        other.action_send()
        self.assertEqual(storm.lead_days, 0)
        self.assertEqual(set(found.mapped("state")), {"planned"})

    @users(*_RULE_READERS)
    def test_views(self):
        """Each role opens what it has a menu for."""
        for model, kinds in _VIEWS.items():
            views = self.env[model].get_views([(False, kind) for kind in kinds])["views"]
            for kind in ("list", "kanban", "form"):
                if kind in views:
                    fields = etree.fromstring(views[kind]["arch"]).iter("field")
                    names = {node.get("name") for node in fields} & set(self.env[model]._fields)
                    self.env[model].web_search_read([], {n: {} for n in names}, limit=5)
