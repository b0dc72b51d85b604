"""From the next call to its result (S3)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, freeze_time, tagged

from .common_followup import NextCall


@tagged("post_install", "-at_install")
class TestFollowupCall(NextCall, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_next()

    def test_next_goes_round(self):
        second = self._calls(self._done_visit(self.vehicle_a, days=4), self.rule)
        first = self._next("sales_a")
        self.assertIn(first, self.own | second)
        self.assertEqual(self._next("sales_a"), first, "the one that is held comes again")
        other = self._next("manager_a")
        self.assertEqual(other | first, self.own | second)
        with self.assertRaises(UserError):
            first.with_user(self.users["manager_a"])._record("reached")
        other._release()
        self.assertFalse(other.sudo().holder_id)
        first._record("reached")
        self.assertEqual(self._next("sales_a"), other)

    def test_nothing_is_held_for_ever(self):
        first = self._next("sales_a")
        self.assertFalse(self._next("manager_a"))
        first.sudo().held_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._next("manager_a"), first)

    def test_next_is_due_in_time_and_at_a_decent_hour(self):
        now = fields.Datetime.now()
        self.own.date_next = now + timedelta(hours=1)
        self.assertFalse(self._next("sales_a"))
        self.own.date_next = now - timedelta(hours=1)
        self.own.lapses_on = self.today - timedelta(1)
        self.assertFalse(self._next("sales_a"))
        self.own.lapses_on = self.today
        hour = self.rule._local(now, self.env.company).hour
        quiet = (0, hour) if hour > 12 else (hour + 2, 24)
        self.rule.write({"hour_from": quiet[0], "hour_to": quiet[1]})
        self.assertFalse(self._next("sales_a"))
        with self.assertRaises(UserError):
            self._as("sales_a", self.own).action_call()
        told = self._as("sales_a", self.Call).action_next_call()["params"]["message"]
        self.assertIn(f"between {quiet[0]}:00 and {quiet[1]}:00", told)
        # The customer named this hour.
        self.own.last_result = "later"
        self.assertEqual(self._next("sales_a"), self.own)

    def test_given_calls_are_not_others(self):
        self.own.user_id = self.users["manager_a"]
        self.assertFalse(self._next("sales_a"))
        self.assertEqual(self._next("manager_a"), self.own)

    def test_my_calls_are_those_i_may_make(self):
        for login, calls in (("sales_a", self.own), ("agent", self.centre)):
            mine = self._as(login, self.Call).search([("may_call", "=", True)])
            self.assertEqual(mine, mine.filtered("may_call"))
            self.assertEqual(mine & (self.own | self.centre), calls, login)
        self.assertFalse(self._as("auditor", self.Call).search([("may_call", "=", True)]))

    def test_who_refused_meanwhile_is_not_called(self):
        self.env["phone.blacklist"]._add([self.customer_a.phone_sanitized])
        self.assertFalse(self._next("sales_a"))
        with self.assertRaises(UserError):
            self._as("sales_a", self.own).action_call()

    def test_no_answer_until_unreachable(self):
        call = self._taken(self.own, "sales_a")
        call._record("no_answer")
        self.assertEqual(call.state, "due")
        self.assertGreater(call.date_next, fields.Datetime.now() + timedelta(hours=3))
        self.assertFalse(call.holder_id)
        call._record("later", later_at=fields.Datetime.now() + timedelta(hours=2))
        call._record("no_answer")
        self.assertEqual(call.state, "unreachable")
        self.assertEqual(call.attempt_ids.mapped("result")[::-1],
                         ["no_answer", "later", "no_answer"])  # fmt: skip
        with self.assertRaises(UserError):
            call._record("reached")
        call.action_try_again()
        self.assertEqual((call.state, call.missed_count), ("due", 0))
        with self.assertRaises(UserError):
            call.action_try_again()

    def test_each_attempt_is_logged(self):
        call = self._taken(self.own, "sales_a")
        call._record("no_answer", note="Voice box")
        call._record("reached", note="All well")
        for attempt in call.sudo().attempt_ids:
            log = attempt.log_id
            self.assertEqual(log.way, "phone")
            self.assertEqual(log.partner_id, self.customer_a)
            self.assertEqual(log.visit_id, self.visit_a)
            self.assertEqual(log.dealer_id, self.dealer_a)
            self.assertEqual(log.user_id, self.users["sales_a"])
            self.assertEqual(log.feedback, attempt.note)
        self.assertEqual(self.visit_a.stage, "followed_up")
        self.assertEqual(self.env["crm.contact.log"].search_count(
            [("visit_id", "=", self.visit_a.id)]), 2)  # fmt: skip

    def test_a_missed_call_is_no_contact(self):
        due = self.env["crm.contact.due"].create(
            {"partner_id": self.customer_a.id, "dealer_id": self.dealer_a.id, "state": "planned"}
        )
        call = self._taken(self.own, "sales_a")
        call._record("no_answer")
        self.assertEqual(due.state, "planned")
        self.assertTrue(call.attempt_ids.log_id.missed)
        call._record("reached")
        self.assertEqual(due.state, "done")

    def test_call_later(self):
        call = self._taken(self.own, "sales_a")
        now = fields.Datetime.now()
        for wrong in (None, now - timedelta(hours=1), now + timedelta(40)):
            with self.assertRaises(UserError):
                call._record("later", later_at=wrong)
        self.assertFalse(call.attempt_count)
        at = now + timedelta(hours=3)
        call._record("later", later_at=at)
        self.assertEqual((call.state, call.date_next), ("due", at))
        self.assertFalse(self._next("sales_a"))
        with freeze_time(at + timedelta(minutes=1)):
            self.assertEqual(self._next("sales_a"), call)

    def test_wrong_number(self):
        keys = self.customer_a._key_field_names()
        self.assertIn("phone", keys)
        call = self._taken(self.own, "sales_a")
        call._record("wrong_number")
        self.assertEqual(call.state, "unreachable")
        line = self.customer_a.verification_ids.line_ids
        self.assertEqual((line.field_name, line.verdict), ("phone", "wrong"))
        self.assertEqual(line.user_id, self.users["sales_a"])

    def test_refused(self):
        call = self._taken(self.centre, "agent")
        call._record("refused")
        self.assertEqual(call.state, "done")
        self.assertEqual(self.own.withdrawn_why, "refused")
        self.assertFalse(self.customer_a.contact_opt_out)

    def test_no_calls_any_more(self):
        more = self._calls(self._done_visit(self.vehicle_a))
        self._taken(self.centre, "agent")._record("refused", no_more=True)
        self.assertTrue(self.customer_a.contact_opt_out)
        self.assertEqual(set(more.mapped("state")), {"withdrawn"})

    def test_the_desk_shows_all_and_goes_on(self):
        desk = self._desk(self.centre, "agent")
        self.assertEqual(desk.script, f"Is the {self.vehicle_a.display_name} well, "
                                      f"{self.customer_a.name}? {self.dealer_a.name}")  # fmt: skip
        self.assertEqual(desk.partner_phone, self.customer_a.phone)
        self.assertEqual(desk.question_ids.question_id, self.version.question_ids)
        self.assertEqual(desk.datum_ids.mapped("field_name"), self.customer_a._key_field_names())
        self.assertIn("visit", desk.event_ids.mapped("kind"))
        form = Form(desk)
        form.note = "Waited long"
        for number, line in enumerate(desk.question_ids):
            with form.question_ids.edit(number) as asked:
                if line.kind == "open":
                    asked.words = "Good"
                else:
                    asked.typed = str(line.question_id.scale_max)
        if desk.datum_ids:
            with form.datum_ids.edit(0) as datum:
                datum.verdict = "correct"
        desk = form.save()
        action = desk.action_reached()
        other = self._calls(self.visit_b, self.rule_centre)
        self.assertEqual(action["res_model"], "crm.followup.desk")
        self.assertEqual(desk.browse(action["res_id"]).call_id, other)
        answer = self.centre.answer_id
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.satisfaction_channel, "phone")
        self.assertEqual(answer.visit_id, self.visit_a)
        self.assertEqual(answer.dealer_id, self.dealer_a)
        self.assertEqual(len(answer.user_input_line_ids), len(self.version.question_ids))
        self.assertTrue(answer.satisfaction_score_ids)
        self.assertEqual(self.centre.attempt_ids.note, "Waited long")
        verified = self.customer_a.verification_ids
        self.assertEqual(verified.user_id, self.users["agent"] if desk.datum_ids else
                         self.env["res.users"])  # fmt: skip

    def test_bounds_lose_nothing(self):
        desk = self._desk(self.centre, "agent")
        compliance = desk.question_ids.filtered(lambda line: line.kind == "compliance")[0]
        for wrong in ("7", "x", "²", "-1"):
            compliance.typed = wrong
            with self.assertRaises(ValidationError):
                desk.action_reached()
        self.assertEqual(self.centre.state, "due")
        self.assertFalse(self.centre.attempt_count)

    def test_all_wrong_figures_are_named_at_once(self):
        desk = self._desk(self.centre, "agent")
        wrong = desk.question_ids.filtered(lambda line: line.kind != "open")[:2]
        self.assertTrue(all(f",{line.low}," in line.figures for line in wrong))
        wrong.typed = "11"
        with self.assertRaises(ValidationError) as caught:
            desk.action_reached()
        for line in wrong:
            self.assertNotIn(",11,", line.figures)
            self.assertIn(f"“{line.title}”", str(caught.exception))

    def test_who_rests_is_not_asked_and_the_caller_is_told(self):
        self.programme.cooling_days = 90
        self.assertFalse(self._desk(self.own, "sales_a").is_spared, "it has no questionnaire")
        desk = self._desk(self.centre, "agent")
        self.assertEqual((bool(desk.question_ids), desk.is_spared), (True, False))
        desk.question_ids[0].typed = str(desk.question_ids[0].high)
        desk.action_reached()
        again = self._calls(self._done_visit(self.vehicle_a), self.rule_centre)
        desk = self._desk(again, "agent")
        self.assertEqual((bool(desk.question_ids), desk.is_spared), (False, True))

    def test_what_was_asked_is_kept_whatever_is_asked_by_now(self):
        """The questionnaire changes, or ends, while the customer talks."""
        self.programme.cooling_days = 0
        for successor in (True, False):
            call = self._calls(self._done_visit(self.vehicle_a), self.rule_centre)
            version = self.programme.current_version_id
            desk = self._desk(call, "agent")
            line = desk.question_ids.filtered(lambda one: one.high)[0]
            line.typed = str(line.high)
            if successor:
                self._version(self.programme).action_open()
            else:
                version.action_close()
            desk.action_reached()
            answer = call.answer_id
            self.assertEqual((answer.satisfaction_version_id, answer.state), (version, "done"))
            self.assertTrue(answer.user_input_line_ids)

    def test_nothing_else_is_answered_than_what_was_asked(self):
        """Neither another programme nor a questionnaire out of use, by whatever client."""
        self.programme.cooling_days = 0
        later = self._version(self.programme)
        later.action_open()
        other = self._version(self.programme.copy({"code": "OTHER"}))
        other.action_open()
        desk = self._desk(self.centre, "agent")
        self.assertEqual(desk.question_ids.question_id, later.question_ids)
        for version in (self.version, other):
            with self.assertRaises(AccessError):
                desk.version_id = version.id
            forged = desk.create({"call_id": self.centre.id, "version_id": version.id})
            self.assertEqual(forged.sudo().version_id, later)
            desk.question_ids = [
                Command.clear(),
                Command.create({"question_id": self._question("overall", version).id, "typed": 9}),
            ]
            with self.assertRaises(ValidationError) as refused:
                desk.action_reached()
            self.assertIn("another questionnaire", str(refused.exception))

    def test_dealers_do_not_verify_their_own_data(self):
        self.assertFalse(self._desk(self.own, "sales_a").datum_ids)

    def test_nobody_is_left(self):
        desk = self._desk(self.own, "sales_a")
        action = desk.action_no_answer()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self.own.last_result, "no_answer")

    def test_give_back(self):
        desk = self._desk(self.own, "sales_a")
        desk.action_give_back()
        self.assertFalse(self.own.holder_id)
        self.assertEqual(self._next("manager_a"), self.own)
