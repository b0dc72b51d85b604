"""Sums of settled quarters: the index is the same with them and without (S1)."""

import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from .common_programme import NOON, SurveyFactories

FIGURES = (
    "n", "customers", "index_value", "error", "low", "high", "few", "rank", "rank_best",
    "rank_worst", "region_id", "dealer_id", "period", "is_first",
)  # fmt: skip
END = date(2026, 10, 1)


@tagged("post_install", "-at_install")
class TestSettled(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        rng = random.Random(5)
        customers = [cls._customer(dealer, name=f"S {dealer.name} {n}")
                     for dealer in cls.dealer_a | cls.dealer_b for n in range(4)]  # fmt: skip
        cls.answers = cls.env["survey.user_input"]
        for _number in range(40):
            customer = rng.choice(customers)
            said = {q: rng.randint(q.scale_min, q.scale_max)
                    for q in cls.version.question_ids if q.question_type == "scale"}  # fmt: skip
            cls.answers += cls._answered(
                said,
                at=NOON + timedelta(days=rng.randrange(150)),
                partner_id=customer.id,
                dealer_id=customer.dealer_id.id,
            )
        cls.settled = cls.env["crm.satisfaction.settled"]
        cls.env.flush_all()

    def _figures(self, *domain, user=None):
        index = self.env["crm.satisfaction.index"].with_user(user or self.env.user)
        index.invalidate_model()
        rows = index.search([("version_id", "=", self.version.id), *domain])
        return {
            row.id: [round(row[n], 6) if isinstance(row[n], float) else row[n] for n in FIGURES]
            for row in rows
        }

    def _settle(self):
        while self.settled._settle_next(self.version, END):
            pass
        self.assertEqual(self._until(), END)

    def _until(self):
        self.settled.invalidate_model()
        return self.settled.search([("version_id", "=", self.version.id)]).until

    def _forget(self):
        """The figures as they are without any sum."""
        self.settled.invalidate_model()
        row = self.settled.search([("version_id", "=", self.version.id)])
        until, row.until = row.until, "1900-01-01"
        row.flush_recordset()
        figures = self._figures()
        row.until = until
        row.flush_recordset()
        return figures

    def test_the_same_with_sums(self):
        before = self._figures()
        self._settle()
        self.assertEqual(self._figures(), before)
        self.assertEqual(self._figures(("period", ">=", "2026-04-01")),
                         {key: row for key, row in before.items() if row[12] >= date(2026, 4, 1)})

    def test_sums_are_what_is_read(self):
        """Not the scores: a changed sum shows."""
        self._settle()
        before = self._figures()
        self.env.cr.execute(
            "UPDATE crm_satisfaction_sum SET n = n + 1000 WHERE version_id = %s",
            [self.version.id],
        )
        after = self._figures()
        self.assertEqual(after.keys(), before.keys())
        for key, row in after.items():
            self.assertEqual(row[0], before[key][0] + 1000)

    def test_part_of_the_quarters_is_settled(self):
        before = self._figures()
        self.assertTrue(self.settled._settle_next(self.version, END))
        self.assertEqual(self._until(), date(2026, 4, 1))
        self.assertEqual(self._figures(), before)

    def test_changes_unsettle_their_quarter(self):
        late = self.answers.filtered(lambda a: a.end_datetime.month in (5, 6))
        early = self.answers.filtered(lambda a: a.end_datetime.month == 3)
        for answers, until in ((late, date(2026, 4, 1)), (early, date(2026, 1, 1))):
            self._settle()
            before = self._figures()
            answers[0].satisfaction_excluded = True
            self.env["crm.satisfaction.score"]._store(answers[0])
            self.assertEqual(self._until(), until)
            self.assertNotEqual(self._figures(), before)
            self.assertEqual(self._figures(), self._forget())
            self._settle()
            self.assertEqual(self._figures(), self._forget())

    def test_nothing_behind_the_orm_is_missed(self):
        score = f"crm_satisfaction_score WHERE version_id = {self.version.id}"
        for change in (
            f"UPDATE {score} AND FALSE".replace(" WHERE", " SET value = value WHERE"),
            f"UPDATE {score} AND date < '2026-04-01'".replace(
                " WHERE", f" SET partner_id = {self.customer_b.id} WHERE"
            ),
            f"UPDATE {score} AND date >= '2026-07-01'".replace(
                " WHERE", " SET date = '2026-03-15' WHERE"
            ),
            f"DELETE FROM survey_user_input WHERE id = {self.answers[3].id}",
        ):
            with self.subTest(change):
                self._settle()
                self.env.cr.execute(change)
                self.assertEqual(self._figures(), self._forget())
                if " FALSE" in change:
                    self.assertEqual(self._until(), END)

    def test_a_line_that_is_there_twice_moves_no_figure(self):
        answer = self.answers[0]
        question = min(
            answer.user_input_line_ids.question_id.filtered(
                lambda q: q.satisfaction_kind == "satisfaction"
            ),
            key=lambda q: q.id,
        )
        line = answer.user_input_line_ids.filtered(lambda ln: ln.question_id == question)
        read = (
            "SELECT said FROM crm_satisfaction_score WHERE user_input_id = %s AND said IS NOT NULL"
        )
        self.env.cr.execute(read, [answer.id])
        before = self.env.cr.fetchall()
        line.copy()
        self.env["crm.satisfaction.score"]._store(answer)
        self.env.cr.execute(read, [answer.id])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_answers_of_this_quarter_unsettle_nothing(self):
        self._settle()
        self._answered(dealer_id=self.dealer_a.id)
        self.assertEqual(self._until(), END)
        self.assertEqual(self._figures(), self._forget())

    def test_who_sees_a_part_reads_the_scores(self):
        manager = self.users["manager_a"]
        before = self._figures(user=manager)
        self.assertTrue(before)
        self._settle()
        self.env.cr.execute("UPDATE crm_satisfaction_sum SET n = n + 1000")
        self.assertEqual(self._figures(user=manager), before)
        self.env["res.company"].create({"name": "Another"})
        auditor = self.users["auditor"]
        self.assertTrue(all(row[0] < 1000 for row in self._figures(user=auditor).values()))

    def test_a_version_goes_with_its_sums(self):
        self._settle()
        self.env.cr.execute(
            "DELETE FROM crm_satisfaction_score WHERE version_id = %s", [self.version.id]
        )
        self.env.cr.execute(
            "DELETE FROM crm_satisfaction_version WHERE id = %s RETURNING id", [self.version.id]
        )
        self.assertTrue(self.env.cr.rowcount)
        for table in ("crm_satisfaction_sum", "crm_satisfaction_settled"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} WHERE version_id = %s",  # noqa: S608
                [self.version.id],
            )
            self.assertEqual(self.env.cr.fetchone(), (0,))
