"""KPIs of audits and of verified data against plain Python, on random ones (S10)."""

import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from .common_audit import AuditFactories

PERIODS = ((date(2026, 1, 1), date(2027, 1, 1)), (date(2026, 7, 1), date(2026, 8, 1)))


@tagged("post_install", "-at_install")
class TestAuditKpi(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()
        cls.rng = random.Random("audit")
        for table in ("crm.audit", "crm.audit.sample"):  # those of the demo network
            cls.env[table].search([])._store({"active": False})
        cls.env.cr.execute("UPDATE crm_audit_sample SET done_on = '2000-01-01'")
        cls.audits = [cls._random_audit(number) for number in range(24)]
        cls.samples = [cls._random_sample() for _number in range(5)]
        cls.env.flush_all()

    @classmethod
    def _day(cls):
        day = cls.rng.choice([date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), None])
        return day or date(2026, 1, 1) + timedelta(cls.rng.randrange(364))

    @classmethod
    def _random_audit(cls, number):
        dealer = cls.rng.choice([cls.dealer_a, cls.dealer_b])
        lists = cls.rng.choice([cls.checklist, cls.mystery_list])
        audit = cls._audit(dealer_id=dealer.id, checklist_id=lists.id)
        points = [cls.rng.randint(0, 5), cls.rng.randint(0, 1), cls.rng.randint(0, 4), 4]
        if number % 4 == 0:
            cls._done(audit, *points)
        elif number % 4 == 1:
            cls._scored(audit, *points)
        else:
            cls._released(audit, *points)
        if audit.done_on:
            audit._store({"done_on": cls._day()})
        return audit

    @classmethod
    def _random_sample(cls):
        dealer = cls.rng.choice([cls.dealer_a, cls.dealer_b])
        cls._sold(8, dealer=dealer)
        sample = cls._sample(dealer_id=dealer.id)
        results = cls.rng.choices(
            ["right", "wrong_phone", "is_fake", "unchecked"], [6, 2, 1, 1], k=60
        )
        cls._checked(sample, *results)
        sample._store({"done_on": cls._day()})
        return sample

    def _scopes(self):
        return {
            ("dealer", self.dealer_a.id): self.dealer_a,
            ("dealer", self.dealer_b.id): self.dealer_b,
            ("region", self.region_north.id): self.dealer_a,
            ("network", False): self.dealer_a | self.dealer_b,
        }

    def test_scores(self):
        compared = 0
        for code, kind in (("audit_score", "onsite"), ("mystery_score", "mystery")):
            kpi = self.env.ref(f"crm_dealer_survey.kpi_{code}")
            for begin, end in PERIODS:
                figures = kpi.figures(begin, end)
                for scope, dealers in self._scopes().items():
                    scores = [
                        audit.score
                        for audit in self.audits
                        if audit.kind == kind and audit.dealer_id in dealers
                        and audit.released_on and begin <= audit.done_on < end
                    ]  # fmt: skip
                    figure = figures[scope]
                    self.assertEqual(figure.base, len(scores))
                    if scores:
                        compared += 1
                        self.assertAlmostEqual(figure.value, sum(scores) / len(scores), 6)
                    else:
                        self.assertIsNone(figure.value)
        self.assertGreater(compared, 8)

    def test_data_accuracy(self):
        kpi = self.env.ref("crm_dealer_survey.kpi_data_accuracy")
        self.assertTrue(any(sample.wrong_count for sample in self.samples))
        for begin, end in PERIODS:
            figures = kpi.figures(begin, end)
            for scope, dealers in self._scopes().items():
                states = [
                    line.state
                    for sample in self.samples
                    if sample.dealer_id in dealers and begin <= sample.done_on < end
                    for line in sample.line_ids
                    if line.state in ("right", "wrong")
                ]
                figure = figures[scope]
                self.assertEqual(figure.base, len(states))
                if states:
                    wanted = 100.0 * states.count("right") / len(states)
                    self.assertAlmostEqual(figure.value, wanted, 6)

    def test_figures_open_their_records(self):
        """A dealer's manager opens the results behind the own score."""
        kpi = self.env.ref("crm_dealer_survey.kpi_audit_score")
        values = self.env["crm.kpi.value"]
        values._measure(kpi, "year", date(2026, 1, 1))
        value = values.search(
            [("kpi_id", "=", kpi.id), ("dealer_id", "=", self.dealer_a.id),
             ("period_kind", "=", "year"), ("period", "=", "2026-01-01")]
        )  # fmt: skip
        action = self._as("manager_a", value).action_open_denominator()
        records = self.env[action["res_model"]].with_user(self.users["manager_a"])
        self.assertEqual(len(records.search(action["domain"])), value.denominator)
