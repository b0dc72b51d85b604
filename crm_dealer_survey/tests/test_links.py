"""From weak points, findings and measures to training and back; year plans and what they need."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_audit import AuditFactories
from .common_improvement import ImprovementFactories

FILTERS = {"date_from": "2026-01-01", "date_to": "2026-03-31"}


@tagged("post_install", "-at_install")
class TestLinks(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()
        cls.Need = cls.env["crm.training.need"]

    # ------------------------------------------------------------ training needs

    def test_a_need_from_weak_points(self):
        self._answers([5, 6, 6, 7], self.env["crm.kpi.value"]._period_of("year", self.today)
                      .replace(year=2026, day=10))  # fmt: skip
        ids = [self.factors["price"].id, self.factors["work"].id]
        ask = "action_ask_for_training"
        for login, filters in (
            ("sales_a", FILTERS), ("agent", {**FILTERS, "dealer_id": self.dealer_a.id}),
            ("clerk", FILTERS),
        ):  # fmt: skip
            with self.assertRaises(AccessError, msg=login):
                getattr(self._as(login, self.version), ask)(filters, "factor", ids)
        foreign = {**FILTERS, "dealer_id": self.dealer_b.id}
        for wrong, filters in (([], FILTERS), ("x", FILTERS), ([-1], FILTERS), (ids, foreign)):
            with self.assertRaises(UserError):
                getattr(self._as("manager_a", self.version), ask)(filters, "factor", wrong)
        with self.assertRaisesRegex(UserError, "one dealer"):
            getattr(self._as("auditor", self.version), ask)(FILTERS, "factor", ids)
        mine = self._as("manager_a", self.version)
        need = self.Need.browse(getattr(mine, ask)(FILTERS, "factor", ids)["res_id"])
        self.assertEqual((need.dealer_id, need.factor_id, need.origin),
                         (self.dealer_a, self.factors["price"], "weak"))  # fmt: skip
        self.assertIn("600.0 (4 answers)", need.gap)
        again = self._as("auditor", self.version)
        opened = getattr(again, ask)({**FILTERS, "dealer_id": self.dealer_a.id}, "factor", ids)
        self.assertEqual(opened["res_id"], need.id, "one that is open is opened again")
        question = self._question("satisfaction")
        other = getattr(mine, ask)(FILTERS, "question", [question.id])
        self.assertEqual(self.Need.browse(other["res_id"]).factor_id,
                         question.satisfaction_factor_id)  # fmt: skip
        self.assertFalse(self._as("greedy_b", self.Need).search([("id", "=", need.id)]))
        back = self._as("manager_a", need).action_open_source()
        self.assertEqual(back["params"]["dealer_id"], self.dealer_a.id)

    def test_a_need_from_a_measure(self):
        plan = self._brought_to("do")
        measure = plan.measure_ids
        for login in ("greedy_b", "sales_b", "sales_a", "agent"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, measure).action_ask_for_training()
        mine = self._as("manager_a", measure)
        need = self.Need.browse(mine.action_ask_for_training()["res_id"])
        self.assertEqual((need.origin, need.factor_id, need.wanted_until),
                         ("plan", self.factors["advice"], measure.deadline_on))  # fmt: skip
        self.assertEqual(mine.action_ask_for_training()["res_id"], need.id)
        self.assertEqual(mine.training_need_count, 1)
        self.assertEqual(self._as("sales_a", measure).training_need_count, 0)
        opened = self._as("manager_a", need).action_open_source()
        self.assertEqual((opened["res_model"], opened["res_id"]), (measure._name, measure.id))

    # ------------------------------------------------------------ year plans

    def _year_plan(self, login="manager_a", dealer=None):
        plans = self.env["crm.year.plan"].with_user(self.users[login])
        return plans.create(
            {"year": 2031, "dealer_id": (dealer or self.dealer_a).id,
             "topic_ids": [(0, 0, {"name": "Advice"})],
             "planned_ids": [(0, 0, {"name": "Month", "date_begin": "2031-05-01"})]}
        )  # fmt: skip

    def test_year_plans_lead_to_what_carries_them_out(self):
        mine = self._year_plan()
        plan = self._plan()
        foreign = self._as("greedy_b", self.Plan).create(
            {"subject": "Secret of B", "dealer_id": self.dealer_b.id,
             "version_id": self.version.id}
        )  # fmt: skip
        session = self.env["crm.training.session"].create(
            {"training_id": self.env["crm.training"].search([], limit=1).id,
             "date_begin": "2031-05-02 01:00:00", "date_end": "2031-05-02 09:00:00"}
        )  # fmt: skip
        for record in (foreign, session):
            with self.assertRaises(UserError, msg=record._name):
                mine.topic_ids.record_ref = f"{record._name},{record.id}"
        with self.assertRaises(ValueError):
            mine.topic_ids.record_ref = f"crm.audit,{1}"
        mine.topic_ids.record_ref = f"crm.improvement.plan,{plan.id}"
        mine.planned_ids.record_ref = f"crm.improvement.plan,{plan.id}"
        self.assertEqual(mine.topic_ids.action_open_record()["res_id"], plan.id)
        self.assertEqual(self._as("manager_a", plan).year_plan_count, 1)
        opened = self._as("manager_a", plan).action_open_year_plans()
        found = self.env["crm.year.plan"].search(opened["domain"])
        self.assertEqual(found, mine.with_env(self.env))
        self.assertEqual(self._as("sales_a", plan).year_plan_count, 0)
        # Linked with other rights, its name is not told.
        for record in (foreign, session):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_year_plan_topic SET record_ref = %s WHERE id = %s",
                [f"{record._name},{record.id}", mine.topic_ids.id],
            )
            self.env.invalidate_all()
            spec = {"record_ref": {"fields": {"display_name": {}}}}
            told = json.dumps(mine.topic_ids.web_read(spec))
            self.assertNotIn(record.display_name, told)
            with self.assertRaises(UserError):
                mine.topic_ids.action_open_record()

    def test_queries_of_counts_do_not_grow(self):
        plans = self._plan() | self._plan() | self._plan()
        year = self._year_plan()
        year.topic_ids.record_ref = f"crm.improvement.plan,{plans[0].id}"
        counts = []
        for some in (plans[:1], plans):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("year_plan_count")
            some.measure_ids.mapped("training_need_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestLinksOfAudits(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def _finding(self, audit):
        return audit.answer_ids.filtered("is_finding")[:1]

    def test_a_need_from_a_finding(self):
        audit = self._done(None, 0)
        finding = self._finding(audit)
        with self.assertRaisesRegex(UserError, "release"):
            self._as("auditor", finding).action_ask_for_training()
        self._as("oem", audit).action_release()
        for login in ("manager_a", "greedy_b", "sales_a", "agent"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, finding).action_ask_for_training()
        mine = self._as("auditor", finding)
        need = self.env["crm.training.need"].browse(mine.action_ask_for_training()["res_id"])
        self.assertEqual((need.origin, need.dealer_id), ("audit", self.dealer_a))
        self.assertEqual(mine.training_need_count, 1)
        self.assertEqual(mine.action_ask_for_training()["res_id"], need.id)
        own = self._as("manager_a", need)
        self.assertTrue(own.has_source)
        opened = own.action_open_source()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("crm.audit.result", audit.id))
        opened = self._as("auditor", need).action_open_source()
        self.assertEqual((opened["res_model"], opened["res_id"]), (finding._name, finding.id))
        self.assertFalse(self._as("greedy_b", need.browse()).search([("id", "=", need.id)]))

    def test_who_made_a_mystery_visit_does_not_ask(self):
        audit = self._released(self._mystery(), 0)
        finding = self._finding(audit)
        with self.assertRaises(AccessError):
            self._as("auditor", finding).action_ask_for_training()
        self._as("oem", finding).action_ask_for_training()
        need = self.env["crm.training.need"].search([("origin", "=", "audit")], limit=1)
        self.assertNotEqual(need.user_id, self.users["auditor"])

    def test_a_year_plan_leads_to_a_released_result_only(self):
        plan = self.env["crm.year.plan"].with_user(self.users["manager_a"]).create(
            {"year": 2031, "dealer_id": self.dealer_a.id,
             "topic_ids": [(0, 0, {"name": "Reception"})]}
        )  # fmt: skip
        hidden = self._done(self._mystery())
        released = self._released()
        plan.topic_ids.record_ref = f"crm.audit.result,{hidden.id}"
        self.assertFalse(plan.topic_ids.record_ref, "nobody learns that there is one")
        plan.topic_ids.record_ref = f"crm.audit.result,{released.id}"
        result = self.env["crm.audit.result"].browse(released.id)
        self.assertEqual(self._as("manager_a", result).year_plan_count, 1)
