"""Cockpits: calls, notices, answers and suspicions are counted as their lists show them (P3)."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tests.common_cockpit import CockpitChecks

from .common_rectification import RectificationFactories
from .common_weakpoint import WeakFactories


@tagged("post_install", "-at_install")
class TestCockpitCalls(CockpitChecks, RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()
        cls.filters = {"kind": "year", "begin": str(cls.today)}

    def _counts(self, login, **filters):
        card = self._cards(self._page(login, **self.filters, **filters))["waiting"]
        return {line["label"]: line["value"] for line in card["lines"]}

    def test_calls_that_wait(self):
        """Visits of four days ago, called after three: due since yesterday."""
        for login in ("manager_a", "greedy_b"):
            self.users[login].tz = "Asia/Shanghai"
            found = self._counts(login)
            self.assertEqual((found["Calls Due"], found["Calls Overdue"]), (1, 1), login)
        found = self._counts("agent", dealer=self.dealer_a.id)
        self.assertEqual((found["Calls Due"], found["Attempts Today"]), (1, 0))
        call = self._taken(self._calls(self.visit_a, self.rule_centre), "agent")
        call._record("no_answer")
        found = self._counts("agent", dealer=self.dealer_a.id)
        self.assertEqual(found["Attempts Today"], 1)

    def test_attempts_by_hour(self):
        call = self._taken(self._calls(self.visit_a, self.rule_centre), "agent")
        call._record("no_answer")
        page = self._page("agent", dealer=self.dealer_a.id, **self.filters)
        [bar] = self._cards(page)["hours"]["bars"]
        self.assertEqual((bar["of"], bar["value"]), (1, 0))
        at = fields.Datetime.context_timestamp(self._as("agent", call), call.last_date)
        self.assertEqual(bar["label"], f"{at.hour:02}:00")
        self.assertNotIn("hours", self._cards(self._page("manager_a", **self.filters)))

    def test_notices_and_suspicions(self):
        self._brought_to("issued")
        late = self._brought_to("issued", self._notice(subject="Late"))
        self._notice(subject="A draft")
        late.sudo().with_context().flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_rectification SET deadline_on = %s WHERE id = %s",
            [self.today - timedelta(days=1), late.id],
        )
        self.env.invalidate_all()
        found = self._counts("auditor", dealer=self.dealer_a.id)
        opened, overdue = found["Open Rectification Notices"], found["Overdue Notices"]
        self.assertEqual((opened, overdue), (2, 1))
        # Dealers and call centre are told nothing of suspicions.
        for login in ("manager_a", "agent"):
            self.assertNotIn("satisfaction.flag", json.dumps(self._page(login)))
            self.assertNotIn("Suspicions to Judge", self._counts(login))
        self.assertIn("Suspicions to Judge", found)

    def test_each_figure_opens_its_records(self):
        self._brought_to("issued")
        call = self._taken(self._calls(self.visit_a, self.rule_centre), "agent")
        call._record("no_answer")
        dealers = self.env["crm.dealer"].search([], limit=12)
        asked = [("oem", {"role": "dealer", "dealer": dealer.id}) for dealer in dealers]
        for login, filters in (
            ("manager_a", {}), ("agent", {}), ("auditor", {}), ("oem", {}),
            ("auditor", {"region": self.region_north.id}), *asked,
        ):  # fmt: skip
            page = self._page(login, **self.filters, **filters)
            stored = () if page["filters"]["role"] == "dealer" else ("level",)
            with self.subTest(login=login, filters=filters):
                self.assertGreater(self._check_figures(login, page, stored), 5)


@tagged("post_install", "-at_install")
class TestCockpitTrend(CockpitChecks, WeakFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_answers()

    def test_months_of_a_dealer_equal_its_answers(self):
        cockpit = type(self.env["crm.cockpit"])
        programme = self.programme
        with patch.object(cockpit, "_trend_programmes", lambda _self: programme):
            page = self._page("manager_a", kind="month", begin="2026-06-01")
        self._check_figures("manager_a", page)
        card = self._cards(page)["trend"]
        self.assertEqual(card["labels"][-1], "2026-06")
        [series] = card["series"]
        scores = self.env["crm.satisfaction.score"].search(
            [("dealer_id", "=", self.dealer_a.id), ("kind", "=", "satisfaction"),
             ("factor_id", "=", False), ("version_id", "=", self.version.id)]
        )  # fmt: skip
        seen = 0
        for label, point in zip(card["labels"], series["points"], strict=True):
            month = scores.filtered(lambda row, label=label: f"{row.date:%Y-%m}" == label)
            if not month:
                self.assertIsNone(point)
                continue
            mean = sum(month.mapped("index_value")) / len(month)
            self.assertAlmostEqual(point["value"], mean, 6)
            self.assertEqual(point["n"], len(month))
            if point["low"] is not None:
                self.assertLess(point["low"], mean)
                self.assertGreater(point["high"], mean)
                seen += 1
        self.assertGreater(seen, 1)

    def test_a_dealer_sees_no_other_answers(self):
        cockpit = type(self.env["crm.cockpit"])
        programme = self.programme
        with patch.object(cockpit, "_trend_programmes", lambda _self: programme):
            page = self._page("greedy_b", kind="month", begin="2026-06-01")
        [series] = self._cards(page)["trend"]["series"]
        counted = sum(point["n"] for point in series["points"] if point)
        own = self.env["crm.satisfaction.score"].search_count(
            [("dealer_id", "=", self.dealer_b.id), ("kind", "=", "satisfaction"),
             ("factor_id", "=", False), ("version_id", "=", self.version.id),
             ("date", ">=", "2025-07-01"), ("date", "<", "2026-07-01")]
        )  # fmt: skip
        self.assertEqual(counted, own)
