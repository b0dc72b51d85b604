"""No dealer learns anything of a simulation, by any route; denials first (S9)."""

import json

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_assessment import AssessmentFactories

MODELS = ("crm.assessment.simulation", "crm.assessment.simulation.period",
          "crm.assessment.simulation.line")  # fmt: skip
DEALERS = ("manager_a", "greedy_b", "sales_a", "sales_b", "homeless")


@tagged("post_install", "-at_install")
class TestSimulationAccess(AssessmentFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([10, 7, 6, 5, 2, None])
        cls.assessment = cls._brought_to("published")
        action = cls.policy.with_user(cls.users["oem"]).action_try_out()
        cls.simulation = cls.env["crm.assessment.simulation"].browse(action["res_id"])
        cls.trial = cls.simulation.policy_id
        cls.trial.rule_ids.filtered(lambda one: one.kind == "fine").amount = 500
        cls.simulation.with_user(cls.users["oem"]).action_run()
        cls.records = (cls.simulation, cls.simulation.period_ids, cls.simulation.line_ids)

    def test_who_has_no_role_has_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        named = ("clerk", "credit", "agent", "sales_a", "sales_b", "manager_a", "homeless")
        for user in (portal, public, *(self.users[name] for name in named)):
            for records in self.records:
                seen = records.with_user(user)
                self.assertFalse(seen.browse().has_access("read"), (user.login, records._name))
                for read in self._reads(seen):
                    with self.assertRaises(AccessError):
                        read()
                user.group_ids |= self.env.ref("base.group_allow_export")
                with self.assertRaises(AccessError):
                    seen.export_data(["id", "display_name"])

    @staticmethod
    def _reads(records):
        """Each route by which a client reads."""
        return (
            lambda: records.read(),
            lambda: records.search([]),
            lambda: records.search_count([]),
            lambda: records.search_read([], ["id"]),
            lambda: records.web_search_read([], {"display_name": {}}),
            lambda: records.web_read({"display_name": {}}),
            lambda: records._read_group([], [], ["__count"]),
            lambda: records.formatted_read_group([], ["company_id"], ["__count"]),
            lambda: records.name_search(""),
            lambda: records[:1].display_name,
            lambda: records[:1].copy(),
        )

    def test_a_dealer_with_the_manufacturers_roles_sees_nothing_either(self):
        """Who is scoped to dealers is a dealer, whatever else."""
        greedy = self.users["greedy_b"]
        for role in ("group_oem_auditor", "group_oem_manager"):
            greedy.group_ids |= self.env.ref(f"crm_dealer_grading.{role}")
        greedy.group_ids |= self.env.ref("base.group_allow_export")
        for records in self.records:
            mine = records.with_user(greedy)
            self.assertFalse(mine.search([]))
            self.assertEqual(mine.search_count([]), 0)
            self.assertFalse(mine.name_search(""))
            self.assertEqual(mine._read_group([], [], ["__count"]), [(0,)])
            for read in (
                lambda mine=mine: mine.read(),
                lambda mine=mine: mine.web_read({"display_name": {}}),
                lambda mine=mine: mine.export_data(["display_name"]),
                lambda mine=mine: mine[:1].display_name,
                lambda mine=mine: mine.write({"note": "x"}),
                lambda mine=mine: mine.unlink(),
            ):
                with self.assertRaises(AccessError):
                    read()

    def test_no_path_leads_from_what_dealers_read_to_it(self):
        """Domains over relations, fields and messages."""
        lines = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        for path in ("policy_id.simulation_ids.name", "assessment_id.policy_id.trial_of_id",
                     "policy_id.simulation_ids.line_ids.money_after"):  # fmt: skip
            with self.subTest(path=path):
                try:
                    self.assertFalse(lines.search([(path, "!=", False)]))
                except (AccessError, ValueError):
                    continue
        self.assertEqual(len(lines.search([])), 1)
        for model in MODELS:
            messages = self.env["mail.message"].search([("model", "=", model)])
            self.assertFalse(messages)

    def test_whatever_a_client_can_call(self):
        """Buttons, defaults, onchange; by everybody but the manufacturer's manager."""
        for login in (*DEALERS, "agent", "credit", "clerk", "auditor"):
            simulation = self._as(login, self.simulation)
            trial, policy = self._as(login, self.trial), self._as(login, self.policy)
            for call in (
                simulation.action_run, simulation.action_use_policy, trial.action_use,
                policy.action_try_out, lambda s=simulation: s.write({"name": "x"}),
                lambda s=simulation: s.create({"name": "x", "policy_id": self.trial.id}),
                simulation.unlink, simulation.copy,
            ):  # fmt: skip
                with self.subTest(login=login, call=call), self.assertRaises(AccessError):
                    call()
        self.assertTrue(self.simulation.exists())
        self.assertTrue(self.trial.trial_of_id)

    def test_private_methods_are_not_for_clients(self):
        self.authenticate("oem", "oem")
        for model, method in (
            (MODELS[0], "_cron_run"), (MODELS[0], "_run_next"), (MODELS[0], "_load_demo"),
            (MODELS[0], "_clear"), (MODELS[1], "_replay"), (MODELS[2], "_stepping"),
            ("crm.assessment.policy", "_make_trial"),
        ):  # fmt: skip
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps({"params": {
                        "model": model, "method": method, "args": [[]], "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()  # fmt: skip
            self.assertIn("error", answer, (model, method))

    def test_nobody_writes_results(self):
        """Not even the manager, nor by a context or defaults that a client sends."""
        mine = self._as("oem", self.simulation)
        forged = mine.with_context(
            crm_assessment_step=True, default_state="done", default_gain_count=9,
            default_line_ids=[(0, 0, {"dealer_id": self.dealer_a.id})],
        )  # fmt: skip
        for vals in ({"state": "done"}, {"gain_count": 9}, {"policy_json": "{}"},
                     {"line_ids": [(5,)]}):  # fmt: skip
            with self.assertRaises(AccessError):
                forged.write(vals)
        made = forged.create({"name": "x", "policy_id": self.trial.id, "money_after": 5})
        self.assertEqual((made.state, made.gain_count, made.money_after), ("draft", 0, 0))
        self.assertFalse(made.sudo().line_ids)
        for records in self.records[1:]:
            for change in (
                lambda r=records: self._as("oem", r).write({"money_after": 5}),
                lambda r=records: r.write({"money_after": 5}),
                lambda r=records: self._as("oem", r).unlink(),
                lambda r=records: self._as("oem", r).copy(),
            ):
                with self.assertRaises(AccessError):
                    change()

    def test_auditors_read_all_and_change_nothing(self):
        for records in self.records:
            seen = self._as("auditor", records)
            self.assertTrue(seen.search([]).read())
            for operation in ("write", "create", "unlink"):
                self.assertFalse(seen.has_access(operation))
        self.assertTrue(self._as("auditor", self.simulation.line_ids[0]).follows_after)
        self.assertFalse(self._as("auditor", self.simulation).is_outdated)

    def test_other_companies_see_nothing_of_it(self):
        company = self.env["res.company"].create({"name": "Another Manufacturer"})
        user = self.users["oem"]
        user.company_ids |= company
        for model in MODELS:
            there = self.env[model].with_user(user).with_context(allowed_company_ids=company.ids)
            self.assertFalse(there.search([]), model)

    def test_dealers_assessments_are_as_before(self):
        """What the dealer reads of the own result and screens does not change by a simulation."""
        mine = self._as("manager_a", self._line(self.assessment, self.dealer_a))
        self.assertEqual(mine.score, 100)
        self.assertEqual(self.assessment._differences(), [])
        with self.assertRaises(AccessError):
            self._as("manager_a", self.simulation.line_ids).mapped("money_after")

    def test_screens_open_for_who_may(self):
        for login in ("auditor", "oem"):
            for model in MODELS[::2]:
                records = self.env[model].with_user(self.users[login])
                kinds = ("list", "form", "search")
                found = records.get_views([(False, kind) for kind in kinds])["views"]
                self.assertEqual(found.keys(), set(kinds))
