"""The year of a plan: money, reviews, closing, the next one; the network's view (S8)."""

from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common_planning import YEAR, PlanningFactories


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningYear(PlanningFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()

    # ------------------------------------------------------------ money

    def test_money(self):
        plan = self._brought_to("running")
        self.assertEqual((plan.amount, plan.cost, plan.is_over), (1500, 0, False))
        mine = plan.with_user(self.users["manager_a"])
        mine.planned_ids.cost = 1200
        mine.budget_ids.cost = 400
        self.assertEqual((plan.cost, plan.remaining, plan.is_over), (1600, -100, True))
        self.assertEqual(self.Plan.search([("is_over", "=", True), ("id", "=", plan.id)]), plan)
        mine.budget_ids.cost = 100
        self.assertFalse(self.Plan.search([("is_over", "=", True), ("id", "=", plan.id)]))
        mine.planned_ids.state = "cancelled"  # what it cost stays, its budget goes
        plan.invalidate_recordset()
        self.assertEqual((plan.amount, plan.cost, plan.is_over), (500, 1300, True))

    def test_money_by_month_and_kind(self):
        plan = self._plan()
        self.assertEqual(plan.budget_ids.month, date(YEAR, 3, 1))
        costs = self.env["crm.year.plan.cost"].with_user(self.users["manager_a"])
        groups = costs._read_group(
            [("plan_id", "=", plan.id)], ["month:month", "kind"], ["amount:sum"]
        )
        self.assertEqual(
            groups, [(date(YEAR, 3, 1), "mailing", 500), (date(YEAR, 5, 1), "service", 1000)]
        )

    def test_money_asks_once(self):
        plans = self._plan() | self._plan(year=YEAR + 1) | self._plan(year=YEAR + 2)
        counts = []
        for some in (plans[:1], plans):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("name")
            some.company_id.currency_id.mapped("rounding")
            before = self.env.cr.sql_log_count
            some.mapped("remaining")
            some.mapped("reached_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------ steps

    def test_steps_say_what_is_missing(self):
        plan = self._plan()
        mine = plan.with_user(self.users["manager_a"])
        mine.target_ids.unlink()
        with self.assertRaisesRegex(UserError, "Propose Targets"):
            mine.action_submit()
        mine.target_ids = [(0, 0, {"kpi_id": self.rate.id, "target": 1})]
        mine.action_submit()
        with self.assertRaisesRegex(UserError, "reason"):
            plan.with_user(self.users["oem"])._step("return", "  ")
        plan.with_user(self.users["oem"])._step("return", "Too little")
        self.assertEqual((plan.state, plan.reason), ("draft", "Too little"))
        self.assertEqual(plan.activity_ids.user_id, self.users["manager_a"])
        mine.action_submit()
        self.assertFalse(plan.reason or plan.activity_ids)
        with self.assertRaisesRegex(UserError, "Draft"):
            mine.action_submit()

    def test_next_years_plan_waits_for_january(self):
        plan = self._brought_to("approved", self._plan(year=YEAR + 1))
        with self.assertRaisesRegex(UserError, "January"):
            plan.with_user(self.users["manager_a"]).action_start()

    def test_a_dialog_takes_the_step(self):
        plan = self._brought_to("submitted")
        action = plan.with_user(self.users["oem"]).action_return()
        dialogs = self.env["crm.year.plan.dialog"].with_user(self.users["oem"])
        dialog = dialogs.with_context(**action["context"]).create({"reason": "More"})
        dialog.action_confirm()
        self.assertEqual((plan.state, plan.reason), ("draft", "More"))

    def test_an_amended_plan_stays_that_of_its_year_and_scope(self):
        """Its targets hold there, and would stay in force there."""
        region = self.dealer_a.region_id
        for login, vals in (
            ("manager_a", {"year": YEAR + 1}),
            ("manager_a", {"dealer_id": self.dealer_b.id}),
            ("manager_a", {"company_id": self.env["res.company"].create({"name": "C"}).id}),
            ("auditor", {"region_id": region.id}),
        ):
            plan = self.Plan.search([("year", "=", YEAR), ("writer_ids", "in",
                                     self.users[login].ids)])  # fmt: skip
            if not plan:
                plan = self._brought_to("approved", self._plan(login))
                plan.with_user(self.users["oem"])._step("amend", "Too little")
            with self.subTest(vals), self.assertRaisesRegex(UserError, "new plan"):
                plan.with_user(self.users[login]).write(vals)
            plan.with_user(self.users[login]).write({"direction": "Other words"})
        draft = self._plan(year=YEAR + 3)
        draft.with_user(self.users["manager_a"]).year = YEAR + 4

    def test_one_plan_a_year(self):
        self._plan()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._plan()
        self._plan("auditor")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._plan("auditor")

    # ------------------------------------------------------------ reviews

    def test_a_review_keeps_what_was(self):
        half = self._value(self.rate, 78, self.dealer_a, kind="half")
        self._value(self.rate, 70, self.dealer_a)
        plan = self._brought_to("running")
        mine = plan.with_user(self.users["manager_a"])
        mine.planned_ids.write({"state": "done", "cost": 990})
        review = mine._review("h1", "Fewer advisors")
        half.write({"value": 99})
        mine.planned_ids.cost = 1
        review.invalidate_recordset()
        line = review.line_ids
        self.assertEqual(
            (line.actual, line.target, line.light, line.gap), (78, 80, "close", -2)
        )
        self.assertEqual(line.forecast, 70)
        self.assertEqual((review.amount, review.cost, review.remarks),
                         (1500, 990, "Fewer advisors"))  # fmt: skip
        self.assertEqual((review.done_count, review.activity_count), (1, 1))
        self.assertEqual((review.reached_count, review.measured_count), (0, 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            mine._review("h1")

    def test_a_year_is_closed_after_its_review(self):
        plan = self._brought_to("running")
        oem = plan.with_user(self.users["oem"])
        with self.assertRaisesRegex(UserError, "Review"):
            oem.action_close()
        with freeze_time(f"{YEAR + 1}-01-10 02:00:00"):
            review = plan.with_user(self.users["manager_a"])._review("year")
        with self.assertRaisesRegex(UserError, "Remarks"):
            review.with_user(self.users["oem"]).action_confirm()
        review.with_user(self.users["manager_a"]).remarks = "Well"
        with self.assertRaisesRegex(UserError, "Review"):
            oem.action_close()
        review.with_user(self.users["oem"]).action_confirm()
        oem.action_close()
        self.assertEqual(plan.state, "closed")
        with self.assertRaises(UserError):
            plan.planned_ids.with_user(self.users["manager_a"]).cost = 1

    # ------------------------------------------------------------ next year

    def test_next_year(self):
        self._value(self.rate, 60, self.dealer_a)
        plan = self._plan(step_percent=10)
        mine = plan.with_user(self.users["manager_a"])
        mine.topic_ids = [(0, 0, {"name": "Dropped", "until": f"{YEAR}-02-01"})]
        mine.planned_ids.topic_id = mine.topic_ids[0]
        self._brought_to("running", plan)
        mine.topic_ids[1].state = "dropped"
        mine.planned_ids.write({"state": "done", "cost": 7, "result": "Well"})
        mine.next_direction = "Keep customers"
        new = self.Plan.browse(mine.action_next_year()["res_id"])
        self.assertEqual((new.year, new.state), (YEAR + 1, "draft"))
        self.assertEqual(new.direction, "Keep customers")
        self.assertEqual((new.dealer_id, new.writer_ids), (self.dealer_a, self.users["manager_a"]))
        self.assertEqual((new.target_ids.last_value, new.target_ids.target), (60, 66))
        self.assertEqual(new.topic_ids.mapped("name"), ["Waiting"])
        activity = new.planned_ids
        self.assertEqual(
            (activity.date_begin, activity.budget, activity.cost, activity.state, activity.result),
            (date(YEAR + 1, 5, 1), 1000, 0, "planned", False),
        )
        self.assertEqual(activity.topic_id, new.topic_ids)
        self.assertEqual((new.budget_ids.month, new.budget_ids.cost), (date(YEAR + 1, 3, 1), 0))
        with self.assertRaisesRegex(UserError, str(YEAR + 1)):
            mine.action_next_year()

    # ------------------------------------------------------------ what is above

    def test_words_from_above_once_released(self):
        network = self._plan("auditor", direction="Listen", situation="Secret")
        plan = self._plan().with_user(self.users["manager_a"])
        self.assertFalse(plan.guide_direction or plan.guide_topics)
        self._brought_to("approved", network)
        plan.invalidate_recordset()
        self.assertIn("Listen", plan.guide_direction)
        self.assertIn("A second desk", plan.guide_topics)
        self.assertNotIn("Secret", plan.guide_direction + plan.guide_topics)
        other = self._plan("auditor", region_id=self.region_south.id, direction="South only")
        self._brought_to("approved", other)
        north = self._plan("auditor", region_id=self.region_north.id, direction="North first")
        self._brought_to("approved", north)
        plan.invalidate_recordset()
        self.assertNotIn("South", plan.guide_direction)
        self.assertLess(plan.guide_direction.index("North"), plan.guide_direction.index("Listen"))

    # ------------------------------------------------------------ the network's view

    def _status(self, dealer, year=YEAR, login="oem"):
        status = self.env["crm.year.plan.status"].with_user(self.users[login])
        return status.search([("dealer_id", "=", dealer.id), ("year", "=", year)])

    def test_status(self):
        self._value(self.rate, 90, self.dealer_a)
        self._value(self.lost, 90, self.dealer_a)
        plan = self._plan()
        self._mine(plan).target_ids = [(0, 0, {"kpi_id": self.lost.id, "target": 10})]
        self.env.flush_all()
        plan.invalidate_recordset()
        row, missing = self._status(self.dealer_a), self._status(self.dealer_b)
        self.assertEqual((row.state, row.plan_id), ("draft", plan))
        self.assertEqual((row.reached, row.measured, row.reached_share), (1, 2, 50))
        self.assertEqual((missing.state, missing.measured), ("missing", 0))
        self.assertEqual(self._status(self.dealer_b, YEAR + 1).state, "missing")
        self.assertEqual((plan.reached_count, plan.target_count), (1, 2))
        with self.assertRaises(UserError):
            missing.action_open_plan()

    def test_plans_for_many_and_reminders(self):
        self._brought_to("submitted")
        rows = self._status(self.dealer_a) | self._status(self.dealer_b)
        rows.action_make_plans()
        self.env.invalidate_all()
        plan = self._status(self.dealer_b).plan_id
        self.assertEqual((plan.state, plan.sudo().writer_ids.ids), ("draft", []))
        for _twice in range(2):
            rows.invalidate_recordset()
            rows.action_remind()
        self.assertEqual(plan.activity_ids.user_id, self.users["greedy_b"])
        self.assertEqual(len(plan.activity_ids), 1)
        later = self._status(self.dealer_b, YEAR + 1)
        later.action_remind()
        todo = self.dealer_b.activity_ids.filtered(lambda a: str(YEAR + 1) in a.summary)
        self.assertEqual(todo.user_id, self.users["greedy_b"])
        # Its dealer works it out, and may submit what the manufacturer began.
        plan.with_user(self.users["greedy_b"]).target_ids = [
            (0, 0, {"kpi_id": self.rate.id, "target": 5})
        ]
        plan.with_user(self.users["greedy_b"]).action_submit()
        self.assertFalse(plan.activity_ids)

    def test_todos_are_in_the_language_of_who_has_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.users["manager_a"] | self.users["greedy_b"]
        chinese.lang = "zh_CN"
        self.users["oem"].lang = "en_US"
        plan = self._brought_to("approved")
        self.assertRegex(plan.activity_ids.summary, "批准")
        plan.with_user(self.users["oem"])._step("amend", "The targets have changed")
        self.assertRegex(plan.activity_ids.summary, "重新开放")
        for lang in ("en_US", "zh_CN"):
            self._status(self.dealer_b).with_context(lang=lang).action_remind()
        self.assertRegex(self.dealer_b.activity_ids.summary, "请提交")

    def test_make_for_a_region(self):
        makes = self.env["crm.year.plan.make"].with_user(self.users["oem"])
        make = makes.create({"year": YEAR + 1, "region_id": self.region_north.id})
        self.assertEqual(make.dealer_count, 1)
        plans = self.Plan.search(make.action_make()["domain"])
        self.assertEqual(plans.dealer_id, self.dealer_a)
        with self.assertRaisesRegex(UserError, "already"):
            make.action_make()

    # ------------------------------------------------------------ people

    def test_in_charge_is_a_colleague(self):
        plan = self._mine(self._plan())
        for part in (plan.planned_ids, plan.topic_ids):
            with self.assertRaises(ValidationError):
                part.user_id = self.users["sales_b"]
            part.user_id = self.users["sales_a"]

    def test_late_activities(self):
        plan = self._mine(self._plan())
        self.assertTrue(plan.planned_ids.is_late)
        late = self.env["crm.year.plan.activity"].search([("is_late", "=", True)])
        self.assertIn(plan.planned_ids, late)
        plan.planned_ids.state = "done"
        self.assertFalse(plan.planned_ids.is_late)
