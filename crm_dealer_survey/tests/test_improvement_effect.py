"""Index before and after of plans, against plain Python on random answers (S6)."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .common_improvement import AFTER, BEFORE
from .common_weakpoint import WeakFactories
from .improvement_oracle import contrast, mean_and_error


@tagged("post_install", "-at_install")
class TestImprovementEffect(WeakFactories, TransactionCase):
    """Dealer A alone in the north; seven in the south; answers of half a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_answers(150)
        cls.programme.yardstick_dealers = 4
        cls.question = cls._question("satisfaction")
        cls.today = cls.env.company._today_here()

    @classmethod
    def _plan(cls, **vals):
        plan = cls.env["crm.improvement.plan"].with_user(cls.users["manager_a"]).create(
            {
                "subject": "Price",
                "dealer_id": cls.dealer_a.id,
                "version_id": cls.version.id,
                "before_from": BEFORE[0],
                "before_until": BEFORE[1],
                "after_from": AFTER[0],
                "after_until": AFTER[1],
                "item_ids": [
                    (0, 0, {"factor_id": cls.factors["price"].id, "target": 800}),
                    (0, 0, {"question_id": cls.question.id, "target": 800}),
                ],
                "measure_ids": [(0, 0, {
                    "name": "x", "user_id": cls.users["sales_a"].id,
                    "begin_on": cls.today, "deadline_on": cls.today,
                })],
                **vals,
            }
        )  # fmt: skip
        return plan.with_env(cls.env)

    def _said(self, dealers, period, row):
        """``[(customer, index)]`` of a row of the plan, from each answer."""
        found = []
        for answer in self._in(dealers, str(period[0]), str(period[1])):
            level = "question" if row.question_id else "factor"
            figures = self._items(answer, level)
            if row.is_total:
                weights = {f.id: f.weight for f in self.version.factor_ids if f.id in figures}
                if not weights:
                    continue
                figure = sum(weights[f] * figures[f] for f in weights) / sum(weights.values())
            else:
                figure = figures.get((row.question_id or row.factor_id).id)
            if figure is not None:
                found.append((answer.partner_id.id or -answer.id, 100 * figure))
        return found

    def _periods(self, plan):
        return ((plan.before_from, plan.before_until), (plan.after_from, plan.after_until))

    def test_before_and_after(self):
        for vals in (
            {},
            {"before_from": date(2026, 1, 17), "before_until": date(2026, 3, 20),
             "after_from": date(2026, 4, 3), "after_until": date(2026, 6, 11)},
        ):  # fmt: skip
            plan = self._plan(**vals)
            plan.with_user(self.users["manager_a"]).action_start()
            self.assertEqual(len(plan.effect_ids), 3)
            for row in plan.effect_ids:
                before, after = (
                    self._said(self.dealer_a, period, row) for period in self._periods(plan)
                )
                self.assertEqual((row.before_count, row.after_count), (len(before), len(after)))
                self.assertGreater(min(len(before), len(after)), 5)
                self.assertAlmostEqual(row.before_index, mean_and_error(before)[0], delta=0.051)
                self.assertAlmostEqual(row.after_index, mean_and_error(after)[0], delta=0.051)
                wanted = contrast([(-1, before), (1, after)])
                for figure, other in zip(
                    (row.difference, row.low, row.high), wanted, strict=True
                ):
                    self.assertAlmostEqual(figure, other, delta=0.051)
                word = "unclear" if wanted[1] <= 0 <= wanted[2] else (
                    "better" if wanted[0] > 0 else "worse"
                )  # fmt: skip
                self.assertEqual(row.verdict, word)

    def test_against_others(self):
        plan = self._plan()
        plan.with_user(self.users["manager_a"]).action_start()
        for row in plan.effect_ids:
            own = [self._said(self.dealer_a, period, row) for period in self._periods(plan)]
            others = [self._said(self.south, period, row) for period in self._periods(plan)]
            wanted = contrast([(-1, own[0]), (1, own[1]), (1, others[0]), (-1, others[1])])
            figures = (row.others_difference, row.others_low, row.others_high)
            for figure, other in zip(figures, wanted, strict=True):
                self.assertAlmostEqual(figure, other, delta=0.051)
            self.assertIn(row.others_verdict, ("unclear", "better", "worse"))

    def test_others_only_where_nobody_is_recognised(self):
        """No figure of others over parts of months, of few dealers, or of dealers one knows."""
        start = lambda plan: plan.with_user(self.users["manager_a"]).action_start()  # noqa: E731
        plan = self._plan(before_until=date(2026, 3, 31))
        start(plan)
        hidden = self._plan()
        self.programme.yardstick_dealers = len(self.south) + 1
        start(hidden)
        self.programme.yardstick_dealers = len(self.south)
        seen = self._plan()
        start(seen)
        known = self._plan()
        # The seven are no others any more for who works at one of them as well.
        self.dealer_b.user_ids += self.users["sales_a"]
        start(known)
        for one in (plan, hidden, known):
            for row in one.effect_ids:
                self.assertEqual(row.others_verdict, "hidden")
                self.assertEqual((row.others_difference, row.others_low), (0, 0))
        self.assertNotIn("hidden", seen.effect_ids.mapped("others_verdict"))

    def test_phases(self):
        plan = self._plan()
        mine = plan.with_user(self.users["manager_a"])
        mine.action_propose_phases()
        mine.action_start()
        self.assertEqual(len(plan.phase_ids), 6)
        for phase in plan.phase_ids:
            said = self._said(self.dealer_a, (phase.begin_on, phase.until), phase.item_id)
            self.assertEqual(phase.answer_count, len(said))
            if said:
                self.assertAlmostEqual(phase.actual, mean_and_error(said)[0], delta=0.051)
        last = plan.phase_ids.filtered(lambda p: p.until == plan.after_until)
        self.assertEqual([round(p.target, 1) for p in last], [800, 800])

    def test_closed_figures_are_frozen(self):
        plan = self._plan()
        mine = plan.with_user(self.users["manager_a"])
        mine.action_start()
        mine.measure_ids.result = "Done"
        mine.measure_ids.action_finish()
        mine.action_check()
        mine.action_act()
        mine._step("close", "That is that", "standard")
        names = ["before_index", "after_index", "difference", "low", "high", "verdict"]
        before = plan.effect_ids.read(names)
        for days in range(40, 60):
            self._tell(self.dealer_a, days)
        self.env.flush_all()
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=60):
            self.env["crm.improvement.plan"]._cron_follow()
        plan._measure()
        self.env.invalidate_all()
        self.assertEqual(plan.effect_ids.read(names), before)
        with self.assertRaises(UserError):
            mine.action_measure()
        open_plan = self._plan()
        self.assertNotEqual(
            open_plan.effect_ids.filtered("is_total").after_count,
            plan.effect_ids.filtered("is_total").after_count,
        )

    def test_queries_do_not_grow_with_answers(self):
        plan = self._plan()
        plan._measure()
        self.env.flush_all()

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan._measure()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries()
        for days in range(40, 70):
            self._tell(self.dealer_a, days)
        self.env.flush_all()
        self.assertLessEqual(queries(), few + 2)

    def test_words(self):
        plan = self._plan()
        plan.with_user(self.users["manager_a"]).action_start()
        row = plan.effect_ids.filtered("is_total")
        row._store({"verdict": "unclear", "difference": 3, "low": -1, "high": 7})
        self.assertIn("not significant", row.words)
        row._store({"verdict": "few", "before_count": 2, "after_count": 3})
        self.assertIn("Too few", row.words)
        with self.assertRaises(UserError):
            self._plan(after_from=BEFORE[1] + timedelta(1), item_ids=[
                (0, 0, {"factor_id": self._version(self.programme).factor_ids[0].id})])  # fmt: skip
