"""A sample each month, exactly once (S2)."""

from datetime import date
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingPlan(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=30)
        cls.Plan = cls.env["crm.satisfaction.sample.plan"]
        cls.plan = cls.Plan.create(
            {
                "programme_id": cls.programme.id,
                "dealer_ids": [(6, 0, cls.dealer_a.ids)],
                "quota": 4,
                "start_on": date(2026, 1, 15),
                "channel_3": False,
                "seed": "plan",
            }
        )

    def _on(self, day):
        company = type(self.env.company)
        return patch.object(company, "_today_here", lambda _self: day)

    def test_months_that_are_due(self):
        with self._on(date(2026, 1, 1)):
            self.assertEqual(self.plan._due_months(), [date(2025, 12, 1)])
        with self._on(date(2025, 12, 31)):
            self.assertEqual(self.plan._due_months(), [])
        self.plan.lag_months = 3
        with self._on(date(2026, 3, 31)):
            self.assertEqual(
                self.plan._due_months(), [date(2025, month, 1) for month in (10, 11, 12)]
            )

    def test_each_month_once_with_its_own_seed(self):
        with self._on(date(2026, 3, 2)):
            for month in self.plan._due_months():
                self.plan._make_once(month)
            self.assertEqual(self.plan._due_months(), [])
            self.assertFalse(self.plan._make_once(date(2026, 1, 1)))
        samples = self.plan.sample_ids.sorted("date_from")
        self.assertEqual(
            samples.mapped("date_from"), [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
        )
        self.assertEqual(samples.mapped("date_to")[-1], date(2026, 3, 1))
        self.assertEqual(len(set(samples.mapped("seed"))), 3)
        self.assertEqual(set(samples.mapped("state")), {"drawn"})
        self.assertEqual(samples.dealer_ids, self.dealer_a)
        self.assertEqual(self.plan.sample_count, 3)
        self.assertEqual(self.plan.action_open_samples()["domain"][0][2], self.plan.ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self.plan._make_sample(date(2026, 1, 1))

    def test_what_the_plan_says_holds_for_its_samples(self):
        self.plan.write({"quota": 3, "send": True, "hour_from": 8, "cooling_days": 5})
        month = self.today.replace(day=1)
        sample = self.plan._make_sample(month)
        self.assertEqual(sample.state, "field")
        self.assertEqual((sample.quota, sample.cooling_days, sample.hour_from), (3, 5, 8))
        self.assertEqual(sample._channels(), self.plan._channels())

    def test_a_programme_without_a_questionnaire_stays_a_draft(self):
        self.version.action_close()
        self.assertEqual(self.plan._make_sample(date(2026, 1, 1)).state, "draft")

    def test_a_plan_after_another_draws_no_month_again(self):
        with self._on(date(2026, 3, 2)):
            self.plan._make_once(date(2026, 1, 1))
            self.plan.active = False
            self.env.flush_all()
            new = self.plan.copy({"active": True})
            self.assertEqual(new._due_months(), [date(2025, 12, 1), date(2026, 2, 1)])
            for month in new._due_months():
                self.assertTrue(new._make_once(month))
            self.programme.active = False
            self.assertFalse(self.Plan._due(), "a programme that ended is not drawn")

    def test_a_named_dealer_who_left_is_not_everybody(self):
        self.dealer_a.active = False
        self.env.invalidate_all()
        sample = self.plan._make_sample(self.today.replace(day=1))
        self.assertEqual(sample.with_context(active_test=False).dealer_ids, self.dealer_a)
        self.assertFalse(sample.stratum_ids.dealer_id - self.dealer_a)
        self.assertTrue(sample.stratum_ids)

    def test_what_a_plan_refuses(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self.plan.copy()
                self.env.flush_all()
        with self.assertRaises(ValidationError):
            self.plan.channel_2 = "sms"
        with self.assertRaises(AccessError):
            self._as("oem", self.Sample).create(
                {"programme_id": self.programme.id, "plan_id": self.plan.id}
            )
        self.plan.active = False
        self.env.flush_all()
        self.plan.copy({"active": True})
