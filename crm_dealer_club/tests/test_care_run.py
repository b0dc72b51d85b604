import doctest
from collections import Counter
from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..tools import care_plan
from .common_care import CareCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestCareRun(CareCase):
    """What is found, for whom, and what becomes of it."""

    def test_doctests(self):
        finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
        for test in finder.find(care_plan, "care_plan"):
            runner.run(test)
        self.assertEqual(runner.summarize(verbose=False).failed, 0)

    def test_once(self):
        reminders = self._run()
        self.assertEqual(reminders.partner_id, self.customer_a | self.customer_b)
        self.assertEqual(set(reminders.mapped("state")), {"sent"})
        self.assertEqual(reminders.mapped("dealer_id"), self.dealer_a | self.dealer_b)
        sms = reminders.sms_id
        self.assertEqual(len(sms), 2)
        self.assertEqual(self._run(), reminders)
        self.assertEqual(self._run(self.today + timedelta(days=1)), reminders)
        self.rule.last_run = False
        self.assertEqual(self._run().sms_id, sms)

    def test_next_due_date(self):
        self._run()
        self.car_a.insurance_expiry = self.due + timedelta(days=5)
        self.assertEqual(len(self._run(self.today + timedelta(days=1))), 3)
        self.rule.repeat_days = 30
        self.car_a.insurance_expiry = self.due + timedelta(days=9)
        self.assertEqual(len(self._run(self.today + timedelta(days=2))), 3, "the same event")

    def test_window(self):
        """Dates that are entered late are told; those further ahead wait."""
        for days, found in ((-1, 0), (0, 1), (30, 1), (31, 0)):
            self.car_a.insurance_expiry = self.today + timedelta(days=days)
            self.car_b.insurance_expiry = False
            self.env.flush_all()
            rows = self.env.execute_query(self.rule._found_sql(self.today))
            self.assertEqual(len(rows), found, days)

    def test_catching_up(self):
        """The server was off for forty days: what is still of use is told, the rest is kept."""
        self.rule.last_run = self.today - timedelta(days=40)
        self.car_a.insurance_expiry = self.today - timedelta(days=5)
        self.car_b.insurance_expiry = self.today - timedelta(days=9)
        self.rule.late_days = 7
        self._run()
        self.assertEqual(self._of(self.customer_a), [("sent", False, "sms")])
        self.assertEqual(self._of(self.customer_b), [("skipped", "late", "sms")])

    def test_rested_rule_does_not_catch_up(self):
        self._run()
        self.rule.active = False
        self.rule.active = True
        self.assertFalse(self.rule.last_run)

    def test_audience(self):
        levels = self.env.ref("crm_dealer_grading.scheme_contribution").level_ids
        model = self.env["fleet.vehicle.model"].create(
            {"name": "M", "brand_id": self.env["fleet.vehicle.model.brand"].create(
                {"name": "B"}).id}
        )  # fmt: skip
        self.car_a.model_id = model
        self._level(self.customer_a, levels[0].code)
        self.member_a._store({"tier_id": self.tiers["G"].id})
        audiences = (
            {"dealer_ids": self.dealer_a},
            {"region_ids": self.region_north},
            {"tier_ids": self.tiers["G"]},
            {"level_ids": levels[0]},
            {"model_ids": model},
        )
        for audience in audiences:
            values = {name: [Command.set(records.ids)] for name, records in audience.items()}
            rule = self._rule(**values)
            self.env.flush_all()
            rows = self.env.execute_query(rule._found_sql(self.today))
            self.assertEqual([row[1] for row in rows], [self.customer_a.id], audience)
        rule = self._rule(dealer_id=self.dealer_b.id)
        self.env.flush_all()
        rows = self.env.execute_query(rule._found_sql(self.today))
        self.assertEqual([row[1] for row in rows], [self.customer_b.id])

    def test_one_message_a_day(self):
        self._car(self.customer_a, plate="沪A70003")
        self._rule(name="Second", sequence=20, short_text="Something else")
        self._run()
        found = self._of(self.customer_a)
        self.assertEqual(Counter(found), {("sent", False, "sms"): 4})
        lines = self.env["crm.care.reminder"].search([("partner_id", "=", self.customer_a.id)])
        self.assertEqual(len(lines.sms_id), 1)
        self.assertEqual(len(lines.filtered("merged_into_id")), 3)
        for words in ("沪A70001", "沪A70003", "Something else"):
            self.assertIn(words, lines.sms_id.body)
        logs = self.env["crm.contact.log"].search([("partner_id", "=", self.customer_a.id)])
        self.assertEqual(len(logs), 1)
        self.assertEqual(logs.way, "sms")
        self.assertIn("Something else", logs.summary)
        # Later that day another date is entered: it waits for tomorrow.
        self._car(self.customer_a, plate="沪A70004")
        self.rule.run()
        self.assertIn(("planned", "day", "sms"), self._of(self.customer_a))
        self._run(self.today + timedelta(days=1))
        self.assertNotIn(("planned", "day", "sms"), self._of(self.customer_a))

    def test_todo(self):
        self.rule.write(
            {"channel": "activity", "todo_summary": "Call about {{ object.vehicle_name }}"}
        )
        self._run()
        reminder = self.env["crm.care.reminder"].search([("partner_id", "=", self.customer_a.id)])
        todo = reminder.activity_id
        self.assertIn("沪A70001", todo.summary)
        self.assertIn(todo.user_id, self.dealer_a.user_ids)
        self.assertEqual(todo.res_id, self.customer_a.id)
        self.assertFalse(reminder.log_id, "staff log the contact when they make it")
        self.customer_b.user_id = self.users["sales_a"]
        self.assertNotEqual(self.users["sales_a"], self.env["crm.care.reminder"].search(
            [("partner_id", "=", self.customer_b.id)]).user_id)  # fmt: skip

    def test_nobody_for_the_todo(self):
        self.rule.channel = "activity"
        self.dealer_a.user_ids = False
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "no_staff", "activity")])

    def test_fallbacks(self):
        cases = {
            ("email", "none"): ("skipped", "no_address", "email"),
            ("email", "activity"): ("sent", False, "activity"),
            ("email", "other"): ("sent", False, "sms"),
        }
        self.customer_a.email = False
        for (channel, fallback), expected in cases.items():
            self._reminders().unlink()
            self.rule.write({"channel": channel, "fallback": fallback, "last_run": False})
            self._run()
            self.assertEqual(self._of(self.customer_a), [expected])
        self._reminders().unlink()
        self._consent(self.customer_a, False, "email")
        self._run()
        self.assertEqual(
            self._of(self.customer_a), [("skipped", "consent", "email")],
            "who says no is not reached by another way",
        )  # fmt: skip

    def test_left_out(self):
        """Each skip is a line with its reason."""
        self.env["phone.blacklist"].create({"number": self.customer_a.phone_sanitized})
        self.rule._find(self.today)
        self.customer_b._store_given_up(self.today)
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "blacklist", "sms")])
        self.assertEqual(self._of(self.customer_b), [("skipped", "given_up", "sms")])

    def test_gone_meanwhile(self):
        """Sold, or scrapped, between finding and sending."""
        self.rule._find(self.today)
        self.car_a.partner_id = self.customer_b
        self.car_b.active = False
        self.env.flush_all()
        self.env["crm.care.reminder"]._send_all(self.today)
        self.assertEqual(self._of(self.customer_a), [("skipped", "gone", "sms")])
        self.assertEqual(self._of(self.customer_b), [("skipped", "gone", "sms")])

    def test_rule_archived_meanwhile(self):
        self.rule._find(self.today)
        self.rule.active = False
        self.env["crm.care.reminder"]._send_all(self.today)
        self.assertEqual(self._of(self.customer_a), [("skipped", "stopped", "sms")])

    def test_cap_waits(self):
        """A due date is not forgotten because the month is full; it is told when there is room."""
        self._limit(self.customer_a, 1)
        contact = self._contact(self.customer_a)
        self._run()
        self.assertEqual(self._of(self.customer_a), [("planned", "cap", "sms")])
        tomorrow = self.today + timedelta(days=1)
        self._run(tomorrow)
        self.assertEqual(self._of(self.customer_a), [("planned", "cap", "sms")])
        contact.unlink()
        self._run(tomorrow + timedelta(days=1))
        self.assertEqual(self._of(self.customer_a), [("sent", False, "sms")])

    def test_cap_to_the_end(self):
        self._limit(self.customer_a, 1)
        self._contact(self.customer_a)
        self.rule.late_days = 0
        self.car_a.insurance_expiry = self.today
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "cap", "sms")])

    def test_quiet_hours(self):
        """Messages wait, to-dos do not; the customer's time zone counts."""
        self.env.company.write({"care_quiet_from": 21, "care_quiet_to": 8})
        (self.customer_a | self.customer_b).tz = "Asia/Shanghai"
        self.customer_b.tz = "Europe/Paris"
        self._car(self.customer_a)
        todo = self._rule(name="To-Do", channel="activity", sequence=90)
        day = self.today
        with freeze_time(f"{day} 14:00:00"):  # 22:00 in Shanghai, 15:00 or 16:00 in Paris
            self._run(day)
        self.assertEqual(
            Counter(self._of(self.customer_a)),
            {("planned", False, "sms"): 2, ("sent", False, "activity"): 2},
        )
        self.assertIn(("sent", False, "sms"), self._of(self.customer_b))
        with freeze_time(f"{day + timedelta(days=1)} 02:00:00"):
            self._run(day + timedelta(days=1))
        self.assertNotIn(("planned", False, "sms"), self._of(self.customer_a))
        self.assertTrue(todo.reminder_count)

    def test_undelivered(self):
        self._run()
        reminder = self.env["crm.care.reminder"].search([("partner_id", "=", self.customer_a.id)])
        reminder.sms_id.state = "error"
        self.env["crm.care.reminder"]._note_undelivered()
        self.assertEqual(self._of(self.customer_a), [("failed", "undelivered", "sms")])

    def test_preview(self):
        """It tells what the run does then, and writes nothing."""
        self._car(self.customer_a)
        self._consent(self.customer_b, False)
        wizard = self.env["crm.care.preview"].create({"date": self.today + timedelta(days=1)})
        action = wizard.action_show()
        lines = self.env[action["res_model"]].search(action["domain"], order="id")
        self.assertFalse(self._reminders())
        told = Counter((line.partner_id, line.outcome, line.reason) for line in lines)
        self.assertEqual(
            told,
            {
                (self.customer_a, "send", False): 1,
                (self.customer_a, "merged", False): 1,
                (self.customer_b, "skip", "consent"): 1,
            },
        )
        states = {"send": "sent", "merged": "sent", "skip": "skipped", "wait": "planned"}
        expected = sorted(
            (line.partner_id.id, line.vehicle_id.id, states[line.outcome], line.reason or "")
            for line in lines
        )
        done = self._run(self.today + timedelta(days=1))
        self.assertEqual(
            sorted((r.partner_id.id, r.vehicle_id.id, r.state, r.reason or "") for r in done),
            expected,
        )

    def test_merge_of_customers(self):
        """What was told stays told, once."""
        twin = self._customer(self.dealer_a, name="Twin", phone="+86 139 0000 7011")
        other = self._car(twin)
        self._run()
        self.env["crm.care.reminder"].search([("vehicle_id", "=", other.id)]).vehicle_id = False
        self.env["crm.care.reminder"].search(
            [("vehicle_id", "=", self.car_a.id)]
        ).vehicle_id = False
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin | self.customer_a).ids, self.customer_a
        )
        self.assertEqual(self._of(self.customer_a), [("sent", False, "sms")])
        self.rule.last_run = False
        self.assertEqual(len(self._of(self.customer_a)), 1)

    def test_counters(self):
        self._run()
        self.assertEqual(self.rule.reminder_count, 2)
        self.assertEqual(self.customer_a.care_reminder_count, 1)
        self.assertEqual(self.car_a.care_reminder_count, 1)
        for record, method in (
            (self.rule, "action_open_reminders"),
            (self.customer_a, "action_open_care_reminders"),
            (self.car_a, "action_open_care_reminders"),
        ):
            action = getattr(record, method)()
            self.assertTrue(self.env[action["res_model"]].search(action["domain"]))
