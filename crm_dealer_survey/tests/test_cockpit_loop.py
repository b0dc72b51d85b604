"""Cockpits and Today: results, audits, plans, measures; nothing of others (P3, S6–S9)."""

import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tests.common_cockpit import CockpitChecks

from .common_assessment import AssessmentFactories
from .common_audit import AuditFactories
from .common_improvement import ImprovementFactories
from .common_training import TrainingFactories


class LoopChecks(CockpitChecks):
    """Lines of *What Waits*, figures of Today, queries of a page."""

    def _counts(self, login, **filters):
        card = self._cards(self._page(login, **filters))["waiting"]
        return {line["label"]: line["value"] for line in card["lines"]}

    def _today_of(self, login, name, dealer=None):
        dealer = self._as(login, dealer or self.dealer_a)
        dealer.invalidate_recordset()
        return dealer[f"today_{name}_count"], dealer[f"today_{name}_mine"]

    def _queries(self, login, **filters):
        self._page(login, **filters)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._page(login, **filters)
        return self.env.cr.sql_log_count - before

    def _check_pages(self, *pages):
        for login, filters in pages:
            page = self._page(login, **filters)
            stored = () if page["filters"]["role"] == "dealer" else ("level",)
            with self.subTest(login=login, filters=filters):
                self.assertGreater(self._check_figures(login, page, stored), 5)


@tagged("post_install", "-at_install")
class TestCockpitAssessment(LoopChecks, AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([9, 7, 6, 5, 2, None])
        cls._make_calls([4, 8, 6, 5, 2, None], cls.begins[1])

    def _tiles(self, login, **filters):
        return self._cards(self._page(login, **filters))["assessment"]["tiles"]

    def test_nothing_before_it_is_shown_and_nothing_of_others(self):
        assessment = self._brought_to("computed")
        for login in ("manager_a", "greedy_b"):
            self.assertFalse(self._tiles(login))
            self.assertEqual(self._counts(login)["Results Open to Appeal"], 0)
        self._as("oem", assessment).action_show()
        names = {line.dealer_id.name for line in assessment.line_ids}
        for login, dealer in (("manager_a", self.dealer_a), ("greedy_b", self.dealer_b)):
            line = self._line(assessment, dealer)
            [tile] = self._tiles(login)
            self.assertEqual(tile["open"]["id"], line.id)
            self.assertEqual((tile["value"], tile["rank"]), (line.score, [line.rank, 5]))
            text = json.dumps(self._page(login))
            for name in names - {dealer.name}:
                self.assertNotIn(name, text, login)
            # What is the manufacturer's to do is on no dealer's page.
            self.assertNotIn("crm_assessment_appeal", text)
            self.assertNotIn("crm_assessment_proposal", text)

    def test_one_result_of_each_policy_and_those_before(self):
        first = self._brought_to("published", self.begins[1])
        second = self._brought_to("shown")
        [tile] = self._tiles("manager_a")
        lines = [self._line(one, self.dealer_a) for one in (first, second)]
        self.assertEqual(tile["curve"], [line.score for line in lines])
        self.assertEqual(tile["trend"], "better")
        self.assertAlmostEqual(tile["change"], lines[1].change)
        self.assertEqual((tile["low"], tile["high"]), (lines[1].score_low, lines[1].score_high))
        earlier = self._tiles("manager_a", kind="quarter", begin=str(self.begins[1]))
        self.assertEqual([one["open"]["id"] for one in earlier], [lines[0].id])

    def test_days_left_to_appeal(self):
        assessment = self._brought_to("shown")
        card = self._cards(self._page("manager_a"))["assessment"]
        self.assertIn(str(assessment.appeal_until), card["note"])
        self.assertEqual(self._counts("manager_a")["Results Open to Appeal"], 1)
        mine = self._as("manager_a", self._line(assessment, self.dealer_a))
        self.env["crm.assessment.appeal"].with_user(self.users["manager_a"])._file(mine, "No")
        self.assertEqual(self._counts("manager_a")["Results Open to Appeal"], 0)
        self.assertEqual(self._counts("greedy_b")["Results Open to Appeal"], 1)
        self.assertFalse(self._cards(self._page("manager_a"))["assessment"]["note"])
        self._let_time_pass(assessment)
        self.assertEqual(self._counts("greedy_b")["Results Open to Appeal"], 0)
        for login in ("oem", "auditor"):
            found = self._counts(login, region=self.region_north.id)
            self.assertEqual(found["Appeals to Answer"], 1)
            found = self._counts(login, region=self.region_south.id)
            self.assertEqual(found["Appeals to Answer"], 0)
            self.assertEqual(self._today_of(login, "appeal"), (1, int(login == "oem")))
        for login in ("manager_a", "greedy_b", "agent", "sales_a"):
            self.assertEqual(self._today_of(login, "appeal"), (0, 0), login)

    def test_what_waits_at_the_manufacturer(self):
        before = self._counts("oem")
        first = self._brought_to("published", self.begins[1])
        second = self._brought_to("computed")
        found = self._counts("oem")
        proposals = first.proposal_ids
        grown = {
            "Assessments to Show to Dealers": 1,
            "Proposals to Decide": len(proposals),
            "Of Them Not Significant: a Reason Is Needed": len(
                proposals.filtered(lambda one: one.significance == "no")
            ),
        }
        self.assertTrue(proposals)
        for label, count in grown.items():
            self.assertEqual(found[label] - before[label], count, label)
        self._as("oem", second).action_show()
        self._let_time_pass(second)
        later = self._counts("oem")
        self.assertEqual(later["Assessments to Publish"] - before["Assessments to Publish"], 1)
        self.assertNotIn("Assessments to Publish", self._counts("auditor"), "of the network")

    def test_each_figure_opens_its_records_and_as_many_queries(self):
        self._brought_to("published", self.begins[1])
        self._brought_to("shown")
        pages = [("manager_a", {}), ("greedy_b", {}), ("auditor", {}), ("oem", {}),
                 ("auditor", {"region": self.region_north.id}),
                 ("oem", {"role": "dealer", "dealer": self.dealer_a.id})]  # fmt: skip
        few = [self._queries(login, **filters) for login, filters in pages]
        for begin in self.begins[2:]:
            self._make_calls([4, 8, 6, 5, 2, None], begin)
            self._brought_to("published", begin)
        self._check_pages(*pages)
        many = [self._queries(login, **filters) for login, filters in pages]
        for (login, _filters), less, more in zip(pages, few, many, strict=True):
            self.assertLessEqual(more, less + 1, login)


@tagged("post_install", "-at_install")
class TestCockpitAudit(LoopChecks, AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def _tiles(self, login):
        return self._cards(self._page(login))["audits"]["tiles"]

    def test_only_what_is_announced_or_released(self):
        audit, mystery = self._audit(), self._done(self._mystery())
        for login in ("manager_a", "greedy_b"):
            self.assertFalse(self._tiles(login))
            self.assertEqual(self._counts(login)["Announced Audits"], 0)
            self.assertNotIn("crm_audit_action", json.dumps(self._page(login)))
        self._as("auditor", audit).is_announced = True
        self.assertEqual(self._counts("manager_a")["Announced Audits"], 1)
        [tile] = self._tiles("manager_a")
        self.assertEqual((tile["open"]["id"], tile["value"]), (audit.id, None))
        self._as("oem", mystery).action_release()
        tile = self._tiles("manager_a")[1]
        self.assertEqual((tile["open"]["id"], tile["value"]), (mystery.id, mystery.score))
        self.assertNotIn(self.users["auditor"].name, json.dumps(self._page("manager_a")))
        self.assertFalse(self._tiles("greedy_b"))

    def test_audits_and_verifications_that_wait(self):
        before = self._counts("auditor")
        last = self.today.replace(day=1) + relativedelta(months=1, days=-1)
        self._audit(planned_on=last)
        self._audit(planned_on=last + timedelta(days=1))
        self._audit(planned_on=self.today - timedelta(days=1))
        self._sold(30)
        sample = self._sample()
        self._as("auditor", sample).action_draw()
        found = self._counts("auditor", region=self.region_north.id)
        grown = {"Audits to Come This Month": 1, "Audits Overdue": 1,
                 "Verifications to Finish": 1}  # fmt: skip
        north = self._counts("auditor", region=self.region_south.id)
        for label, count in grown.items():
            self.assertEqual(found[label], count, label)
            self.assertLessEqual(north[label], before[label], label)

    def test_the_call_centre_sees_what_is_given_to_it(self):
        self._sold(30)
        sample = self._sample()
        self._as("auditor", sample).action_draw()
        self.assertEqual(self._counts("agent")["Sold Vehicles to Verify"], 0)
        lines = sample.line_ids.sorted("place")
        self._as("auditor", lines[:3]).user_id = self.users["agent"]
        self.assertEqual(self._counts("agent")["Sold Vehicles to Verify"], 3)
        self.assertEqual(self._today_of("agent", "verify"), (3, 3))
        self.assertEqual(self._today_of("auditor", "verify"), (len(lines), 0))
        self.users["greedy_b"].group_ids |= self.env.ref("crm_dealer_grading.group_call_centre")
        for login in ("manager_a", "sales_a", "greedy_b"):
            self.assertEqual(self._today_of(login, "verify"), (0, 0), login)
        self._check_pages(("agent", {}), ("auditor", {}), ("manager_a", {}))
        self._as("auditor", sample).action_cancel()
        self.assertEqual(self._counts("agent")["Sold Vehicles to Verify"], 0)


@tagged("post_install", "-at_install")
class TestCockpitPlans(LoopChecks, ImprovementFactories, TrainingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    def test_measures_by_who_is_late(self):
        plan = self._brought_to("do")
        late = self._measure(plan, deadline_on=self.today - timedelta(days=1))
        self._measure(plan, deadline_on=self.today + timedelta(days=7))
        self._measure(plan, deadline_on=self.today + timedelta(days=8))
        found = self._counts("manager_a")
        self.assertEqual((found["Measures Overdue"], found["Measures Due in Seven Days"]), (1, 1))
        self.assertNotIn("Measures Due", found, "of Today: said in more detail")
        other = self._counts("greedy_b")
        self.assertEqual((other["Measures Overdue"], other["Measures Due in Seven Days"]), (0, 0))
        for login in ("auditor", "oem"):
            counted = self._counts(login, region=self.region_north.id)["Measures Overdue"]
            self.assertEqual(counted, 1)
            bars = self._cards(self._page(login, region=self.region_north.id))["improvement"]
            self.assertEqual([bar["value"] for bar in bars["bars"]], [1])
        [bar] = self._cards(self._page("manager_a"))["improvement"]["bars"]
        self.assertEqual(bar["value"], 1)
        self.assertFalse(self._cards(self._page("greedy_b"))["improvement"]["bars"])
        late.with_user(self.users["sales_a"]).result = "Done"
        late.with_user(self.users["sales_a"]).action_finish()
        self.assertEqual(self._counts("manager_a")["Measures Overdue"], 0)
        self._check_pages(("manager_a", {}), ("auditor", {}), ("oem", {}))

    def test_certificates_and_trainings(self):
        before = self._counts("manager_a")["Certificates Missing or Expired"]
        self._set_up_training_here()
        found = self._counts("manager_a")["Certificates Missing or Expired"]
        self.assertEqual(found - before, 2, "two people of dealer A need the course")
        session = self._session("announced", ["sales_a", "sales_b"],
                                date_begin=self.env.cr.now() + timedelta(days=2))  # fmt: skip
        self.assertEqual(len(session.participant_ids), 2)
        self.assertEqual(self._today_of("sales_a", "training"), (1, 1))
        self.assertEqual(self._today_of("manager_a", "training"), (1, 0))
        self.assertEqual(self._today_of("sales_b", "training"), (0, 0))
        self.assertEqual(self._today_of("greedy_b", "training"), (0, 0))
        self.assertEqual(self._today_of("oem", "training"), (1, 0))

    def _set_up_training_here(self):
        """As ``_set_up_training`` does, in the network that is there."""
        cls = type(self)
        cls.Participant = self.env["crm.training.participant"]
        cls.Session = self.env["crm.training.session"]
        cls.Person = self.env["crm.training.person"]
        cls.role = self.env["crm.training.role"].create({"name": "Test job"})
        cls.course = self._course(role_ids=self.role.ids)
        cls.people = {name: self._person(name) for name in ("sales_a", "manager_a", "sales_b")}
        for person in self.people.values():
            person.role_id = self.role
        self.env.flush_all()

    def test_targets_of_the_year(self):
        kpi = self.env.ref("crm_dealer_survey.kpi_improvement_done")
        year = self.today.year
        plans = self.env["crm.year.plan"].with_user(self.users["manager_a"])
        missing = self._counts("oem", region=self.region_north.id)
        plan = plans.search([("year", "=", year)]) or plans.create(
            {"year": year, "dealer_id": self.dealer_a.id,
             "target_ids": [(0, 0, {"kpi_id": kpi.id, "target": 80})]}
        )  # fmt: skip
        found = self._counts("oem", region=self.region_north.id)
        label = "Dealers without a Plan of the Year"
        self.assertEqual(missing[label] - found[label], 1)
        begin = {"kind": "year", "begin": f"{year}-01-01"}
        self.assertFalse(self._cards(self._page("manager_a", **begin))["targets"]["bars"])
        plan._step("submit")
        plan.with_user(self.users["oem"])._step("approve")
        self.env["crm.kpi.value"].create(
            {"kpi_id": kpi.id, "level": "dealer", "dealer_id": self.dealer_a.id,
             "region_id": self.region_north.id, "period_kind": "year", "period": f"{year}-01-01",
             "value": 78, "has_value": True, "told_dealers": 0}
        )  # fmt: skip
        self.env.flush_all()
        [bar] = self._cards(self._page("manager_a", **begin))["targets"]["bars"]
        self.assertEqual((bar["label"], bar["value"]), ("Nearly", 1))
        self.assertFalse(self._cards(self._page("greedy_b", **begin))["targets"]["bars"])
        self._check_pages(("manager_a", begin), ("oem", begin))
