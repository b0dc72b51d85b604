"""A dealer tries to read others' results by every route; denials first (S9)."""

import json

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_assessment import AssessmentFactories

FOR_OEM = ("crm.assessment", "crm.assessment.policy", "crm.assessment.component",
           "crm.assessment.rule", "crm.assessment.step")  # fmt: skip
RESULTS = ("crm.assessment.line", "crm.assessment.part", "crm.assessment.proposal",
           "crm.assessment.appeal")  # fmt: skip
DEALERS = ("manager_a", "greedy_b", "sales_a", "sales_b", "homeless")


@tagged("post_install", "-at_install")
class TestAssessmentAccess(AssessmentFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([10, 7, 6, 5, 2, None])
        cls.assessment = cls._brought_to("published")
        cls.next = cls._assessment(cls.begins[1])
        cls.next.with_user(cls.users["oem"]).compute()
        cls.mine = cls._line(cls.assessment, cls.dealer_a)
        cls.others = cls.assessment.line_ids - cls.mine
        cls.rival = cls._line(cls.assessment, cls.dealers[4])

    def test_who_has_no_role_has_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        users = [portal, public, *(self.users[n] for n in ("clerk", "credit", "agent", "sales_a"))]
        for user in users:
            for model in (*FOR_OEM, *RESULTS, "crm.assessment.dialog"):
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )

    def test_what_is_the_manufacturers_no_dealer_sees(self):
        """Greedy: with an additional role of the manufacturer too."""
        self.users["greedy_b"].group_ids |= self.env.ref("crm_dealer_grading.group_oem_auditor")
        for login in DEALERS:
            for model in FOR_OEM:
                records = self.env[model].with_user(self.users[login])
                if records.has_access("read"):
                    self.assertFalse(records.search([]), (login, model))
                with self.assertRaises(AccessError):
                    self.env[model].search([], limit=1).with_user(self.users[login]).read()

    def test_only_own_results(self):
        """Search, read, count, groups, names, exports, and fields of relations."""
        self.users["manager_a"].group_ids |= self.env.ref("base.group_allow_export")
        mine = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        self.assertEqual(mine.search([]), self.mine)
        self.assertEqual(mine.search_count([]), 1)
        self.assertEqual(mine.name_search("")[0][0], self.mine.id)
        self.assertEqual(len(mine.name_search("")), 1)
        groups = mine._read_group([], ["dealer_id"], ["score:sum", "score:max", "__count"])
        self.assertEqual(groups, [(self.dealer_a, 100, 100, 1)])
        [group] = mine.formatted_read_group([], ["begin:year"], ["score:avg", "rank:count"])
        self.assertEqual(group["score:avg"], 100)
        for line in self.others:
            foreign = line.with_user(self.users["manager_a"])
            for read in (
                lambda line=foreign: line.read(["score"]),
                lambda line=foreign: line.score,
                lambda line=foreign: line.export_data(["score", "dealer_id/name"]),
                lambda line=foreign: line.web_read({"score": {}}),
                lambda line=foreign: line.display_name,
                lambda line=foreign: line.copy(),
                foreign.action_appeal,
            ):
                with self.assertRaises(AccessError):
                    read()
        self.assertEqual(mine.search([("score", "<", 100)]), mine.browse())
        exported = mine.search([]).export_data(["dealer_id/name", "score"])["datas"]
        self.assertEqual(exported, [["Test Dealer A", 100.0]])

    def test_only_own_parts_proposals_and_appeals(self):
        for model in RESULTS[1:]:
            for login, dealer in (("manager_a", self.dealer_a), ("greedy_b", self.dealer_b)):
                seen = self.env[model].with_user(self.users[login]).search([])
                self.assertLessEqual(seen.dealer_id, dealer, (model, login))
        foreign = self.assessment.proposal_ids.filtered(lambda p: p.dealer_id != self.dealer_a)
        for record in (*foreign, *self.others.part_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.users["manager_a"]).read()

    def test_domains_tell_nothing_of_others(self):
        """By path from what the dealer may read to what it may not."""
        mine = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        paths = (
            [("assessment_id.line_ids.score", "<", 50)],
            [("policy_id.assessment_ids.line_ids.dealer_id.code", "=", "T-E")],
            [("assessment_id.inputs_json", "ilike", "T-E")],
            [("assessment_id.proposal_ids.kind", "=", "fine")],
            [("detail", "ilike", "x")],
        )
        for path in paths:
            with self.subTest(path=path):
                try:
                    self.assertFalse(mine.search(path))
                except AccessError:
                    continue
        dealers = self._as("manager_a", self.dealers)
        counts = dealers._filtered_access("read").mapped("assessment_line_count")
        self.assertEqual(sum(counts), 1)

    def test_threshold_and_detail_are_not_for_dealers(self):
        """The threshold is another dealer's score."""
        proposal = self.assessment.proposal_ids.filtered(lambda p: p.dealer_id == self.dealer_a)
        mine = proposal.with_user(self.users["manager_a"])
        for records, names in (
            (mine, ("threshold", "facts_json", "rule_id")),
            (self._as("manager_a", self.mine), ("detail",)),
        ):
            for name in names:
                with self.assertRaises(AccessError):
                    records.read([name])
                with self.assertRaises(AccessError):
                    records.search([(name, "!=", False)])
            told = records.read()[0]
            self.assertFalse(set(names) & told.keys())
        self.assertEqual(proposal.threshold, "60")
        self.assertNotIn("60", mine.reason)

    def test_nothing_before_it_is_shown(self):
        seen = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        domain = Domain("begin", "=", self.begins[1])
        self.assertFalse(seen.search(domain))
        self._as("oem", self.next).action_show()
        self.assertEqual(seen.search(domain).dealer_id, self.dealer_a)
        self._as("oem", self.next)._step("take_back", "Too early")
        self.assertFalse(seen.search(domain))

    def test_who_left_the_dealer_sees_nothing_at_once(self):
        seen = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        self.assertTrue(seen.search([]))
        self.dealer_a.manager_id = False
        self.dealer_a.user_ids -= self.users["manager_a"]
        self.assertFalse(seen.search([]))

    def test_whatever_a_client_can_call(self):
        """Each public method of the models, for a foreign result; forged dialogs too."""
        rival = self.rival.with_user(self.users["manager_a"])
        proposal = self.assessment.proposal_ids.filtered(lambda p: p.dealer_id == self.dealers[4])
        foreign = [
            rival.action_open_appeal, rival.action_appeal,
            proposal.with_user(self.users["manager_a"]).action_approve,
            proposal.with_user(self.users["manager_a"]).action_reject,
            self._as("manager_a", self.assessment).compute,
            self._as("manager_a", self.assessment).action_check,
            self._as("manager_a", self.assessment).action_open_lines,
            self._as("manager_a", self.policy).action_new_version,
        ]  # fmt: skip
        for call in foreign:
            with self.subTest(call=call.__name__):
                try:
                    told = call()
                except (AccessError, UserError):
                    continue
                self.assertNotIn(self.rival.display_name, str(told))
        dialogs = self.env["crm.assessment.dialog"].with_user(self.users["manager_a"])
        for vals in (
            {"line_id": rival.id}, {"assessment_id": self.assessment.id},
            {"proposal_ids": [(6, 0, proposal.ids)]},
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                dialogs.create({"kind": "appeal", "reason": "x", **vals})
            with self.assertRaises(AccessError):
                dialogs.onchange(vals, [], {n: {"fields": {"display_name": {}}} for n in vals})

    def test_private_methods_are_not_for_clients(self):
        self.authenticate("manager_a", "manager_a")
        for model, method in (
            ("crm.assessment", "_store"), ("crm.assessment", "_step"),
            ("crm.assessment.policy", "_inputs"), ("crm.assessment.proposal", "_step"),
            ("crm.assessment.appeal", "_file"), ("crm.assessment.line", "_stepping"),
        ):  # fmt: skip
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps({"params": {
                        "model": model, "method": method, "args": [[]], "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()  # fmt: skip
            self.assertIn("error", answer, (model, method))

    def test_print(self):
        """The own result prints, without any other dealer; another's does not."""
        reports = self.env["ir.actions.report"].with_user(self.users["manager_a"])
        body = reports._render_qweb_html("crm_dealer_survey.assessment_line", self.mine.ids)[0]
        text = html.fromstring(body).text_content()
        self.assertIn("Test Dealer A", text)
        self.assertIn("1 of 5", " ".join(text.split()))
        self.assertIn(self.assessment.result_hash, text)
        for dealer in self.dealers - self.dealer_a:
            self.assertNotIn(dealer.name, text)
        for name, ids in (("assessment_line", self.rival.ids),
                          ("assessment_ranking", self.assessment.ids)):  # fmt: skip
            with self.assertRaises(AccessError):
                reports._render_qweb_html(f"crm_dealer_survey.{name}", ids)
        ranking = self.env["ir.actions.report"].with_user(self.users["auditor"])
        body = ranking._render_qweb_html(
            "crm_dealer_survey.assessment_ranking", self.assessment.ids
        )[0]
        self.assertIn(b"Test Dealer E", body)

    def test_nobody_writes_results(self):
        for login in ("manager_a", "auditor", "oem"):
            for record in (self.mine, self.mine.part_ids[0], self.assessment.proposal_ids[0]):
                mine = record.with_user(self.users[login])
                with self.assertRaises(AccessError):
                    mine.write({"dealer_id": self.dealer_b.id})
                with self.assertRaises(AccessError):
                    mine.unlink()

    def test_auditors_read_all_and_change_nothing(self):
        for model in (*FOR_OEM, *RESULTS):
            records = self.env[model].with_user(self.users["auditor"])
            records.search([]).read()
            for operation in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(operation), (model, operation))
        self.assertEqual(
            self._as("auditor", self.assessment).action_check()["params"]["type"], "success"
        )

    def test_other_companies_see_nothing_of_it(self):
        company = self.env["res.company"].create({"name": "Another Manufacturer"})
        user = self.users["oem"]
        user.company_ids |= company
        for model in (*FOR_OEM, *RESULTS[:3]):
            there = self.env[model].with_user(user).with_context(allowed_company_ids=company.ids)
            self.assertFalse(there.search([]), model)

    def test_a_dealer_that_is_a_company_of_its_own_reads_its_results(self):
        company = self.env["res.company"].create({"name": "Dealer A Ltd"})
        self.dealer_a.company_id = company
        self.users["manager_a"].write({"company_ids": [(6, 0, company.ids)],
                                       "company_id": company.id})  # fmt: skip
        mine = self._as("manager_a", self.mine)
        self.assertEqual((mine.score, mine.policy_id.sudo()), (100, self.policy))
        self.assertTrue(mine.part_ids and mine.proposal_ids.mapped("currency_id.name"))

    def test_screens_open_for_who_may(self):
        for login, models in (("manager_a", RESULTS), ("auditor", (*FOR_OEM[:2], *RESULTS)),
                              ("oem", (*FOR_OEM[:2], *RESULTS))):  # fmt: skip
            for model in models:
                records = self.env[model].with_user(self.users[login])
                views = [(False, kind) for kind in ("list", "form", "search")]
                found = records.get_views(views)["views"]
                self.assertEqual(found.keys(), {"list", "form", "search"})
