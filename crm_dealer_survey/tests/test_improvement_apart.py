"""Dealers stay apart: calendar, open forms, library, companies; measures keep counting (S6)."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_improvement import ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementApart(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    def test_owners_work_at_the_dealer(self):
        plan = self._plan()
        for user in ("sales_b", "auditor", "agent", "homeless"):
            with self.assertRaises(UserError):
                self._measure(plan, user_id=self.users[user].id)

    def test_meetings_tell_nothing_in_the_calendar(self):
        plan = self._plan()
        meeting = self._meeting(plan)
        event = meeting.event_id
        self.assertEqual((event.privacy, event.partner_ids),
                         ("private", self.users["manager_a"].partner_id))  # fmt: skip
        for login in ("greedy_b", "clerk", "agent"):
            self.env.flush_all()
            self.env.invalidate_all()
            seen = self._as(login, event)
            [row] = seen.read(["display_name", "name", "description", "location", "res_id"])
            told = json.dumps(row, default=str)
            for secret in ("Secret", "Advice", "Room 7"):
                self.assertNotIn(secret, told, login)
            with self.assertRaises(AccessError):
                seen.write({"name": "x"})
        with self.assertRaises(UserError):
            self._meeting(plan, user_ids=[(6, 0, self.users["sales_b"].ids)])
        foreign = self._plan()
        foreign._store({"dealer_id": self.dealer_b.id, "responsible_id": False})
        with self.assertRaises(UserError):
            self._as("manager_a", meeting).plan_ids = [(4, foreign.id)]

    def test_open_forms_tell_nothing_of_others(self):
        """A many2one tells the name of whatever it is given: not of plans out of sight."""
        plan = self._brought_to("do")
        meeting, check = self._meeting(plan), self._check()
        given = {
            "item": {"plan_id": plan.id}, "phase": {"item_id": plan.item_ids.id},
            "measure": {"plan_id": plan.id}, "decision": {"plan_id": plan.id},
            "check.line": {"check_id": check.id}, "check": {"plan_id": plan.id},
            "meeting": {"plan_ids": [(6, 0, plan.ids)]}, "dialog": {"plan_id": plan.id},
            "plan": {"previous_id": plan.id},
        }  # fmt: skip
        mine = self._as("greedy_b", meeting)
        for model, values in given.items():
            records = self._as("greedy_b", self.env[f"crm.improvement.{model}"])
            spec = {name: {"fields": {"display_name": {}}} for name in values}
            with self.subTest(model=model):
                with self.assertRaises(AccessError):
                    records.onchange(values, list(values), spec)
                context = {f"default_{name}": value for name, value in values.items()}
                with self.assertRaises(AccessError):
                    records.with_context(**context).onchange({}, [], spec)
        with self.assertRaises(AccessError):
            mine.create({"name": "x", "dealer_id": self.dealer_b.id, "start": meeting.start,
                         "plan_ids": [(6, 0, plan.ids)]})  # fmt: skip
        dialogs = self._as("greedy_b", self.env["crm.improvement.dialog"])
        with self.assertRaises(AccessError):
            dialogs.create({"plan_id": plan.id, "kind": "close", "reason": "x"})

    def test_measures_stay_where_they_count(self):
        """What is late is neither deleted nor moved out of the KPI."""
        plan, other = self._brought_to("do"), self._plan()
        mine = self._as("manager_a", plan.measure_ids)
        for attempt in (mine.unlink, lambda: mine.write({"plan_id": other.id}),
                        lambda: mine.write({"plan_id": other.id, "item_id": False})):  # fmt: skip
            with self.assertRaises(UserError):
                attempt()
        other.measure_ids.with_user(self.users["manager_a"]).unlink()
        with self.assertRaises(AccessError):
            self._as("manager_a", plan).meeting_ids = [(5,)]

    def test_library_is_the_manufacturers(self):
        library = self.env["crm.improvement.suggestion"]
        lists = self.env["crm.improvement.checklist"]
        vals = {"name": "x", "factor_id": self.factors["advice"].id}
        for login in ("sales_a", "manager_a", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, library).create(vals)
            with self.assertRaises(AccessError):
                self._as(login, lists).create(
                    {"name": "x", "programme_id": self.programme.id}
                )
        made = self._as("oem", library).create(vals)
        with self.assertRaises(AccessError):
            made.state = "proposed"
        with self.assertRaises(AccessError):
            self._as("auditor", made).action_refuse()
        with self.assertRaisesRegex(UserError, "Archive"):
            made.action_refuse()  # it was released
        with self.assertRaises(AccessError):
            self._as("manager_a", made).write({"name": "y"})

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        plan = self._plan()
        plan._store({"company_id": company.id})
        for login in ("auditor", "manager_a"):
            self.assertFalse(self._as(login, self.Plan).search([("id", "=", plan.id)]))
            measures = self._as(login, self.env["crm.improvement.measure"])
            self.assertFalse(measures.search([("plan_id", "=", plan.id)]))
