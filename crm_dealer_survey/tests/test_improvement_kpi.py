"""Measures done in time against plain Python, over random measures (S6, S10)."""

import random
from datetime import timedelta

from odoo.tests import TransactionCase, tagged

from .common_improvement import ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementKpi(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()
        rng = random.Random("improvement")
        cls.measures = cls.env["crm.improvement.measure"]
        for dealer, stage in ((cls.dealer_a, "do"), (cls.dealer_b, "closed"),
                              (cls.dealer_a, "plan"), (cls.dealer_a, "cancelled")):  # fmt: skip
            plan = cls._plan(measure_ids=[])
            plan.measure_ids.unlink()
            plan._store(
                {"dealer_id": dealer.id, "responsible_id": False, "stage": stage,
                 "started_on": stage != "plan" and cls.today - timedelta(90),
                 "closed_on": stage == "cancelled" and cls.today - timedelta(25)}
            )  # fmt: skip
            for number in range(40):
                cls.measures += cls._random(rng, plan, number)
        cls.env.flush_all()

    @classmethod
    def _random(cls, rng, plan, number):
        deadline = cls.today + timedelta(rng.randrange(-60, 10))
        state = rng.choice(["todo", "doing", "done", "done", "dropped"])
        measure = cls.env["crm.improvement.measure"].create(
            {"plan_id": plan.id, "name": f"Measure {number}", "deadline_on": deadline}
        )
        ended = state in ("done", "dropped") and min(
            deadline + timedelta(rng.randrange(-5, 6)), cls.today
        )
        measure._store({"state": state, "ended_on": ended})
        return measure

    def _wanted(self, dealer, begin, end):
        due = [
            m
            for m in self.measures
            if m.plan_id.dealer_id == dealer
            and m.plan_id.stage != "plan"
            and begin <= m.deadline_on < end
            and (m.plan_id.stage != "cancelled" or m.deadline_on < self.today - timedelta(25))
            and not (m.state == "dropped" and m.ended_on <= m.deadline_on)
            and (m.deadline_on < self.today or m.deadline_on == self.today and m.state == "done")
        ]
        done = [m for m in due if m.state == "done" and m.ended_on <= m.deadline_on]
        return len(done), len(due)

    def test_against_oracle(self):
        kpi = self.env.ref("crm_dealer_survey.kpi_improvement_done")
        for begin, end in (
            (self.today - timedelta(30), self.today),
            (self.today - timedelta(60), self.today - timedelta(20)),
            (self.today - timedelta(20), self.today + timedelta(40)),
        ):
            figures = kpi.figures(begin, end)
            for dealer in (self.dealer_a, self.dealer_b):
                done, due = self._wanted(dealer, begin, end)
                figure = figures["dealer", dealer.id]
                self.assertEqual((figure.numerator, figure.denominator), (done, due))
                self.assertGreater(due, done)
                self.assertAlmostEqual(figure.value, 100 * done / due)

    def test_drill_down(self):
        kpi = self.env.ref("crm_dealer_survey.kpi_improvement_done")
        begin = (self.today - timedelta(30)).replace(day=1)
        values = self.env["crm.kpi.value"]
        values._measure(kpi, "month", begin)
        row = values.search(
            [("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id),
             ("period", "=", begin), ("period_kind", "=", "month")]
        )  # fmt: skip
        for action in (row.action_open_numerator(), row.action_open_denominator()):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found.dealer_id, self.dealer_a)
