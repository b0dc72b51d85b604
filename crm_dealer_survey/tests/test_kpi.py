"""KPIs of satisfaction and follow-up against plain Python, over random answers and calls (S10)."""

import random
from datetime import date, datetime, timedelta

from odoo.tests import TransactionCase, tagged

from .common_followup import FollowupFactories

PERIODS = ((date(2026, 1, 1), date(2027, 1, 1)), (date(2026, 7, 1), date(2026, 8, 1)))


@tagged("post_install", "-at_install")
class TestKpi(FollowupFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_followup()
        cls.rng = random.Random("kpi")
        cls.programme = cls.env.ref("crm_dealer_survey.programme_csi")
        cls.version = cls._version(cls.programme)
        cls.version.action_open()
        cls.answers = [cls._random_answer() for _number in range(60)]
        cls._random_calls()
        cls.env.flush_all()

    @classmethod
    def _random_answer(cls):
        day = cls.rng.choice([date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), None])
        day = day or date(2026, 1, 1) + timedelta(cls.rng.randrange(364))
        said = {
            question: cls.rng.randint(1, 10)
            for question in cls.version.question_ids
            if question.satisfaction_kind in ("satisfaction", "overall")
            and cls.rng.random() < 0.9
        }
        customer = cls.rng.choice([cls.customer_a, cls.customer_b])
        said = said or {cls._question("overall"): 9}
        # Noon in Shanghai is four o'clock in UTC.
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=4)
        return cls._answered(said, partner_id=customer.id, at=at), said, day

    @classmethod
    def _random_calls(cls):
        cls.Call.search([]).unlink()
        cls.calls = cls.Call.create(
            [
                {
                    "rule_id": (rule := cls.rng.choice([cls.rule, cls.rule_centre])).id,
                    "caller": rule.caller,
                    "event_key": f"visit:-{number}",
                    "partner_id": (who := cls.rng.choice([cls.customer_a, cls.customer_b])).id,
                    "dealer_id": who.dealer_id.id,
                    "event_date": date(2026, 6, 1),
                    "date_due": (due := date(2026, 6, 25) + timedelta(cls.rng.randrange(50))),
                    "date_next": datetime.combine(due, datetime.min.time()),
                    "lapses_on": due + timedelta(7),
                    "state": cls.rng.choice(["done", "lapsed", "withdrawn", "unreachable"]),
                    "attempt_count": cls.rng.randrange(3),
                    "last_result": cls.rng.choice(["reached", "no_answer"]),
                }
                for number in range(120)
            ]
        )

    # -- Oracle ----------------------------------------------------------------------------------

    def _index(self, said):
        """An answer's satisfaction of 10, by the weights; None without any."""
        factors = {}
        for question, figure in said.items():
            if question.satisfaction_kind == "satisfaction":
                factors.setdefault(question.satisfaction_factor_id, []).append(
                    (question.satisfaction_weight, figure)
                )
        if not factors:
            return None
        means = {
            factor: sum(w * x for w, x in items) / sum(w for w, _x in items)
            for factor, items in factors.items()
        }
        return sum(f.weight * mean for f, mean in means.items()) / sum(f.weight for f in means)

    def _means(self, dealer, begin, end):
        found = [
            self._index(said)
            for answer, said, day in self.answers
            if answer.dealer_id == dealer and begin <= day < end
        ]
        return [index for index in found if index is not None]

    def _figure(self, code, dealer, period):
        kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
        return kpi.figures(*period)["dealer", dealer.id]

    def test_satisfaction(self):
        for period in PERIODS:
            for dealer in (self.dealer_a, self.dealer_b):
                means = self._means(dealer, *period)
                figure = self._figure("satisfaction_csi", dealer, period)
                self.assertEqual(figure.denominator, len(means))
                self.assertAlmostEqual(figure.value, 10 * sum(means) / len(means))
                overall = [
                    figure
                    for answer, said, day in self.answers
                    for question, figure in said.items()
                    if question.satisfaction_kind == "overall"
                    and answer.dealer_id == dealer and period[0] <= day < period[1]
                ]  # fmt: skip
                figure = self._figure("very_satisfied", dealer, period)
                share = 100 * sum(x >= 9 for x in overall) / len(overall)
                self.assertAlmostEqual(figure.value, share)
        self.assertIsNone(self._figure("dealer_satisfaction", self.dealer_a, PERIODS[0]).value)

    def test_improvement(self):
        year, middle, end = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)
        for dealer in (self.dealer_a, self.dealer_b):
            first, second = (self._means(dealer, *p) for p in ((year, middle), (middle, end)))
            figure = self._figure("improvement", dealer, (year, end))
            wanted = 100 * (sum(second) / len(second)) / (sum(first) / len(first))
            self.assertAlmostEqual(figure.value, wanted)
            self.assertEqual(figure.base, min(len(first), len(second)))
            self.assertIsNone(self._figure("improvement", dealer, (year, middle)).value)

    def _measured(self, *periods):
        """The values of dealer A in these periods of 2026, measured anew."""
        kpi = self.env.ref("crm_dealer_survey.kpi_satisfaction_csi")
        values = self.env["crm.kpi.value"]
        values.search([("kpi_id", "=", kpi.id)]).unlink()
        for kind, month in periods:
            values._measure(kpi, kind, date(2026, month, 1))
        rows = values.search([("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id)])
        return {(row.period_kind, row.period.month): row for row in rows}

    def test_a_new_questionnaire_is_no_trend(self):
        """S1: versions are never compared silently, whatever scale their index is on."""
        later = self._version(self.programme, index_scale="1000")
        later.action_open()
        said = {self._question("satisfaction", later): 7}
        for day in (datetime(2026, 7, 31, 16), datetime(2026, 9, 10, 4)):  # from August on
            self._answered(said, later, at=day, partner_id=self.customer_a.id)
        # Answers to the first version go on all year.
        rows = self._measured(("month", 6), ("month", 7), ("month", 8), ("quarter", 7))
        july = rows["month", 7]
        self.assertEqual((july.has_break, bool(july.trend), july.break_note), (False, True, False))
        self.assertEqual(july.basis, str(self.version.id))
        for row in (rows["month", 8], rows["quarter", 7]):
            self.assertEqual((row.has_break, row.trend, row.previous), (True, False, 0))
            self.assertIn("Several", row.break_note)
        self.env["survey.user_input"].search(
            [("satisfaction_version_id", "=", self.version.id),
             ("satisfaction_score_ids.date", ">=", date(2026, 8, 1))]
        ).unlink()  # fmt: skip
        rows = self._measured(("month", 7), ("month", 8), ("month", 9))
        august, september = rows["month", 8], rows["month", 9]
        self.assertEqual((august.has_break, august.trend), (False, False))
        self.assertEqual((round(august.value, 6), august.basis), (70, str(later.id)))
        self.assertIn("New questionnaire", august.break_note)
        self.assertEqual((september.trend, september.break_note), ("same", False))

    def test_followup(self):
        begin, end = PERIODS[1]
        for dealer in (self.dealer_a, self.dealer_b):
            calls = self.calls.filtered(
                lambda call, dealer=dealer: call.dealer_id == dealer and call.caller == "dealer"
                and begin <= call.date_due < end and call.state != "withdrawn"
                and (call.date_due <= self.today or call.attempt_count)
            )  # fmt: skip
            made = sum(call.attempt_count > 0 for call in calls)
            reached = sum(c.state == "done" and c.last_result == "reached" for c in calls)
            self.assertGreater(made, 0)
            figure = self._figure("followup_ratio", dealer, PERIODS[1])
            self.assertEqual((figure.numerator, figure.denominator), (made, len(calls)))
            self.assertEqual(
                self._figure("followup_success", dealer, PERIODS[1]).numerator, reached
            )

    def test_a_shipped_programme_that_was_deleted_is_measured_no_more(self):
        """Nobody had answered it: it may be deleted, and the KPIs go on without it."""
        self.env["survey.user_input"].search(
            [("satisfaction_programme_id.code", "in", ("DSI-A", "DSI-S"))]
        ).unlink()
        for code in ("dsi_a", "dsi_s"):
            self.env.ref(f"crm_dealer_survey.programme_{code}").unlink()
            figures = self.env.ref("crm_dealer_survey.kpi_dealer_satisfaction").figures(*PERIODS[0])
            self.assertFalse(figures and figures["dealer", self.dealer_a.id].value)

    def test_drill_down(self):
        values = self.env["crm.kpi.value"]
        for code in ("satisfaction_csi", "improvement", "very_satisfied", "followup_ratio"):
            kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
            values._measure(kpi, "year", PERIODS[0][0])
            row = values.search(
                [("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id),
                 ("period", "=", PERIODS[0][0]), ("period_kind", "=", "year")]
            )  # fmt: skip
            for action in (row.action_open_numerator(), row.action_open_denominator()):
                found = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found.dealer_id, self.dealer_a)
