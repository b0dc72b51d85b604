"""Calls are made once by events, drawn fairly, withdrawn with their event (S3)."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.draw import draw
from .common_followup import FollowupFactories


@tagged("post_install", "-at_install")
class TestFollowupMake(FollowupFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_followup()

    def test_a_finished_visit_makes_its_calls_once(self):
        calls = self._calls(self.visit_a)
        self.assertEqual(calls.rule_id, self.rule | self.rule_centre)
        call = self._calls(self.visit_a, self.rule)
        day = fields.Datetime.context_timestamp(
            self.visit_a.with_context(tz="Asia/Shanghai"), self.visit_a.date_delivered
        ).date()
        self.assertEqual(call.event_date, day)
        self.assertEqual(call.date_due, day + timedelta(3))
        self.assertEqual(call.lapses_on, day + timedelta(10))
        self.assertEqual(call.partner_id, self.customer_a)
        self.assertEqual(call.commercial_partner_id, self.customer_a)
        self.assertEqual(call.dealer_id, self.dealer_a)
        self.assertFalse(self.Call._follow_up(visit_ids=self.visit_a.ids))
        for _night in range(2):  # the first one finds the demo's visits
            made = self.Call._follow_up(**self.Call._events_to_look_at())
            self.assertFalse(calls & self.Call.browse(made))
        self.assertFalse(made)
        self.visit_a.note = "Again"
        self.visit_a._set_stage("followed_up")
        self._commit()
        self.assertEqual(self._calls(self.visit_a), calls)

    def test_no_call_without_an_event_or_a_rule(self):
        booked = self._visit(self.vehicle_a, stage="booked")
        other = self._done_visit(self.vehicle_a, visit_type="recall")
        early = self._done_visit(self.vehicle_a, days=70)
        late = self._done_visit(self.vehicle_a, days=15)
        self._commit()
        for visit in (booked, other, early, late):
            self.assertFalse(self._calls(visit))
        booked._set_stage("delivered")
        self._commit()
        self.assertEqual(len(self._calls(booked)), 2)

    def test_the_night_catches_up(self):
        self._calls(self.visit_a).unlink()
        made = self.Call._follow_up(**self.Call._events_to_look_at())
        self.assertLessEqual(set(self._calls(self.visit_a).ids), set(made))
        self.assertEqual(len(self._calls(self.visit_a)), 2)

    def test_a_night_that_is_too_short_goes_on_behind_the_last_batch(self):
        """The scheduler gives a job seconds: no visit is looked at twice, none never."""
        looked, left, cls = [], [], type(self.Call)
        ids = self.Call._events_to_look_at()

        def look(_calls, **part):
            looked.append(part)

        def time_is_up(_cron, processed=0, *, remaining=None, **_kwargs):
            left[:] = [left[0] - processed if remaining is None else remaining]
            return 0

        self.patch(cls, "_follow_up", look)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", time_is_up)
        rounds = 0
        while not rounds or left != [0]:
            rounds += 1
            self.assertLess(rounds, 1000)
            self.Call._cron_catch_up(batch=5)
        for name, all_of_them in ids.items():
            seen = [one for part in looked for one in part.get(name, [])]
            self.assertEqual(seen, all_of_them, name)
        self.assertGreater(len(looked), 2)
        looked.clear()
        self.Call._cron_catch_up(batch=5)
        self.assertEqual(looked[0]["visit_ids"], ids["visit_ids"][:5])

    def test_taken_back_and_finished_again(self):
        calls = self._calls(self.visit_a)
        self.visit_a._set_stage("in_work")
        self._commit()
        self.assertEqual(set(calls.mapped("state")), {"withdrawn"})
        self.assertEqual(set(calls.mapped("withdrawn_why")), {"event"})
        self.visit_a._set_stage("delivered")
        self._commit()
        self.assertEqual(self._calls(self.visit_a), calls)
        self.assertEqual(set(calls.mapped("state")), {"due"})
        self.assertEqual(set(calls.mapped("event_date")), {self.today})
        self.visit_a.visit_type = "recall"
        self._commit()
        self.assertEqual(set(calls.mapped("state")), {"withdrawn"})

    def test_another_owner_is_another_call(self):
        calls = self._calls(self.visit_a)
        owner = self._customer(self.dealer_a, name="New Owner")
        self.visit_a.partner_id = owner
        self._commit()
        self.assertEqual(set(calls.mapped("state")), {"withdrawn"})
        new = self._calls(self.visit_a) - calls
        self.assertEqual(new.partner_id, owner)

    def test_delivery_and_its_undoing(self):
        rule = self._rule(name="Month", event="delivery", delay=1, delay_unit="month")
        lead = self._lead(self.customer_a, dealer_id=self.dealer_a.id,
                          user_id=self.users["sales_a"].id)  # fmt: skip
        lead.action_set_won()
        day = self.today
        for turn in (1, 2):
            lead.with_user(self.users["sales_a"])._deliver(
                "1T8TST9AXZZ042008", {"delivery_date": day, "model_id": self._model().id}
            )
            self._commit()
            call = self.Call.search([("lead_id", "=", lead.id), ("state", "=", "due")])
            self.assertEqual(call.rule_id, rule)
            self.assertEqual(call.date_due, rule._due_on(day))
            self.assertEqual(call.partner_id, self.customer_a)
            lead.with_user(self.users["manager_a"])._undo_delivery("Wrong vehicle")
            self._commit()
            self.assertEqual(call.state, "withdrawn")
            self.assertFalse(call.vehicle_id, "no call keeps the vehicle")
            self.assertEqual(self.Call.search_count([("lead_id", "=", lead.id)]), turn)

    def test_a_month_later(self):
        rule = self._rule(delay=1, delay_unit="month")
        self.assertEqual(rule._due_on(date(2026, 1, 31)), date(2026, 2, 28))

    def test_who_wants_no_calls_gets_none(self):
        calls = self._calls(self.visit_a)
        self.customer_a.contact_opt_out = True
        self.assertEqual(set(calls.mapped("state")), {"withdrawn"})
        self.assertFalse(self._calls(self._done_visit(self.vehicle_a)))
        self.env["phone.blacklist"]._add([self.customer_b.phone_sanitized])
        self.assertFalse(self._calls(self._done_visit(self.vehicle_b)))
        self.Call._close_overdue()
        calls = self._calls(self.visit_b)
        self.assertEqual(set(calls.mapped("withdrawn_why")), {"contact"})

    def test_calls_lapse(self):
        call = self._calls(self.visit_a, self.rule)
        call.lapses_on = self.today
        self.Call._close_overdue()
        self.assertEqual(call.state, "due")
        call.lapses_on = self.today - timedelta(1)
        self.Call._close_overdue()
        self.assertEqual(call.state, "lapsed")

    def test_the_draw_is_that_of_the_seed(self):
        self.rule_centre.share = 40
        now = fields.Datetime.now()
        visits = self.env["crm.service.visit"].create(
            [
                {"vehicle_id": vehicle.id, "stage": "delivered", "date": now,
                 "date_delivered": now}
                for vehicle in (self.vehicle_a, self.vehicle_b) * 150
            ]
        )  # fmt: skip
        self._commit()
        drawn = self.Call.search(
            [("visit_id", "in", visits.ids), ("rule_id", "=", self.rule_centre.id)]
        )
        expected = visits.filtered(lambda v: draw("1", f"visit:{v.id}") < 40)
        self.assertEqual(drawn.visit_id, expected)
        everybody = self.Call.search([("visit_id", "in", visits.ids)]) - drawn
        self.assertEqual(everybody.visit_id, visits, "the dealer calls all")
        # A greater share takes the same ones, and more.
        self.rule_centre.share = 70
        self.Call._follow_up(visit_ids=visits.ids)
        more = self.Call.search(
            [("visit_id", "in", visits.ids), ("rule_id", "=", self.rule_centre.id)]
        )
        self.assertLess(drawn, more)

    def test_the_draw_prefers_nobody(self):
        for seed in ("1", "cc_repair"):
            figures = [draw(seed, f"visit:{number}") for number in range(20_000)]
            tenths = [0] * 10
            for figure in figures:
                tenths[int(figure // 10)] += 1
            chi = sum((n - 2000) ** 2 / 2000 for n in tenths)
            self.assertLess(chi, 33.7)  # 9 degrees of freedom, 1 in 10,000
            for residue in range(8):  # ids of one dealer come at regular distances
                part = [f < 40 for f in figures[residue::8]]
                self.assertAlmostEqual(sum(part) / len(part), 0.4, delta=0.04)

    @mute_logger("odoo.sql_db")
    def test_shares_and_who_asks(self):
        from psycopg2.errors import CheckViolation

        judged = {"caller": "dealer", "programme_id": self.programme.id}
        for vals in ({"share": 90}, {"caller": "call_centre", "share": 30}, judged):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self._rule(**vals)

    def test_rules_that_made_calls_stay(self):
        for change in (
            self.rule.unlink,
            lambda: self.rule.write({"caller": "call_centre"}),
            lambda: self.rule.write({"event": "recall"}),
        ):
            with self.assertRaises(UserError):
                change()
        self.rule.write({"event": "maintenance", "delay": 4})
        self.rule.active = False
        self.assertEqual(self._calls(self.visit_a, self.rule).withdrawn_why, "rule")

    def test_merged_customers_keep_one_call(self):
        double = self._customer(self.dealer_a, name="Double")
        call = self._calls(self.visit_a, self.rule)
        twin = call.copy({"partner_id": double.id})
        self._record_and_merge(double, twin)
        left = self.Call.search([("event_key", "=", call.event_key),
                                 ("rule_id", "=", self.rule.id)])  # fmt: skip
        self.assertEqual(left, call)
        self.assertEqual(left.commercial_partner_id, self.customer_a)

    def _record_and_merge(self, double, twin):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((double | self.customer_a).ids, self.customer_a, extra_checks=False)
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        self.assertFalse(twin.exists())
