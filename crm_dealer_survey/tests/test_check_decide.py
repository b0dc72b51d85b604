"""People decide on suspicions (S9); to-dos tell them."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import SQL

from .common_check import CheckFactories


@tagged("post_install", "-at_install")
class TestDecide(CheckFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        people = cls._people(cls.dealer_a, 3)
        cls.answers = cls._replies(
            [(person, cls._figures(), cls.noon, 3, "sms") for person in people]
        )
        cls.flags._check_answers(SQL("i.id = ANY(%s)", cls.answers.ids))
        cls.ours = cls.flags.search([("user_input_id", "in", cls.answers.ids)], order="id")
        cls.flag = cls.ours[0]
        cls.answer = cls.flag.user_input_id
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.seen = self._as("oem", self.flag)

    def _dialog(self, action, **vals):
        wizard = self.env[action["res_model"]].with_user(self.users["oem"])
        form = Form(wizard.with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        return form.save().action_decide()

    def _scores(self):
        return self.env["crm.satisfaction.score"].search_count(
            [("user_input_id", "=", self.answer.id)]
        )

    def test_confirm_and_leave_out(self):
        self.assertTrue(self._scores())
        self._dialog(self.seen.action_leave_out(), reason="She never answered", told="Checked")
        self.assertEqual(self.flag.state, "confirmed")
        self.assertEqual(self.flag.decided_by_id, self.users["oem"])
        self.assertTrue(self.flag.left_out)
        self.assertFalse(self._scores())
        body = self.answer.message_ids[0].body
        self.assertIn("Checked", body)
        self.assertNotIn("She never", body)  # dealers read it
        self.assertEqual((self.ours - self.flag).mapped("state"), ["new", "new"])

    def test_confirm_alone_leaves_the_answer_in(self):
        self._dialog(self.seen.action_confirm(), reason="Known")
        self.assertEqual(self.flag.state, "confirmed")
        self.assertFalse(self.answer.satisfaction_excluded)

    def test_count_again(self):
        self.seen._confirm("Fake", "Checked")
        scores = self._scores()
        self._dialog(self.seen.action_count_again(), reason="She called", told="Checked again")
        self.assertEqual(self.flag.state, "dismissed")
        self.assertFalse(self.answer.satisfaction_excluded)
        self.assertGreater(self._scores(), scores)

    def test_dismiss_and_take_back(self):
        self._dialog(self.seen.action_dismiss(), reason="A family")
        self.assertEqual((self.flag.state, self.flag.reason), ("dismissed", "A family"))
        self.seen.action_reopen()
        self.assertEqual(self.flag.state, "new")
        self.assertFalse(self.flag.reason or self.flag.decided_by_id or self.flag.decided_on)

    def test_a_reason_is_needed_and_nothing_is_decided_twice(self):
        for reason in ("", "  ", None):
            with self.assertRaises(UserError):
                self.seen._dismiss(reason)
        self.seen._dismiss("A family")
        with self.assertRaises(UserError):
            self.seen._dismiss("Again")
        self.flag.state = "withdrawn"
        with self.assertRaises(UserError):
            self.seen._confirm("Late")
        action = self._as("oem", self.ours[1]).action_leave_out()
        with self.assertRaises(UserError):
            self._dialog(action, reason="X", told=" ")
        self.assertEqual(self.ours[1].state, "new")

    def test_buttons_on_the_answer(self):
        answer = self._as("oem", self.answer)
        self.assertEqual(answer.satisfaction_flag_count, 1)
        self._dialog(answer.action_leave_out_flagged(), reason="Fake")
        self.assertEqual(self.flag.state, "confirmed")
        self.assertTrue(self.answer.satisfaction_excluded)
        answer.invalidate_recordset()
        self.assertEqual(answer.satisfaction_flag_count, 0)
        self._dialog(answer.action_count_flagged_again(), reason="Real")
        self.assertFalse(self.answer.satisfaction_excluded)
        self.seen.action_reopen()
        self._dialog(answer.action_dismiss_flagged(), reason="Real")
        self.assertEqual(self.flag.state, "dismissed")

    def test_an_answer_left_out_before_is_not_left_out_twice(self):
        self.answer.with_user(self.users["oem"])._exclude("By hand")
        notes = len(self.answer.message_ids)
        self.seen._confirm("Fake", "Checked")
        self.assertEqual(len(self.answer.message_ids), notes)

    def test_the_history_tells_who_decided(self):
        seen = self.seen.with_context(tracking_disable=False)
        self.env.cr.flush()
        seen._dismiss("A family")
        self.env.flush_all()
        self.env.cr.flush()
        self.flag.invalidate_recordset()
        message = self.flag.message_ids[:1]
        self.assertEqual(message.author_id, self.users["oem"].partner_id)
        self.assertTrue(message.sudo().tracking_value_ids)

    def test_confirmed_cheating_of_a_period(self):
        date = self.flag.date
        self.seen._confirm("Fake")
        domain = self.flags._faked_domain(self.dealer_a, date, date.replace(year=date.year + 1))
        self.assertEqual(self.flags.search(domain), self.flag)
        domain = self.flags._faked_domain(self.dealer_a, date.replace(year=date.year - 1), date)
        self.assertFalse(self.flags.search(domain))

    # -- To-dos ------------------------------------------------------------------------------

    def test_one_todo_for_dealer_kind_and_month(self):
        self.checks["fast"].user_id = self.users["oem"]
        self.flags._tell()
        todo = self.ours.activity_ids
        self.assertEqual(len(todo), 1)
        self.assertEqual(todo.user_id, self.users["oem"])
        self.assertIn(self.dealer_a.name, todo.summary)
        self.flags._tell()
        more = self._reply(self._people(self.dealer_a), seconds=3)
        other = self._reply(self._people(self.dealer_b), seconds=3)
        self.flags._check_answers(SQL("i.id IN (%s, %s)", more.id, other.id))
        self.flags._tell()
        todos = self._found("fast").activity_ids
        self.assertEqual(len(todos), 2)
        self.assertIn(self.dealer_b.name, (todos - todo).summary)
        # Next month there is another one.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_satisfaction_flag SET found_on = found_on + interval '1 month'"
            " WHERE user_input_id = %s",
            [more.id],
        )
        self.env.invalidate_all()
        self.flags._tell()
        self.assertEqual(len(self._found("fast").activity_ids), 3)

    def test_a_todo_goes_on_until_all_is_decided(self):
        self.checks["fast"].user_id = self.users["oem"]
        self.flags._tell()
        for place, flag in enumerate(self.ours):
            todo = self.ours.activity_ids
            self.assertEqual(todo.res_id, flag.id, place)
            self._as("oem", flag)._dismiss("Honest")
            self.ours.invalidate_recordset()
        self.assertFalse(self.ours.activity_ids)

    def test_decided_flags_cost_nothing_for_ever(self):
        self.flags._tell()
        self._as("oem", self.ours)._dismiss("Honest")
        self.env.flush_all()
        model = type(self.flags)
        asked = []
        with patch.object(model, "_pass_todos", lambda flags: asked.append(flags & self.ours)):
            self.flags._tell()
        self.assertEqual(asked, [self.flags])

    def test_archived_checks_withdraw_old_suspicions(self):
        self._as("oem", self.ours[1])._confirm("Proved")
        self.ours.invalidate_recordset()
        self._as("oem", self.checks["fast"]).active = False
        self.assertEqual(self.ours.mapped("state"), ["withdrawn", "confirmed", "withdrawn"])
        self.assertTrue(self.ours[0].gone_on)
        self.checks["fast"].active = True
        self.flags._check_answers(SQL("i.id = ANY(%s)", self.answers.ids))
        self.ours.invalidate_recordset()
        self.assertEqual(self.ours.mapped("state"), ["new", "confirmed", "new"])

    def test_withdrawn_flags_need_no_todo(self):
        self.flags._tell()
        self.assertEqual(len(self.ours.activity_ids), 1)  # for the first manager
        self.checks["fast"].active = False
        self.flags._check_answers(SQL("i.id = ANY(%s)", self.answers.ids))
        self.flags._tell()
        self.ours.invalidate_recordset()
        self.assertFalse(self.ours.activity_ids)
