"""KPIs of training against plain Python, over random participations (S7, S10)."""

import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from .common_training import TrainingFactories

PERIODS = ((date(2026, 1, 1), date(2027, 1, 1)), (date(2026, 7, 1), date(2026, 8, 1)))


@tagged("post_install", "-at_install")
class TestTrainingKpi(TrainingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()
        rng = random.Random("training")
        cls.rows = []
        for _number in range(40):
            day = rng.choice([date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), None])
            day = day or date(2026, 1, 1) + timedelta(rng.randrange(364))
            # Noon in Shanghai.
            session = cls.Session.create(
                {"training_id": cls.course.id, "date_begin": f"{day} 04:00:00",
                 "dealer_id": False, "hours": 8}
            )  # fmt: skip
            for login in rng.sample(sorted(cls.people), rng.randrange(1, 5)):
                one = cls._registered(session, login)
                test = rng.choice(["none", "sent", "failed", "passed"])
                tested = day + timedelta(rng.randrange(20))
                state = rng.choice(["registered", "attended", "attended", "absent", "cancelled"])
                hours = rng.randrange(1, 9) if state == "attended" else 0
                tested = tested if test in ("failed", "passed") else None
                one._store(
                    {"state": state, "hours": hours, "test_state": test, "tested_on": tested}
                )
                cls.rows.append((one.dealer_id, day, state, hours, test, tested))
        cls.env.flush_all()

    def _figure(self, code, dealer, period):
        kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
        return kpi.figures(*period)["dealer", dealer.id]

    def test_hours(self):
        people = {self.dealer_a: 2, self.dealer_b: 2}
        for begin, end in PERIODS:
            for dealer in (self.dealer_a, self.dealer_b):
                hours = sum(r[3] for r in self.rows if r[0] == dealer and begin <= r[1] < end)
                self.assertGreater(hours, 0)
                figure = self._figure("training_hours", dealer, (begin, end))
                self.assertEqual((figure.numerator, figure.denominator), (hours, people[dealer]))
                self.assertAlmostEqual(figure.value, hours / people[dealer])

    def test_pass(self):
        for begin, end in PERIODS:
            for dealer in (self.dealer_a, self.dealer_b):
                tested = [
                    r[4] for r in self.rows if r[0] == dealer and r[5] and begin <= r[5] < end
                ]
                figure = self._figure("training_pass", dealer, (begin, end))
                self.assertEqual(figure.denominator, len(tested))
                if tested:
                    share = 100 * tested.count("passed") / len(tested)
                    self.assertAlmostEqual(figure.value, share)
        self.assertTrue(any(r[0] == self.dealer_a and r[5] for r in self.rows))

    def test_hours_stay_where_they_were_earned(self):
        before = self._figure("training_hours", self.dealer_a, PERIODS[0])
        self.users["sales_a"].dealer_ids = self.dealer_b
        self.Person._cron_follow()
        after = self._figure("training_hours", self.dealer_a, PERIODS[0])
        self.assertEqual((after.numerator, after.denominator), (before.numerator, 1))

    def test_drill_down(self):
        values = self.env["crm.kpi.value"]
        for code in ("training_hours", "training_pass"):
            kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
            values._measure(kpi, "year", PERIODS[0][0])
            row = values.search(
                [("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id),
                 ("period", "=", PERIODS[0][0]), ("period_kind", "=", "year")]
            )  # fmt: skip
            for action in (row.action_open_numerator(), row.action_open_denominator()):
                found = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found.dealer_id, self.dealer_a)
