"""Who writes what a plan lists (S8); denials first."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from .common_planning import YEAR, PlanningFactories

PARTS = [f"crm.year.plan.{name}" for name in ("target", "topic", "activity", "budget")]


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningParts(PlanningFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()

    def test_parts_are_the_authors_while_a_draft(self):
        plan = self._plan()
        for login in ("sales_a", "greedy_b", "auditor", "oem"):
            for model in PARTS:
                part = self.env[model].search([("plan_id", "=", plan.id)])
                self._refused(part.with_user(self.users[login]))
        self._brought_to("submitted", plan)
        for model in PARTS:
            part = self.env[model].search([("plan_id", "=", plan.id)])
            self._refused(part.with_user(self.users["manager_a"]))
            with self.assertRaises(AccessError):
                part.with_user(self.users["manager_a"]).copy()
        for vals in ({"direction": "x"}, {"year": YEAR + 3}, {"gap_share": 1}):
            with self.assertRaises(AccessError):
                plan.with_user(self.users["manager_a"]).write(vals)

    def _refused(self, mine):
        with self.assertRaises(AccessError):
            mine.unlink()
        for vals in ({"plan_id": mine.sudo().plan_id.id}, {"year": 2000},
                     {"dealer_id": self.dealer_b.id}):  # fmt: skip
            with self.assertRaises(AccessError):
                mine.write(vals)

    def test_a_part_does_not_move_to_a_foreign_plan(self):
        plan = self._plan()
        other = self._brought_to("running", self._plan(year=YEAR - 1))
        for model in PARTS:
            part = self.env[model].search([("plan_id", "=", plan.id)])
            with self.assertRaises(AccessError):
                part.with_user(self.users["manager_a"]).plan_id = other

    def test_staff_enter_what_they_are_in_charge_of(self):
        plan = self._plan()
        activity, topic = plan.planned_ids, plan.topic_ids
        sales = self.users["sales_a"]
        self.assertFalse(activity.with_user(sales).search([]))
        activity.with_user(self.users["manager_a"]).user_id = sales
        self._brought_to("running", plan)
        mine = activity.with_user(sales)
        self.assertEqual(mine.search([]), mine)
        self.assertFalse(topic.with_user(sales).search([]))
        for vals in ({"budget": 9}, {"name": "x"}, {"user_id": self.users["manager_a"].id}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.create({"plan_id": plan.id, "name": "x", "date_begin": f"{YEAR}-01-01"})
        mine.write({"state": "done", "result": "Full house", "cost": 900})
        with self.assertRaises(AccessError):
            activity.with_user(self.users["oem"]).cost = 1
        self.assertEqual(activity.cost, 900)

    def test_a_link_is_one_that_may_be_read(self):
        plan = self._plan()
        mine = plan.planned_ids.with_user(self.users["manager_a"])
        notice = self.env["crm.rectification"].with_user(self.users["auditor"]).create(
            {"subject": "x", "problem": "x", "dealer_id": self.dealer_b.id}
        )  # fmt: skip
        for record in (notice, self.dealer_b):
            with self.assertRaises(UserError):
                mine.record_ref = f"{record._name},{record.id}"
        mine.record_ref = f"crm.dealer,{self.dealer_a.id}"
        self.assertEqual(mine.action_open_record()["res_id"], self.dealer_a.id)
        # Linked with other rights: it does not open, and its name is not told.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_year_plan_activity SET record_ref = %s WHERE id = %s",
            (f"crm.rectification,{notice.id}", mine.id),
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            mine.action_open_record()
        told = mine.web_read({"record_ref": {"fields": {"display_name": {}}}})
        self.assertNotIn("· x", json.dumps(told))

    def test_next_year_goes_on_without_who_has_left(self):
        plan = self._plan()
        mine = self._mine(plan)
        mine.topic_ids.user_id = self.users["sales_a"]
        mine.planned_ids.user_id = self.users["manager_a"]
        other = mine.planned_ids.copy({"user_id": self.users["clerk"].id})
        self.users["sales_a"].dealer_ids = self.dealer_b
        self.users["clerk"].active = False
        new = self.Plan.browse(mine.action_next_year()["res_id"])
        self.assertEqual(new.topic_ids.mapped("name"), ["Waiting"])
        self.assertFalse(new.topic_ids.user_id)
        self.assertEqual(len(new.planned_ids), 2)
        self.assertEqual(new.planned_ids.user_id, self.users["manager_a"])
        self.assertEqual(other.user_id, self.users["clerk"], "what was, stays")
