"""Ratio and success against plain Python; each role opens each screen (S3)."""

import random
from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common_followup import FollowupFactories

RESULTS = ("reached", "no_answer", "refused", "wrong_number", "later")


@tagged("post_install", "-at_install")
class TestFollowupReport(FollowupFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_followup()
        rng = random.Random(7)
        cls.Call.search([]).unlink()
        cls.Call.create([cls._drawn(rng, number) for number in range(300)])
        cls.env.flush_all()

    @classmethod
    def _drawn(cls, rng, number):
        """Values of any call."""
        rule = rng.choice((cls.rule, cls.rule_centre))
        dealer, customer = rng.choice(
            ((cls.dealer_a, cls.customer_a), (cls.dealer_b, cls.customer_b))
        )
        due = cls.today - timedelta(rng.randrange(-10, 70))
        attempts = rng.randrange(4)
        state = rng.choice(("due", "done", "unreachable", "lapsed", "withdrawn"))
        return {
            "rule_id": rule.id,
            "caller": rule.caller,
            "event_key": f"visit:-{number}",
            "partner_id": customer.id,
            "dealer_id": dealer.id,
            "company_id": cls.env.company.id,
            "event_date": due - timedelta(3),
            "date_due": due,
            "date_next": fields.Datetime.to_datetime(due),
            "lapses_on": due + timedelta(7),
            "state": state,
            "attempt_count": attempts,
            "last_result": rng.choice(RESULTS) if attempts else False,
        }

    def _expected(self, calls, key):
        groups = defaultdict(lambda: [0, 0, 0])
        for call in calls:
            if call.state == "withdrawn" or (
                call.date_due > self.today and not call.attempt_count
            ):
                continue
            group = groups[key(call)]
            group[0] += 1
            group[1] += call.attempt_count > 0
            group[2] += call.state == "done" and call.last_result == "reached"
        return {name: (n, m, r, m / n, r / n) for name, (n, m, r) in groups.items()}

    def test_ratios_equal_the_oracle(self):
        keys = {
            "dealer_id": lambda call: call.dealer_id,
            "rule_id": lambda call: call.rule_id,
            "date_due:month": lambda call: call.date_due.replace(day=1),
        }
        measures = ["due:sum", "made:sum", "reached:sum", "made_rate:avg", "reached_rate:avg"]
        for login in ("agent", "auditor", "oem", "manager_a", "greedy_b"):
            calls = self._as(login, self.Call).search([])
            report = self._as(login, self.env["crm.followup.report"])
            for group, key in keys.items():
                rows = report._read_group([], [group], measures)
                wanted = self._expected(calls, key)
                self.assertEqual({row[0] for row in rows}, set(wanted))
                for name, *figures in rows:
                    for figure, right in zip(figures, wanted[name], strict=True):
                        self.assertAlmostEqual(figure, right)

    def test_each_role_opens_each_screen(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            env = self._as(login)
            for name in ("call", "report", "rule"):
                model = env[f"crm.followup.{name}"]
                if not model.has_access("read"):
                    continue
                action = env["ir.actions.act_window"]._for_xml_id(
                    f"crm_dealer_survey.crm_followup_{name}_action"
                )
                with self.subTest(login=login, name=name):
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {field: {} for field in names if field in model._fields}
                    self.assertTrue(model.web_search_read([], spec, limit=5)["records"])
                    self.assertIn("o_view_nocontent", action["help"])
            if env["crm.followup.desk"].has_access("read"):
                env["crm.followup.desk"].get_views([(False, "form")])

    def test_buttons_count_in_constant_queries(self):
        self.visit = self._done_visit(self.vehicle_a)
        for record, wanted in ((self.visit, 2), (self.customer_b, None)):
            count = self._as("agent", record).followup_call_count
            found = self._as("agent", self.Call).search_count(
                [*record.action_open_followup_calls()["domain"], ("state", "!=", "withdrawn")]
            )
            self.assertEqual(count, found)
            self.assertIn(wanted, (None, count))
        partners = self.env["res.partner"].search([], limit=100)
        for records in (partners[:1], partners):
            self.env.invalidate_all()
            with self.assertQueryCount(2):  # the companies of contacts, and all the counts
                records.mapped("followup_call_count")

    def test_lists_read_in_constant_queries(self):
        calls = self._as("sales_a", self.Call)
        names = ["partner_id", "partner_phone", "may_call", "script", "display_name"]
        counts = []
        for limit in (2, 80):
            self.env.invalidate_all()
            self.env.user.has_group("base.group_user")
            before = self.env.cr.sql_log_count
            calls.search([], limit=limit).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
