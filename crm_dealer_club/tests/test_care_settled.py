"""What is planned and not due any more; what cannot be sent; who runs what (M5)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_care import CareCase

_RUN = "odoo.addons.crm_dealer_club.models.care.crm_care_rule_run"
_SEND = "odoo.addons.crm_dealer_club.models.care.crm_care_reminder_run"


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestCareSettled(CareCase):
    def _plan(self):
        """What is due is found, and quiet hours keep it."""
        self.env.company.write({"care_quiet_from": 0, "care_quiet_to": 23.9})
        self._run()
        self.assertEqual(self._of(self.customer_a), [("planned", False, "sms")])
        self.env.company.write({"care_quiet_from": 0, "care_quiet_to": 0})

    def test_date_that_moved(self):
        """Who has renewed the insurance is not told that it ends."""
        self._plan()
        self.car_a.insurance_expiry = self.due + timedelta(days=365)
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "settled", "sms")])
        self.assertEqual(self._of(self.customer_b), [("sent", False, "sms")])

    def test_date_that_moved_back(self):
        self._plan()
        self.car_a.insurance_expiry = False
        self._run()
        self.car_a.insurance_expiry = self.due
        self._run(self.today + timedelta(days=1))
        self.assertEqual(self._of(self.customer_a), [("sent", False, "sms")])
        self._run(self.today + timedelta(days=2))
        self.assertEqual(len(self._of(self.customer_a)), 1)

    def test_rule_that_was_changed(self):
        self._plan()
        self.rule.write({"dealer_ids": self.dealer_b, "channel": "email"})
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "settled", "email")])
        self.assertEqual(self._of(self.customer_b), [("sent", False, "email")])

    def test_quiet_hours_are_those_of_the_channel_it_goes_by(self):
        """A rule that was a to-do when it was found sends text messages by now, and back."""
        self.env.company.write({"care_quiet_from": 0, "care_quiet_to": 23.9})
        for before, channel, state in (("activity", "sms", "planned"), ("sms", "activity", "sent")):
            self._reminders().unlink()
            self.rule.channel = before
            self.rule._find(self.today)
            self.rule.channel = channel
            self.env["crm.care.reminder"]._send_planned(self.today)
            self.assertEqual(self._of(self.customer_b)[0][0], state, channel)

    def test_alert_that_was_called_off(self):
        rule = self._rule(name="Flood", trigger="alert", lead_days=0, alert_date=self.today)
        self.car_a.insurance_expiry = self.car_b.insurance_expiry = False
        self._plan()
        rule.alert_date = False
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "settled", "sms")])

    def test_alert_whose_rule_sends_another(self):
        """Two storms in one night, both wait for the morning: neither takes the other away."""
        rule = self._rule(
            name="Storm", trigger="alert", lead_days=0, alert_date=self.today,
            region_ids=self.region_north,
        )  # fmt: skip
        self.car_a.insurance_expiry = self.car_b.insurance_expiry = False
        self._plan()
        rule.write({"region_ids": self.region_south, "alert_date": self.today + timedelta(days=1)})
        self._run(self.today + timedelta(days=1))
        for customer in (self.customer_a, self.customer_b):
            self.assertEqual(self._of(customer), [("sent", False, "sms")])

    def test_booked_meanwhile(self):
        self.rule.trigger = "maintenance_date"
        self.car_a.next_service_date = self.car_b.next_service_date = self.due
        self._plan()
        visit = self._visit(self.car_a, stage="booked", date="2026-06-17 02:00:00")
        self._run()
        self.assertEqual(self._of(self.customer_a), [("skipped", "settled", "sms")])
        visit.stage = "cancelled"
        self._run(self.today + timedelta(days=1))
        self.assertEqual(self._of(self.customer_a), [("sent", False, "sms")])

    def test_dealer_that_was_changed(self):
        self.rule.channel = "activity"
        with patch.object(type(self.env["crm.care.reminder"]), "_send_all", return_value=True):
            self._run()
        self.assertEqual(self._reminders().mapped("dealer_id"), self.dealer_a | self.dealer_b)
        self.customer_a.dealer_id = self.car_a.dealer_id = self.dealer_b
        done = self._run().filtered(lambda r: r.partner_id == self.customer_a)
        self.assertEqual((done.state, done.dealer_id), ("sent", self.dealer_b))
        self.assertIn(self.dealer_b, done.user_id.dealer_ids)

    def test_one_that_cannot_be_sent(self):
        """It fails alone; the others of its batch are told, once."""
        model = type(self.env["crm.care.reminder"])
        make = model._make_sms

        def fail(reminders, lines, texts):
            if any(line.person == self.customer_a.id for line in lines):
                raise ValueError("broken")
            return make(reminders, lines, texts)

        with patch.object(model, "_make_sms", fail), mute_logger(_SEND):
            self._run()
        self.assertEqual(self._of(self.customer_a), [("failed", "error", "sms")])
        self.assertEqual(self._of(self.customer_b), [("sent", False, "sms")])
        self._run()
        self.assertEqual(len(self._reminders().sms_id), 1)

    def test_rule_that_cannot_be_computed(self):
        model = type(self.env["crm.care.rule"])
        find = model._find
        self._rule(name="Broken", sequence=1)

        def fail(rule, day):
            if rule.name == "Broken":
                raise ValueError("broken")
            return find(rule, day)

        with patch.object(model, "_find", fail), mute_logger(_RUN):
            self.env["crm.care.rule"]._cron_run()
        self.assertEqual(set(self._reminders().mapped("state")), {"sent"})

    def test_text_that_fails_takes_no_other_along(self):
        first = self._rule(name="First", sequence=1, short_text="First")
        render = type(first)._render

        def fail(rule, channel, ids):
            if rule == first:
                raise UserError(rule.name)
            return render(rule, channel, ids)

        with patch.object(type(first), "_render", fail), mute_logger(
            "odoo.addons.crm_dealer_club.models.care.crm_care_reminder_text"
        ):
            self._run()
            self._run()
        self.assertEqual(
            self._of(self.customer_a), [("failed", "no_text", "sms"), ("sent", False, "sms")]
        )

    def test_what_was_not_delivered_is_no_contact(self):
        """Neither for the limit of the month nor in the customer's story."""
        self._limit(self.customer_a, 1)
        self._run()
        log = self.env["crm.contact.log"].search([("partner_id", "=", self.customer_a.id)])
        self.assertTrue(log)
        self._reminders().filtered(lambda r: r.partner_id == self.customer_a).sms_id.state = "error"
        self.env["crm.care.rule"]._cron_run()
        self.assertFalse(log.exists())
        self.assertEqual(self._of(self.customer_a), [("failed", "undelivered", "sms")])
        self._rule(name="Next", short_text="Next")
        self._run(self.today + timedelta(days=1))
        self.assertEqual(self._of(self.customer_a)[-1], ("sent", False, "sms"))

    def test_time_zone_that_is_none(self):
        self.env.company.write({"care_quiet_from": 1, "care_quiet_to": 2})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Base' WHERE id = %s", [self.customer_a.id]
        )
        self.env.invalidate_all()
        self._run()
        self.assertEqual(self._of(self.customer_b), [("sent", False, "sms")])

    def test_run_now_catches_up(self):
        self.rule.last_run = self.today - timedelta(days=5)
        self.rule.action_run_now()
        self.assertEqual(self.rule.last_run, self.today - timedelta(days=5))
        self.rule.last_run = self.today
        self.rule.action_run_now()
        self.assertEqual(self.rule.last_run, self.today - timedelta(days=1))
        self.rule.active = True
        self.assertTrue(self.rule.last_run, "it did not rest")

    def test_warranty_by_kilometres_is_told_once(self):
        self.assertEqual(self._rule(name="W", trigger="warranty").repeat_days, 180)

    def test_user_runs_for_today_only(self):
        """Another day has other limits, and what is due then is not due yet."""
        rule = self._rule(name="A's", dealer_id=self.dealer_a.id)
        mine = rule.with_user(self.users["manager_a"])
        for day in (self.today + timedelta(days=20), self.today - timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "today"):
                mine.run(day)
        mine.run(self.today)

    def test_manager_does_not_send_others_plans(self):
        self._plan()
        rule = self._rule(name="A's", dealer_id=self.dealer_a.id, sequence=1)
        rule.with_user(self.users["manager_a"]).run()
        self.assertEqual(self._of(self.customer_b), [("planned", False, "sms")])
        self.assertEqual({state for state, *_more in self._of(self.customer_a)}, {"sent"})
        self._run()
        self.assertEqual(self._of(self.customer_b), [("sent", False, "sms")])
