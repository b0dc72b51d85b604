"""The index in SQL against the oracle, on random answers (S1)."""

import random
from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from . import index_oracle
from .common_programme import FACTORS, NOON, SurveyFactories

ANSWERS = 140


@tagged("post_install", "-at_install")
class TestIndex(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.rng = random.Random(7)
        cls.weights = {cls.factors[name].id: weight for name, (weight, _i) in FACTORS.items()}
        cls.customers = [cls._customer(cls.dealer_a, name=f"C{n}") for n in range(15)]
        cls.told = {}
        for _number in range(ANSWERS):
            cls._random_answer()
        cls._link()  # waits for its customer
        cls._answered({cls._question("satisfaction"): 1}, test_entry=True)
        cls.env.flush_all()

    @classmethod
    def _random_answer(cls):
        questions = list(cls.version.question_ids)
        chosen = [q for q in questions if cls.rng.random() < cls.rng.choice((0.3, 0.7, 0.95))]
        said = {q: cls._figure(q) for q in chosen or questions[:1]}
        customer = cls.rng.choice([*cls.customers, None])
        dealer = cls.rng.choice([cls.dealer_a, cls.dealer_a, cls.dealer_b])
        at = NOON + timedelta(days=cls.rng.randrange(90), hours=cls.rng.randrange(24))
        answer = cls._answered(
            said, at=at, partner_id=customer and customer.id, dealer_id=dealer.id
        )
        cls.told[answer] = said

    @classmethod
    def _figure(cls, question):
        if question.question_type != "scale":
            return "Words"
        return cls.rng.randint(question.scale_min, question.scale_max)

    def _oracle(self, answer):
        said = [
            (q.satisfaction_kind, q.satisfaction_factor_id.id or None, q.satisfaction_weight, s)
            for q, s in self.told[answer].items()
            if q.satisfaction_kind != "open"
        ]
        return index_oracle.scores(said, self.weights, 1000)

    def _groups(self, key, kind="satisfaction", factor=None):
        groups = {}
        for answer in self.told:
            found = self._oracle(answer).get((kind, factor))
            if found:
                who = answer.commercial_partner_id.id or -answer.id
                groups.setdefault(key(answer), []).append((who, found[1]))
        return groups

    def _compare(self, rows, groups, *names):
        rows = {tuple(row[name] for name in names): row for row in rows}
        self.assertEqual(rows.keys(), groups.keys())
        for key, figures in groups.items():
            mean, n, customers, error = index_oracle.index(figures)
            row = rows[key]
            self.assertAlmostEqual(row["index"], mean, 5)
            self.assertEqual((row["n"], row["customers"]), (n, customers))
            if error is not None and 100 < row["low"] and row["high"] < 1000:
                self.assertAlmostEqual((row["low"] + row["high"]) / 2, mean, 5)

    def _day(self, answer):
        return (answer.end_datetime + timedelta(hours=8)).date()

    def test_scores_of_each_answer(self):
        for answer in self.told:
            stored = {
                (score.kind, score.factor_id.id or None): (score.value, score.index_value)
                for score in answer.satisfaction_score_ids
            }
            wanted = self._oracle(answer)
            self.assertEqual(stored.keys(), wanted.keys())
            for key, figures in wanted.items():
                for one, other in zip(stored[key], figures, strict=True):
                    self.assertAlmostEqual(one, other, 9)

    def test_total_by_dealer(self):
        rows = self.version.index([], ["dealer_id"])
        self._compare(rows, self._groups(lambda a: (a.dealer_id.id,)), "dealer_id")

    def test_by_factor_and_month(self):
        rows = self.version.index([], ["factor_id", "date:month"])
        groups = {}
        for factor in (*self.weights, None):
            for month, figures in self._groups(
                lambda a: self._day(a).replace(day=1), factor=factor
            ).items():
                groups[factor or False, month] = figures
        for row in rows:
            if isinstance(row["date:month"], datetime):
                row["date:month"] = row["date:month"].date()
        self._compare(rows, groups, "factor_id", "date:month")

    def test_compliance_and_recommendation_are_apart(self):
        for kind in ("compliance", "nps", "return", "overall"):
            rows = self.version.index([], ["dealer_id"], kind)
            self._compare(rows, self._groups(lambda a: (a.dealer_id.id,), kind), "dealer_id")

    def test_one_factor_by_domain(self):
        factor = self.factors["work"]
        rows = self.version.index([("factor_id", "=", factor.id)])
        groups = self._groups(lambda _a: (self.version.id,), factor=factor.id)
        self._compare(rows, groups, "version_id")

    def test_average_of_scores_is_the_index(self):
        [row] = self.version.index([("dealer_id", "=", self.dealer_a.id)])
        [[average]] = self.env["crm.satisfaction.score"]._read_group(
            Domain("version_id", "=", self.version.id)
            & Domain("dealer_id", "=", self.dealer_a.id)
            & Domain("kind", "=", "satisfaction")
            & Domain("factor_id", "=", False),
            aggregates=["index_value:avg"],
        )
        self.assertAlmostEqual(average, row["index"], 5)

    def test_again_writes_nothing(self):
        table = "SELECT id, xmin::text, index_value FROM crm_satisfaction_score WHERE version_id=%s"
        self.env.cr.execute(f"{table} ORDER BY id", [self.version.id])
        before = self.env.cr.fetchall()
        self.env["crm.satisfaction.score"]._store(self.version.survey_id.user_input_ids)
        self.env.cr.execute(f"{table} ORDER BY id", [self.version.id])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_left_out_counts_nowhere_until_readmitted(self):
        answer = next(a for a in self.told if ("satisfaction", None) in self._oracle(a))
        [before] = self.version.index()
        self._as("oem", answer)._exclude("The phone is a salesperson's")
        [after] = self.version.index()
        self.assertEqual(after["n"], before["n"] - 1)
        self.assertIn("salesperson", answer.message_ids[0].body)
        self._as("oem", answer)._readmit("It was the customer's after all")
        self.assertEqual(self.version.index(), [before])

    def test_few_answers_get_no_rank(self):
        self.programme.min_answers = 500
        for row in self.version.index([], ["dealer_id"]):
            self.assertTrue(row["few"])
            self.assertIsNone(row["rank"])
        self.programme.min_answers = 3
        rows = self.version.index([], ["dealer_id"])
        self.assertEqual(sorted(row["rank"] for row in rows), [1, 2])

    def test_unknown_group_is_refused_with_a_list(self):
        for name in ("partner_id", "index_value", "dealer_id); DROP TABLE res_users; --"):
            with self.assertRaisesRegex(UserError, "dealer_id"):
                self.version.index([], [name])

    def test_constant_queries(self):
        self.version.index([], ["dealer_id"])
        with self.assertQueryCount(3):
            self.version.index([], ["dealer_id", "factor_id", "date:month"])
