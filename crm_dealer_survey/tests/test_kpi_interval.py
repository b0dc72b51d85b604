"""Satisfaction and its intervals against plain Python, of dealers, regions, the network (S10)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from math import sqrt

from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tools.confidence import interval, student

from . import index_oracle
from .common_programme import SurveyFactories

BEGIN, MIDDLE, END = date(2033, 1, 1), date(2033, 7, 1), date(2034, 1, 1)
KPIS = {
    "satisfaction_csi": ["csi"],
    "satisfaction_ssi": ["ssi"],
    "dealer_satisfaction": ["dsi_s", "dsi_a"],
}


@tagged("post_install", "-at_install")
class TestKpiInterval(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.rng = random.Random("interval")
        below = cls.env["crm.dealer.region"].create(
            {"name": "Below", "parent_id": cls.region_north.id}
        )
        cls.dealer_c, cls.dealer_d = cls.env["crm.dealer"].create(
            [{"name": name, "code": f"T-{name}", "region_id": below.id} for name in "CD"]
        )
        cls.scopes = {
            ("dealer", cls.dealer_a.id): cls.dealer_a,
            ("dealer", cls.dealer_b.id): cls.dealer_b,
            ("region", below.id): cls.dealer_c | cls.dealer_d,
            ("region", cls.region_north.id): cls.dealer_a | cls.dealer_c | cls.dealer_d,
            ("network", False): cls.dealer_a | cls.dealer_b | cls.dealer_c | cls.dealer_d,
        }
        # Few people, who answer at several dealers.
        cls.people = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(9)])
        cls.versions, cls.told = {}, []
        for code in ("csi", "ssi", "dsi_s", "dsi_a"):
            programme = cls.env.ref(f"crm_dealer_survey.programme_{code}")
            cls.versions[code] = cls._version(programme)
            cls.versions[code].action_open()
            for _number in range(45 if code == "csi" else 14):
                cls._answer(code)
        # One dealer has one answer to the whole: no interval.
        cls._answer("ssi", cls.dealer_d)
        cls.dealer_c.active = False
        cls.env.flush_all()

    @classmethod
    def _answer(cls, code, dealer=None):
        version = cls.versions[code]
        kinds = ("satisfaction", "overall")
        said = {
            question: cls.rng.randint(5, 10)
            for question in version.question_ids if question.satisfaction_kind in kinds
        }  # fmt: skip
        dealer = dealer or cls.rng.choice([cls.dealer_a, cls.dealer_b, cls.dealer_c])
        # None: who answered is not known.
        person = cls.rng.choice([*cls.people, None])
        day = cls.rng.choice([BEGIN, MIDDLE - timedelta(1), MIDDLE, END - timedelta(1), END])
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=4)
        answer = cls._answered(
            said, version, at, dealer_id=dealer.id, partner_id=person.id if person else False
        )
        scores = answer.satisfaction_score_ids.filtered(lambda s: not s.factor_id)
        values = {score.kind: score.value for score in scores}
        cls.told.append((code, dealer, person or f"unknown {answer.id}", day, values))

    def _said(self, codes, kind, dealers, begin=BEGIN, end=END):
        return [
            (person, values[kind])
            for code, dealer, person, day, values in self.told
            if code in codes and dealer in dealers and begin <= day < end
        ]

    def _figures(self, code):
        kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
        with self.assertQueryCount(12):
            return kpi.figures(BEGIN, END)

    def _same(self, found, wanted):
        for one, other in zip(found, wanted, strict=True):
            if other is None:
                self.assertIsNone(one)
            else:
                self.assertAlmostEqual(one, other, 4)

    def test_means(self):
        some = 0
        for code, programmes in KPIS.items():
            figures = self._figures(code)
            for scope, dealers in self.scopes.items():
                said = self._said(programmes, "satisfaction", dealers)
                if not said:
                    continue
                mean, n, customers, error = index_oracle.index(said)
                low, high = interval(mean, error, customers, 1, 10)
                figure = figures[scope]
                self.assertEqual(figure.denominator, n)
                self.assertAlmostEqual(figure.value, 10 * mean)
                self._same((figure.low, figure.high), (low and 10 * low, high and 10 * high))
                some += low is not None
        self.assertGreater(some, 10)

    def test_like_the_index(self):
        """The same interval as ``version.index`` says of a dealer."""
        figures = self._figures("satisfaction_csi")
        domain = [("date", ">=", BEGIN), ("date", "<", END)]
        rows = self.versions["csi"].index(domain, ["dealer_id"])
        for row in rows:
            if row["dealer_id"] in (self.dealer_a.id, self.dealer_b.id):
                top = int(self.versions["csi"].index_scale)
                figure = figures["dealer", row["dealer_id"]]
                self._same((figure.low * top / 100, figure.high * top / 100),
                           (row["low"], row["high"]))  # fmt: skip

    def test_share_of_answers(self):
        figures = self._figures("very_satisfied")
        for scope, dealers in self.scopes.items():
            said = self._said(["csi", "ssi"], "overall", dealers)
            high = sum(value >= 9 for _person, value in said)
            figure = figures[scope]
            self.assertEqual((figure.numerator, figure.denominator), (high, len(said)))
            sizes = Counter(person for person, _value in said).values()
            effective = len(said) ** 2 / sum(size**2 for size in sizes)
            for end in (figure.low / 100, figure.high / 100):
                off = abs(high / len(said) - end)
                self.assertAlmostEqual(off, 1.959964 * sqrt(end * (1 - end) / effective), 4)

    def test_ratio_of_means(self):
        figures = self._figures("improvement")
        for scope, dealers in self.scopes.items():
            later, first = (
                index_oracle.index(self._said(["csi"], "satisfaction", dealers, *period))
                for period in ((MIDDLE, END), (BEGIN, MIDDLE))
            )
            ratio = later[0] / first[0]
            error = ratio * sqrt((later[3] / later[0]) ** 2 + (first[3] / first[0]) ** 2)
            margin = student(min(later[2], first[2]) - 1) * error
            figure = figures[scope]
            self.assertAlmostEqual(figure.value, 100 * ratio)
            self._same((figure.low, figure.high),
                       (100 * (ratio - margin), 100 * (ratio + margin)))  # fmt: skip

    def test_archived_dealers(self):
        """What an archived dealer did stays in the network; it has no figure of its own."""
        kpi = self.env.ref("crm_dealer_survey.kpi_satisfaction_csi")
        figures = self._figures("satisfaction_csi")
        self.assertNotIn(("dealer", self.dealer_c.id), figures)
        others = self.env["crm.dealer"].search_count([])
        self.assertEqual(figures["network", False].dealers, others + 1)
        values = self.env["crm.kpi.value"]
        values._measure(kpi, "year", BEGIN)
        rows = values.search([("kpi_id", "=", kpi.id), ("period", "=", BEGIN)])
        self.assertNotIn(self.dealer_c, rows.dealer_id)
        row = rows.filtered(lambda value: value.dealer_id == self.dealer_a)
        figure = figures["dealer", self.dealer_a.id]
        self.assertTrue(row.has_interval)
        self.assertAlmostEqual(row.low, figure.low, 2)
        self.assertAlmostEqual(row.high, figure.high, 2)
        self.assertIn(f"{figure.low:.1f} – ", row.interval)
        empty = rows.filtered(lambda value: value.dealer_id == self.dealer_d)
        self.assertEqual((empty.has_interval, empty.interval), (False, False))
