"""Who sees suspicions and decides on them (denials first); screens of those who do."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tests.common_rpc import RpcCalls

from .common_check import CheckFactories

OURS = ("crm.satisfaction.flag", "crm.satisfaction.check", "crm.satisfaction.check.run")
DENIED = ("sales_a", "manager_a", "greedy_b", "homeless", "credit", "agent", "clerk")
SCREENS = (
    "crm_satisfaction_flag_action",
    "crm_satisfaction_check_action",
    "crm_satisfaction_check_run_action",
)


class AccessSetUp(CheckFactories):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        # Both worlds: a dealer's manager who is an auditor and a manager of the manufacturer.
        cls.double = new_test_user(
            cls.env,
            "double",
            groups="crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager",
            dealer_ids=cls.dealer_a.ids,
        )
        cls.answer = cls._reply(cls._people(cls.dealer_a), seconds=3)
        cls.flags._check_answers(SQL("i.id = %s", cls.answer.id))
        cls.flag = cls.flags.search([("user_input_id", "=", cls.answer.id)])
        cls.env["crm.satisfaction.check.run"]._begin_tonight()
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestAccess(AccessSetUp, TransactionCase):
    def test_dealers_and_call_centre_see_nothing(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        users = [self.users[login] for login in DENIED]
        for user in (*users, portal, self.env.ref("base.public_user")):
            for model in OURS:
                with self.subTest(user=user.login, model=model):
                    records = self.env[model].with_user(user)
                    self.assertFalse(records.has_access("read"))
                    with self.assertRaises(AccessError):
                        records.search([])
            with self.assertRaises(AccessError):
                self.flag.with_user(user).read(["words"])

    def test_a_dealers_manager_with_more_roles_sees_nothing(self):
        for model in OURS:
            self.assertFalse(self.env[model].with_user(self.double).search([]), model)
        with self.assertRaises(AccessError):
            self.flag.with_user(self.double)._dismiss("Ours")

    def test_what_hangs_on_other_records_is_hidden(self):
        """Counters, flags of an answer, groups and filters by them."""
        for login in ("manager_a", "agent"):
            answer = self._as(login, self.answer)
            self.assertTrue(answer.has_access("read"))
            for name in ("satisfaction_flag_ids", "satisfaction_flag_count"):
                with self.assertRaises(AccessError):
                    answer.read([name])
                self.assertNotIn(name, answer.fields_get())
            with self.assertRaises(AccessError):
                answer.search([("satisfaction_flag_ids", "!=", False)])
            with self.assertRaises(AccessError):
                self._as(login, self.dealer_a).read(["satisfaction_flag_count"])
            for model, view in (
                ("survey.user_input", "survey_user_input_view_form"),
                ("survey.user_input", "survey_user_input_view_list"),
                ("crm.satisfaction.version", "crm_satisfaction_version_view_form"),
                ("crm.satisfaction.programme", "crm_satisfaction_programme_view_form"),
            ):
                view_id = self.env.ref(f"crm_dealer_survey.{view}").id
                kind = "list" if "list" in view else "form"
                arch = self.env[model].with_user(self.users[login]).get_view(view_id, kind)["arch"]
                self.assertNotIn("flag", arch, (login, view))

    def test_buttons_of_others_do_nothing(self):
        for login in (*DENIED, "auditor"):
            answer, flag = self._as(login, self.answer), self._as(login, self.flag)
            for step in (
                flag.action_leave_out,
                flag.action_confirm,
                flag.action_dismiss,
                flag.action_count_again,
                flag.action_reopen,
                lambda flag=flag: flag._confirm("x", "y"),
                lambda flag=flag: flag._dismiss("x"),
                answer.action_leave_out_flagged,
                answer.action_dismiss_flagged,
                answer.action_count_flagged_again,
                self._as(login, self.version).action_check_now,
                self._as(login, self.programme).action_check_now,
                self._as(login, self.env["crm.satisfaction.check.run"]).action_check_all,
                lambda flag=flag: flag.write({"state": "dismissed"}),
            ):
                with self.subTest(login=login), self.assertRaises(AccessError):
                    step()
        self.assertEqual(self.flag.state, "new")

    def test_nobody_writes_flags_or_runs(self):
        runs = self.env["crm.satisfaction.check.run"].search([], limit=1)
        for login in ("auditor", "oem"):
            for record in (self.flag, runs):
                record = self._as(login, record)
                for attempt in (
                    lambda record=record: record.write({"create_uid": 1}),
                    record.unlink,
                    lambda record=record: record.copy(),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
        with self.assertRaises(AccessError):
            self._as("oem", self.flag).write({"state": "dismissed"})

    def test_auditor_reads_manager_changes_thresholds(self):
        check = self.checks["fast"]
        for name in ("threshold", "active", "severity"):
            with self.assertRaises(AccessError):
                self._as("auditor", check).write({name: check[name]})
        self.assertTrue(self._as("auditor", check).threshold_meaning)
        self.assertTrue(self._as("auditor", self.flag).words)
        self.assertFalse(self._as("auditor", self.flag).may_decide)
        with Form(self._as("oem", check)) as form:
            form.threshold = 2
        self.assertEqual(check.threshold, 2)
        self.assertTrue(self._as("oem", self.flag).may_decide)

    def test_another_company_does_not_see_it(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.flag.company_id = company
        self.assertFalse(
            self._as("auditor", self.flags).search([("id", "=", self.flag.id)])
        )

    def test_screens(self):
        for login in ("auditor", "oem"):
            env = self._as(login)
            for name in SCREENS:
                action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                model = env[action["res_model"]]
                with self.subTest(login=login, action=name):
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {field: {} for field in names if field in model._fields}
                    self.assertTrue(model.web_search_read([], spec, limit=5)["records"])
                    self.assertIn("o_view_nocontent", action["help"])
            flags = env["crm.satisfaction.flag"]
            for group in ("dealer_id", "check_id", "state", "severity", "date:month"):
                self.assertTrue(flags.formatted_read_group([], [group], ["__count"]))
            for record in (self.answer, self.dealer_a, self.version, self.programme):
                seen = record.with_user(self.users[login])
                self.assertEqual(seen.satisfaction_flag_count, 1)
                self.assertEqual(
                    flags.search(seen.action_open_flags()["domain"]).ids, self.flag.ids
                )
            self.assertEqual(
                self._as(login, self.flag).action_open_answer()["res_id"], self.answer.id
            )

    def test_checks_are_kept_in_order(self):
        check = self._as("oem", self.checks["fast"])
        with self.assertRaisesRegex(UserError, "there once"):
            check.copy()
        with self.assertRaisesRegex(UserError, "archive it"):
            self._as("oem", self.checks["fast"]).unlink()
        with self.assertRaisesRegex(UserError, "leave it empty"):
            self._as("oem", self.checks["unreachable"]).programme_id = self.programme

    def test_counts_need_constant_queries(self):
        answers = self.env["survey.user_input"].search([], limit=60)
        for records in (answers[:1], answers):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                records.mapped("satisfaction_flag_count")


@tagged("post_install", "-at_install")
class TestRpc(RpcCalls, AccessSetUp, HttpCase):
    """What a browser could send."""

    def test_dealers_get_nothing_by_rpc(self):
        self.authenticate("manager_a", "manager_a")
        attempts = [
            ("crm.satisfaction.flag", "search_read", [], ["words"]),
            ("crm.satisfaction.flag", "read", self.flag.ids, ["words"]),
            ("crm.satisfaction.flag", "action_dismiss", self.flag.ids),
            ("crm.satisfaction.flag", "_dismiss", self.flag.ids, "x"),
            ("crm.satisfaction.flag", "_store", self.flag.ids),
            ("crm.satisfaction.check", "search_read", [], ["threshold"]),
            ("crm.satisfaction.check.run", "search_read", [], ["new_count"]),
            ("crm.satisfaction.check.run", "_cron_check"),
            ("crm.satisfaction.flag.decision", "create",
             {"decision": "dismiss", "flag_ids": self.flag.ids, "reason": "x"}),
            ("survey.user_input", "read", self.answer.ids, ["satisfaction_flag_count"]),
            ("survey.user_input", "search_count", [["satisfaction_flag_ids.code", "=", "fast"]]),
            ("crm.dealer", "read", self.dealer_a.ids, ["satisfaction_flag_count"]),
            ("crm.satisfaction.version", "action_check_now", self.version.ids),
            ("survey.user_input", "_exclude", self.answer.ids, "x"),
        ]  # fmt: skip
        for attempt in attempts:
            with self.subTest(attempt=attempt[:2]):
                self._denied(*attempt)
        self.flag.invalidate_recordset()
        self.assertEqual(self.flag.state, "new")
