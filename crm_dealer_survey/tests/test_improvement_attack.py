"""Ways round the rules of improvement plans (S6): none is left open."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_improvement import AFTER, ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementAttack(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    # ------------------------------------------------------------ what was done stays

    def test_what_is_done_is_not_written_anew(self):
        plan = self._brought_to("do")
        measure = plan.measure_ids
        sales = self._as("sales_a", measure)
        sales.write({"result": "Done", "proof": b"aGVsbG8=", "proof_name": "a.txt"})
        sales.action_finish()
        for login in ("sales_a", "manager_a"):
            for vals in ({"result": "Better"}, {"proof": b"d29ybGQ="}, {"name": "Less"},
                         {"user_id": self.users["manager_a"].id}):  # fmt: skip
                with self.assertRaises(UserError, msg=(login, vals)):
                    self._as(login, measure).write(vals)
        self._as("manager_a", measure).action_reopen()
        self._as("manager_a", measure).result = "Half of it"

    def test_a_measure_of_a_running_plan_has_a_deadline(self):
        plan = self._brought_to("do")
        for vals in ({"deadline_on": False}, {"user_id": False}):
            with self.assertRaisesRegex(UserError, "deadline"):
                self._measure(plan, **vals)
        with self.assertRaisesRegex(UserError, "deadline"):
            self._as("manager_a", plan.measure_ids).write({"user_id": False})
        meeting = self._as("manager_a", self._meeting(plan, minutes="Talked"))
        meeting.decision_ids.deadline_on = False
        with self.assertRaisesRegex(UserError, "deadline"):
            meeting.action_hold()

    # ------------------------------------------------------------ looking until it pleases

    def test_the_end_is_not_chosen_by_what_was_found(self):
        plan = self._brought_to("check")
        mine = self._as("manager_a", plan)
        for day in (AFTER[1] - timedelta(20), AFTER[1] + timedelta(20)):
            with self.assertRaises(UserError, msg=day):
                mine.after_until = day
        self.assertEqual(plan.after_until, AFTER[1])

    def test_the_end_moves_where_answers_are_missing(self):
        plan = self._brought_to("do")
        mine = self._as("manager_a", plan)
        with self.assertRaises(UserError):
            mine.after_until = AFTER[1] - timedelta(1)
        mine.after_until = AFTER[1] + timedelta(20)
        self._answers([9, 9, 9, 9], AFTER[0] + timedelta(3))
        with self.assertRaises(UserError):
            mine.after_until = AFTER[1] + timedelta(40)

    # ------------------------------------------------------------ check lists

    def test_a_foreign_check_list_does_not_show(self):
        """Whether another dealer filled it in: the same refusal either way."""
        checks = self._as("manager_a", self.env["crm.improvement.check"])
        vals = {"checklist_id": self.env.ref("crm_dealer_survey.improvement_checklist_ssi").id,
                "dealer_id": self.dealer_b.id, "month": "2026-02-01"}  # fmt: skip
        with self.assertRaises(AccessError):
            checks.create(vals)
        self.env["crm.improvement.check"].create(vals)
        with self.assertRaises(AccessError):
            checks.create(vals)
        own = checks.create({**vals, "dealer_id": self.dealer_a.id})
        with self.assertRaises(AccessError):
            own.dealer_id = self.dealer_b

    def test_no_item_is_left_out(self):
        check = self._check()
        mine = self._as("manager_a", check)
        self.assertGreater(len(mine.line_ids), 2)
        mine.line_ids.answer = "yes"
        mine.line_ids[:1].unlink()
        with self.assertRaisesRegex(UserError, "left out"):
            mine.action_done()
        other = self.env.ref("crm_dealer_survey.improvement_checklist_csi").item_ids[:1]
        with self.assertRaises(UserError):
            mine.line_ids = [(0, 0, {"item_id": other.id, "answer": "yes"})]
