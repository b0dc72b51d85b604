"""Who sees, draws and sends samples (S2); denials first, over RPC too."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_sampling import SamplingFactories

SAMPLE = "crm.satisfaction.sample"
OURS = (SAMPLE, f"{SAMPLE}.line", f"{SAMPLE}.stratum", f"{SAMPLE}.plan", f"{SAMPLE}.preview",
        f"{SAMPLE}.preview.line")  # fmt: skip
REPORT = f"{SAMPLE}.report"
STEPS = ("action_draw", "action_take_back", "action_send", "action_close", "action_preview")


@tagged("post_install", "-at_install")
class TestSamplingAccess(SamplingFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=40)
        cls.draft = cls._sample(seed="draft")
        cls.sample = cls._in_field()
        cls.line_a, cls.line_b = (
            cls._lines(cls.sample, "sent").filtered(lambda w, d=d: w.dealer_id == d)[0]
            for d in (cls.dealer_a, cls.dealer_b)
        )
        cls.env.flush_all()

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        nobody = (portal, self.env.ref("base.public_user"), self.users["clerk"],
                  self.users["credit"], self.users["sales_a"], self.users["agent"])  # fmt: skip
        for user in nobody:
            for model in (*OURS, REPORT):
                self.assertFalse(self.env[model].with_user(user).has_access("read"), user.login)
        for login in ("manager_a", "greedy_b", "homeless"):
            for model in OURS:
                self.assertFalse(self._as(login, self.env[model]).has_access("read"), login)

    def test_a_dealer_role_beside_the_manufacturers_opens_nothing(self):
        both = new_test_user(
            self.env,
            "both",
            groups="crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager",
            dealer_ids=self.dealer_a.ids,
        )
        for model in OURS[:4]:
            self.assertFalse(self.env[model].with_user(both).search([]), model)

    def test_a_dealer_does_not_see_whom_to_coach(self):
        """Neither the link nor the answer, the call, the contact: before it is answered."""
        answer = self.line_a.answer_id
        for login in ("manager_a", "sales_a"):
            env = self._as(login)
            for model, domain in (
                ("survey.user_input", [("partner_id", "=", self.line_a.partner_id.id)]),
                ("crm.contact.log", [("partner_id", "=", self.line_a.partner_id.id)]),
                ("crm.followup.call", [("partner_id", "=", self.line_a.partner_id.id)]),
                ("mail.message", [("model", "=", f"{SAMPLE}.line")]),
            ):
                if env[model].has_access("read"):
                    self.assertFalse(env[model].search(domain), (login, model))
        with self.assertRaises(AccessError):
            self._as("manager_a", answer).read(["access_token"])
        self._say(answer)
        self.env.flush_all()
        self.assertEqual(self._as("manager_a", answer).state, "done")
        with self.assertRaises(AccessError):
            self._as("greedy_b", answer).read(["state"])

    def test_dealers_read_their_own_figures(self):
        for login in ("manager_a", "greedy_b"):
            report = self._as(login, self.env[REPORT])
            self.assertFalse(report.search([]), "one body job of the month: whom to coach")
        self.sample.action_close()
        self.assertFalse(self._as("manager_a", self.env[REPORT]).search([]), "links still work")
        self._later(self.sample, self.programme.deadline_days + 1)
        self.Sample._follow_up()
        self.env.flush_all()
        for login, dealer in (("manager_a", self.dealer_a), ("greedy_b", self.dealer_b)):
            report = self._as(login, self.env[REPORT])
            rows = report._read_group([], ["dealer_id"], ["asked:sum"])
            self.assertEqual([(row[0].id, row[1]) for row in rows], [(dealer.id, 8)])
            self.assertNotIn("partner_id", report._fields)
            with self.assertRaises(AccessError):
                report.search([], limit=1).read(["sample_id"])
        self.assertFalse(self._as("homeless", self.env[REPORT]).has_access("read"))
        self.assertEqual(self._as("auditor", self.env[REPORT]).search_count(
            [("sample_id", "=", self.sample.id)]), 16)  # fmt: skip

    def test_only_the_manager_of_the_manufacturer_draws(self):
        for login in ("manager_a", "agent", "auditor", "sales_a", "greedy_b"):
            for sample in (self.draft, self.sample):
                for step in STEPS:
                    with self.subTest(login=login, step=step), self.assertRaises(AccessError):
                        getattr(self._as(login, sample), step)()
        sample = self._as("oem", self.draft)
        preview = sample.env[f"{SAMPLE}.preview"].browse(sample.action_preview()["res_id"])
        with self.assertRaises(AccessError):
            preview.with_user(self.users["auditor"]).action_draw()
        sample.cooling_days = 0
        preview.action_draw()
        self.assertEqual(sample.state, "drawn")
        sample.action_send()
        sample.action_close()
        self.assertEqual(sample.state, "closed")

    def test_nobody_writes_what_steps_keep(self):
        for login in ("manager_a", "agent", "auditor", "oem"):
            sample, line = self._as(login, self.sample), self._as(login, self.line_a)
            draft = self._as(login, self.draft)
            for number, attempt in enumerate(
                (
                    lambda draft=draft: draft.write({"state": "closed"}),
                    lambda draft=draft: draft.write({"version_id": self.version.id}),
                    lambda draft=draft: draft.copy({"state": "drawn"}),
                    lambda sample=sample: sample.line_ids.unlink(),
                    lambda sample=sample: sample.stratum_ids.write({"frame": 1}),
                    lambda line=line: line.write({"state": "answered"}),
                    lambda line=line: line.copy(),
                )
            ):
                with self.subTest(login=login, attempt=number), self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(UserError):
            self._as("oem", self.sample).seed = "better"
        with self.assertRaises(UserError):
            self._as("oem", self.sample).unlink()
        made = self._as("oem", self.Sample).with_context(default_state="closed")
        self.assertEqual(made.create({"programme_id": self.programme.id}).state, "draft")

    def test_the_auditor_reads_all(self):
        sample = self._as("auditor", self.sample)
        self.assertEqual(len(sample.line_ids.filtered("asked")), 16)
        self.assertEqual(sample.action_check_draw()["tag"], "display_notification")
        with self.assertRaises(AccessError):
            sample.note = "Mine"
        with self.assertRaises(AccessError):
            self._as("auditor", self.env[f"{SAMPLE}.plan"]).create(
                {"programme_id": self.programme.id}
            )

    def test_over_rpc(self):
        calls = [
            *((SAMPLE, step, [[self.draft.id]]) for step in STEPS),
            (SAMPLE, "read", [[self.sample.id], ["seed"]]),
            (SAMPLE, "_store_draw", [[self.draft.id]]),
            (SAMPLE, "_preview", [[self.draft.id]]),
            (SAMPLE, "_cron_field", [[]]),
            (f"{SAMPLE}.line", "search_read", [[], ["partner_id"]]),
            (f"{SAMPLE}.line", "_mark_answered", [[self.line_a.id]]),
            (f"{SAMPLE}.plan", "_cron_draw", [[]]),
            (f"{SAMPLE}.preview", "create", [{"sample_id": self.draft.id}]),
            ("survey.user_input", "read", [[self.line_a.answer_id.id], ["access_token"]]),
            ("survey.user_input", "_open_of", [[], self.line_a.partner_id.id]),
        ]
        for login in ("manager_a", "agent"):
            self.authenticate(login, login)
            for model, method, args in calls:
                if login == "agent" and model == "survey.user_input" and method == "read":
                    continue  # agents fill questionnaires in
                with self.subTest(login=login, model=model, method=method):
                    url = f"/web/dataset/call_kw/{model}/{method}"
                    params = {"model": model, "method": method, "args": args, "kwargs": {}}
                    answer = self.url_open(url, json={"params": params}).json()
                    self.assertIn("AccessError", answer["error"]["data"]["name"])
        self.assertEqual(self.draft.state, "draft")

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "other_oem",
            groups="crm_dealer_grading.group_oem_manager",
            company_id=other.id,
            company_ids=other.ids,
        )
        for model in OURS[:3]:
            found = self.env[model].with_user(user).search([("company_id", "!=", other.id)])
            self.assertFalse(found, model)
