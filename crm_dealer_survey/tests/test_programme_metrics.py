"""Answers feed the grading engine (G6, G11)."""

import random
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_programme import SurveyFactories


@tagged("post_install", "-at_install")
class TestMetrics(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()

    def _figures(self, *codes):
        metrics = self.env["crm.grading.metric"].search([("code", "in", codes)])
        self.assertEqual(len(metrics), len(codes))
        schemes = self.env["crm.grading.scheme"]
        context = schemes._context_for(tuple(self.customer_a.ids), None)
        row = metrics._figures_by_customer(context).get(self.customer_a.id, {})
        return {code: row.get(code) for code in codes}

    def _say(self, days_ago, satisfaction, nps=None, back=None):
        said = {self._question("satisfaction"): satisfaction}
        if nps is not None:
            said[self._question("nps")] = nps
        if back is not None:
            said[self._question("return")] = back
        return self._answered(said, at=datetime.now() - timedelta(days_ago))

    def test_last_average_promoter_and_intentions(self):
        self._say(500, 1)
        self._say(90, 6, nps=3, back=9)
        self._say(20, 9, nps=10)
        figures = self._figures(
            "survey_last", "survey_average_12m", "survey_promoter", "survey_recommend",
            "survey_return", "survey_rebuy", "last_satisfaction",
        )  # fmt: skip
        self.assertEqual(
            {code: figure and float(figure) for code, figure in figures.items()},
            {
                "survey_last": 9,
                "survey_average_12m": 7.5,
                "survey_promoter": 100,
                "survey_recommend": 10,
                "survey_return": 9,
                "survey_rebuy": None,
                "last_satisfaction": 9,
            },
        )

    def test_the_customer_shows_what_the_metrics_say(self):
        seen = self._as("manager_a", self.customer_a)
        self.assertFalse(seen.satisfaction_recommends)
        said = [(90, 6, 3, "detractor"), (20, 9, 8, "passive"), (2, 7, 10, "promoter"),
                (50, 2, 0, "promoter")]  # fmt: skip
        for days, figure, nps, word in said:
            self._say(days, figure, nps=nps)
            self.env.invalidate_all()
            figures = self._figures("survey_last", "survey_recommend", "survey_promoter")
            self.assertEqual(seen.satisfaction_last_score, figures["survey_last"])
            self.assertEqual(seen.satisfaction_recommends, word)
            wanted = {"promoter": 100, "passive": 0, "detractor": -100}[word]
            self.assertEqual(figures["survey_promoter"], wanted)
        contact = self._customer(self.dealer_a, name="Driver", parent_id=self.customer_a.id)
        self.assertEqual(self._as("manager_a", contact).satisfaction_last_score, 7)
        self.assertFalse(self._as("sales_a", self.customer_a).satisfaction_last_score)

    def test_metrics_against_an_oracle(self):
        rng = random.Random(5)
        told = []
        # None near the edge of twelve months: that day depends on the time zone.
        ages = rng.sample([*range(1, 350), *range(380, 700)], 25)
        for number, days in enumerate(ages):
            figure = rng.randint(1, 10)
            nps = rng.choice([None, *range(11)])
            self._say(days, figure, nps=nps)
            told.append((-days, number, figure, nps))
        told.sort()
        recent = [figure for days, _n, figure, _nps in told if days > -360]
        asked = [nps for _d, _n, _f, nps in told if nps is not None]
        figures = self._figures("survey_last", "survey_recommend", "survey_promoter")
        self.assertEqual(figures["survey_last"], told[-1][2])
        self.assertEqual(figures["survey_recommend"], asked[-1])
        last = asked[-1]
        self.assertEqual(
            figures["survey_promoter"], 100 if last >= 9 else -100 if last <= 6 else 0
        )
        average = self._figures("survey_average_12m")["survey_average_12m"]
        self.assertAlmostEqual(float(average), sum(recent) / len(recent))

    def test_last_satisfaction_hears_calls_and_answers(self):
        self._say(20, 9)
        log = self.env["crm.contact.log"].create(
            {
                "partner_id": self.customer_a.id,
                "date": datetime.now() - timedelta(5),
                "summary": "Call",
                "satisfaction": 4,
            }
        )
        self.assertEqual(self._figures("last_satisfaction"), {"last_satisfaction": 4})
        self._say(1, 8)
        self.assertEqual(self._figures("last_satisfaction"), {"last_satisfaction": 8})
        self.assertTrue(log.exists())

    def test_customer_is_graded_at_once(self):
        scheme = self.env.ref("crm_dealer_grading.scheme_satisfaction")
        scheme.active = True
        self._visit(self._vehicle(self.customer_a), date=datetime.now() - timedelta(30))
        self._say(2, 10)
        self._grade_pending()
        result = self.env["crm.grading.result"].search(
            [("scheme_id", "=", scheme.id), ("partner_id", "=", self.customer_a.id)]
        )
        self.assertEqual(result.level_id.code, "L")
        self._say(0, 2)
        self._grade_pending()
        self.env.invalidate_all()
        self.assertEqual(result.exists().level_id.code, "C")

    def test_one_customer_is_looked_up(self):
        """Opening a customer does not read what everybody said."""
        metric = self.env.ref("crm_dealer_grading.metric_last_satisfaction")
        context = self.env["crm.grading.scheme"]._context_for(tuple(self.customer_a.ids), None)
        for statement in (metric._records_sql(context), metric._source_sql(context)):
            rows = self.env.execute_query(SQL("EXPLAIN %s", statement))
            plan = "\n".join(line for (line,) in rows)
            # Of each table its own column, for which there is an index.
            self.assertGreaterEqual(plan.count("partner_id = ANY ("), 2, plan)

    def test_removing_the_addon_gives_the_metric_back(self):
        metric = self.env.ref("crm_dealer_grading.metric_last_satisfaction")
        self.assertEqual(metric.model_name, "crm.satisfaction.voice")
        metric._hear_contacts_only()
        self.assertEqual(metric.model_name, "crm.contact.log")
        self.assertEqual(metric.measure_field_id.model, "crm.contact.log")
        self.env["crm.grading.metric"]._hear_surveys()
        self.assertEqual(metric.model_name, "crm.satisfaction.voice")
