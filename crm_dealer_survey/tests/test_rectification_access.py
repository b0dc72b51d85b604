"""Who sees, writes and decides on notices of rectification (S4); denials first."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_rectification import PROOF, RectificationFactories

MODELS = (
    "crm.rectification",
    "crm.rectification.measure",
    "crm.rectification.finding",
    "crm.rectification.recall",
    "crm.rectification.escalation",
    "crm.rectification.report",
    "crm.rectification.rule",
    "crm.rectification.dialog",
)
STEPS = ("issue", "accept", "refuse", "insist", "report", "send_back", "recall", "dissatisfied",
         "close", "reopen", "cancel")  # fmt: skip
EVERYBODY = ("sales_a", "manager_a", "greedy_b", "agent", "auditor", "oem", "clerk")
# State: {step: who may take it}; everything else is refused.
MAY = {
    "draft": {"issue": {"auditor", "oem"}, "cancel": {"auditor", "oem"}},
    "issued": {"accept": {"manager_a"}, "refuse": {"manager_a"}, "cancel": {"auditor"}},
    "in_work": {"report": {"manager_a"}, "cancel": {"auditor"}},
    "reported": {"send_back": {"auditor"}, "recall": {"agent", "oem", "auditor"},
                 "dissatisfied": {"agent", "oem", "auditor"}, "cancel": {"auditor"}},
    "recalled": {"close": {"auditor"}, "send_back": {"auditor"}, "cancel": {"auditor"}},
    "closed": {"reopen": {"auditor"}},
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestRectificationAccess(RectificationFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (portal, public, self.users["clerk"], self.users["credit"]):
            for model in MODELS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )
        self._brought_to("issued")
        for login in ("clerk", "credit"):
            self.assertEqual(self._as(login, self.customer_a).rectification_count, 0)

    def test_steps_are_taken_by_whom_they_belong_to(self):
        """Each step by everybody at each state, as the user and as the superuser in its name."""
        for state, may in MAY.items():
            notice = self._notice()
            if state != "draft":
                self._brought_to(state, notice)
            if state == "in_work":
                self._work(notice)
            for step in STEPS:
                for login in EVERYBODY:
                    with self.subTest(state=state, step=step, login=login):
                        self._try(notice, step, login, login in may.get(step, ()))

    def _try(self, notice, step, login, allowed):
        user = self._as(login, notice)
        for mine in (user, user.sudo()) if login in ("manager_a", "oem") else (user,):
            with self.env.cr.savepoint() as savepoint:
                if allowed:
                    mine._step(step, reason="Because")
                    savepoint.rollback()
                else:
                    with self.assertRaises(UserError):
                        mine._step(step, reason="Because")
            notice.invalidate_recordset()

    def test_superuser_does_not_close(self):
        """No sudo, and no write with all rights, takes a step that is the issuer's."""
        notice = self._brought_to("recalled")
        with self.assertRaises(AccessError):
            notice.action_close()
        for vals in ({"state": "closed"}, {"issuer_id": self.env.uid}, {"closed_on": self.today}):
            with self.assertRaises(AccessError):
                notice.write(vals)
            with self.assertRaises(AccessError):
                self._as("manager_a", notice).sudo().write(vals)
        forged = notice.with_context(crm_rectification_step=True)
        with self.assertRaises(AccessError):
            forged.write({"state": "closed"})

    def test_manager_closes_when_the_issuer_has_left(self):
        notice = self._brought_to("recalled")
        oem = self._as("oem", notice)
        with self.assertRaisesRegex(AccessError, "Test auditor"):
            oem.action_close()
        self.users["auditor"].active = False
        with self.assertRaises(AccessError):
            self._as("manager_a", notice).action_close()
        oem.action_close()
        self.assertEqual((notice.state, notice.closed_by_id), ("closed", self.users["oem"]))

    def test_who_works_at_a_dealer_is_no_issuer(self):
        """A role at the manufacturer beside the dealer's does not close the own notices."""
        group = self.env.ref("crm_dealer_grading.group_oem_auditor")
        self.users["manager_a"].group_ids += group
        notice = self._brought_to("recalled")
        notice._store({"issuer_id": self.users["manager_a"].id})
        mine = self._as("manager_a", notice)
        for step in (mine.action_close, mine.action_cancel, mine.action_recall):
            with self.assertRaises(AccessError):
                step()
        with self.assertRaises(AccessError):
            mine.create({"subject": "x", "problem": "x", "dealer_id": self.dealer_b.id})

    def test_fields_by_role(self):
        notice = self._brought_to("issued")
        statement = {"problem": "Nothing"}, {"deadline_on": "2099-01-01"}, {"dealer_id": 1}, \
            {"working_days": 99}, {"finding_ids": [(0, 0, {"note": "x"})]}  # fmt: skip
        for login in ("sales_a", "manager_a", "agent", "oem", "greedy_b"):
            for vals in statement:
                with self.subTest(login=login, vals=vals), self.assertRaises(AccessError):
                    self._as(login, notice).write(vals)
        with self.assertRaises(AccessError):  # not accepted yet
            self._as("manager_a", notice).cause_analysis = "x"
        self._brought_to("in_work", notice)
        for login in ("agent", "auditor", "oem", "sales_b"):
            with self.assertRaises(AccessError):
                self._as(login, notice).cause_analysis = "x"
            with self.assertRaises(AccessError):
                self._measure(notice, login)
        with self.assertRaises(AccessError):
            self._as("auditor", notice).problem = "Another one"
        self._as("auditor", notice).deadline_on = "2099-01-01"
        self._as("manager_a", notice).responsible_id = self.users["sales_a"]
        with self.assertRaises(UserError):
            self._as("manager_a", notice).responsible_id = self.users["sales_b"]

    def test_what_was_reported_is_kept(self):
        notice = self._brought_to("reported")
        measure = notice.measure_ids
        for login in ("sales_a", "manager_a"):
            mine = self._as(login, measure)
            with self.assertRaises(AccessError):
                self._as(login, notice).cause_analysis = "x"
            for attempt in (mine.unlink, lambda mine=mine: mine.write({"proof": PROOF}),
                            lambda login=login: self._measure(notice, login)):  # fmt: skip
                with self.assertRaises(AccessError):
                    attempt()

    def test_a_proof_is_not_exchanged_behind_the_measure(self):
        notice = self._brought_to("reported")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.rectification.measure"), ("res_field", "=", "proof"),
             ("res_id", "in", notice.measure_ids.ids)]
        )  # fmt: skip
        self.assertTrue(files)
        for login in ("sales_a", "manager_a"):
            mine = self._as(login, files)
            for attempt in (mine.unlink, lambda m=mine: m.write({"raw": b"forged"}),
                            lambda m=mine: m.create({"name": "proof", "raw": b"x",
                                                     "res_model": files.res_model,
                                                     "res_id": files.res_id})):  # fmt: skip
                with self.assertRaises(AccessError):
                    attempt()

    def test_nothing_beside_what_is_said(self):
        """Fields that the ORM keeps itself are not written by hand."""
        notice = self._brought_to("in_work")
        for login in ("sales_a", "manager_a", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, notice).write({"commercial_partner_id": self.customer_b.id})

    def test_a_measure_does_not_move_to_a_closed_notice(self):
        closed, work = self._brought_to("closed"), self._brought_to("in_work")
        measure = self._measure(work)
        with self.assertRaises(AccessError):
            self._as("sales_a", measure).rectification_id = closed
        other = self._as("sales_b", work)
        with self.assertRaises(AccessError):
            self._measure(other, "sales_b")

    def test_ledgers_are_nobodys(self):
        notice = self._brought_to("recalled")
        for login in ("manager_a", "agent", "auditor", "oem"):
            recalls = self._as(login, notice.recall_ids)
            for attempt in (
                recalls.unlink,
                lambda r=recalls: r.write({"result": "dissatisfied"}),
                lambda r=recalls: r.create({"rectification_id": notice.id, "user_id": r.env.uid,
                                            "result": "satisfied"}),
                lambda r=recalls: r.env["crm.rectification.escalation"].create(
                    {"rectification_id": notice.id, "level": "oem",
                     "deadline_on": self.today}),
            ):  # fmt: skip
                with self.assertRaises(AccessError):
                    attempt()

    def test_create_takes_nothing_from_steps(self):
        for login in ("sales_a", "manager_a", "greedy_b"):
            with self.assertRaises(AccessError):
                self._notice(login)
        forged = {"state": "closed", "issuer_id": self.env.uid, "closed_on": self.today,
                  "name": "RN/1", "verdict": "satisfied", "origin": "audit"}  # fmt: skip
        context = {f"default_{name}": value for name, value in forged.items()}
        notice = self.Notice.with_user(self.users["agent"]).with_context(**context).create(
            {"subject": "x", "problem": "x", "dealer_id": self.dealer_a.id, **forged}
        ).with_env(self.env)  # fmt: skip
        self.assertEqual((notice.state, notice.name, notice.origin), ("draft", "/", "hand"))
        self.assertFalse(notice.issuer_id or notice.closed_on or notice.verdict)
        with self.assertRaises(AccessError):
            self._as("agent", notice).action_issue()

    def test_dealers_see_their_own_once_issued(self):
        draft = self._notice()
        own, other = self._brought_to("issued"), self._notice(
            dealer_id=self.dealer_b.id, partner_id=self.customer_b.id, vehicle_id=False,
            visit_id=False,
        )  # fmt: skip
        self._as("auditor", other).action_issue()
        every = draft | own | other
        seen = {"sales_a": own, "manager_a": own, "sales_b": other, "greedy_b": other,
                "homeless": self.Notice, "agent": every, "auditor": every,
                "oem": every}  # fmt: skip
        self.env["crm.rectification.finding"].with_user(self.users["auditor"]).create(
            {"rectification_id": draft.id, "note": "Secret"}
        )
        for login, notices in seen.items():
            with self.subTest(login=login):
                found = self._as(login, self.Notice).search([("id", "in", every.ids)])
                self.assertEqual(found, notices)
                findings = self._as(login, self.env["crm.rectification.finding"])
                self.assertEqual(
                    bool(findings.search([("rectification_id", "=", draft.id)])), draft in notices
                )
        with self.assertRaises(AccessError):
            self._as("sales_b", own).read(["problem"])
        report = self._as("manager_a", self.env["crm.rectification.report"])
        self.assertEqual(report.search([("id", "in", every.ids)]).ids, own.ids)

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        notice = self._brought_to("issued", partner_id=False, vehicle_id=False, visit_id=False)
        notice._store({"company_id": company.id})
        for login in ("auditor", "manager_a"):
            self.assertFalse(self._as(login, self.Notice).search([("id", "=", notice.id)]))
        self.dealer_b.company_id = company
        with self.assertRaisesRegex(UserError, "Elsewhere"):
            self._notice(dealer_id=self.dealer_b.id)

    def test_rules_are_the_managers(self):
        rules = self.env["crm.rectification.rule"]
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, rules).create({"name": "x", "about": "call"})
        rule = self._as("oem", rules).create({"name": "x", "about": "call"})
        with self.assertRaises(UserError):
            rule.issuer_id = self.users["manager_a"]

    def test_over_rpc(self):
        notice = self._brought_to("recalled")
        self.authenticate("manager_a", "manager_a")
        for method, args in (
            ("action_close", [notice.ids]),
            ("write", [notice.ids, {"state": "closed"}]),
            ("unlink", [notice.ids]),
            ("_step", [notice.ids, "close"]),
            ("_recalled", [notice.ids, "satisfied"]),
            ("_issue", [{"dealer_id": self.dealer_a.id}]),
            ("_store", [notice.ids, {"state": "closed"}]),
        ):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/crm.rectification/{method}",
                    data=json.dumps({"params": {"model": "crm.rectification", "method": method,
                                                "args": args, "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()  # fmt: skip
            self.assertIn("error", answer, method)
        notice.invalidate_recordset()
        self.assertEqual(notice.state, "recalled")
