"""Who sees, writes and decides on improvement plans (S6); denials first."""

import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_improvement import ImprovementFactories

MODELS = ("plan", "item", "phase", "measure", "check", "check.line", "meeting", "decision",
          "checklist", "checklist.item", "suggestion", "dialog")  # fmt: skip
STEPS = ("start", "check", "act", "close", "cancel")
EVERYBODY = ("sales_a", "manager_a", "greedy_b", "sales_b", "homeless", "agent", "auditor", "oem",
             "clerk", "credit")  # fmt: skip
NEXT = {"plan": "start", "do": "check", "check": "act", "act": "close"}
PROOF = base64.b64encode(b"photo").decode()


@tagged("post_install", "-at_install")
class TestImprovementAccess(ImprovementFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        others = [self.users[login] for login in ("clerk", "credit", "agent")]
        for user in (portal, public, *others):
            for model in MODELS:
                name = f"crm.improvement.{model}"
                self.assertFalse(
                    self.env[name].with_user(user).has_access("read"), (user.login, name)
                )
        self._plan()
        self.assertEqual(self._as("agent", self.dealer_a).improvement_count, 0)

    def test_no_foreign_dealer(self):
        """Neither plan nor parts of it, by no route."""
        plan = self._brought_to("do")
        phase = self.env["crm.improvement.phase"].create(
            {"item_id": plan.item_ids.id, "begin_on": plan.after_from,
             "until": plan.after_until, "target": 800}
        )  # fmt: skip
        meeting = self._meeting(plan)
        check = self._check()
        parts = (plan, plan.item_ids, phase, plan.measure_ids, meeting, meeting.decision_ids,
                 check, check.line_ids)  # fmt: skip
        for login in ("greedy_b", "sales_b", "homeless"):
            for records in parts:
                foreign = self._as(login, records)
                with self.subTest(login=login, model=records._name):
                    self.assertFalse(foreign.search([("id", "in", records.ids)]))
                    for attempt in (
                        lambda r=foreign: r.read(["display_name"]),
                        lambda r=foreign: r.write({"dealer_id": self.dealer_b.id}),
                        foreign.unlink,
                    ):
                        with self.assertRaises(AccessError):
                            attempt()
            self.assertEqual(self._as(login, self.dealer_a).sudo(False).improvement_count, 0)
        foreign = self._as("greedy_b", self.Plan)
        groups = foreign._read_group([("id", "=", plan.id)], [], ["__count"])
        self.assertEqual(groups, [(0,)])

    def test_steps_are_the_dealers_managers(self):
        """Each step by everybody at each stage, as the user and as the superuser in its name."""
        for stage in ("plan", "do", "check", "act", "closed"):
            plan = self._plan()
            if stage != "plan":
                self._brought_to(stage, plan)
            if stage == "do":
                self._carry_out(plan)
            for step in STEPS:
                for login in EVERYBODY:
                    fits = step == NEXT.get(stage) or step == "cancel" and stage != "closed"
                    with self.subTest(stage=stage, step=step, login=login):
                        self._try(plan, step, login, login == "manager_a" and fits)

    def _try(self, plan, step, login, allowed):
        user = self._as(login, plan)
        for mine in (user, user.sudo()):
            with self.env.cr.savepoint() as savepoint:
                if allowed:
                    mine._step(step, "Because", "standard")
                    savepoint.rollback()
                else:
                    with self.assertRaises(UserError):
                        mine._step(step, "Because", "standard")
            plan.invalidate_recordset()

    def test_what_the_manufacturer_asked_for_is_not_cancelled_by_the_dealer(self):
        version = self._as("auditor", self.version)
        plan = version._plan_of(
            self._as("auditor", self.dealer_a), [{"factor_id": self.factors["work"].id}],
            subject="Asked",
        )  # fmt: skip
        self.assertEqual(plan.asked_by_id, self.users["auditor"])
        mine = self._as("manager_a", plan)
        for attempt in (lambda: mine._step("cancel", "No"), mine.unlink):
            with self.assertRaises(UserError):
                attempt()
        mine.goal = "We look at it"
        self._as("auditor", plan)._step("cancel", "No longer needed")
        self.assertEqual(plan.sudo().stage, "cancelled")

    def test_manufacturer_reads_and_comments(self):
        plan = self._brought_to("do")
        for login in ("auditor", "oem", "sales_a"):
            user = self._as(login, plan)
            self.assertEqual(user.subject, "Advice")
            user.message_post(body="Well begun")
            for attempt in (
                lambda u=user: u.write({"goal": "x"}),
                lambda u=user: u.write({"measure_ids": [(0, 0, {"name": "x"})]}),
                lambda u=user: u.item_ids.write({"target": 100}),
                lambda u=user: u.measure_ids.action_drop(),
                lambda u=user: u.copy(),
                user.unlink,
                lambda login=login: self._plan(login),
                lambda login=login: self._check(login),
                lambda login=login: self._meeting(plan, login),
            ):
                with self.assertRaises(AccessError, msg=login):
                    attempt()
        with self.assertRaises(AccessError):
            self._as("sales_b", plan).message_post(body="Spying")

    def test_figures_and_states_are_not_typed_in(self):
        plan = self._brought_to("do")
        item, measure = plan.item_ids, plan.measure_ids
        for login in ("manager_a", "oem"):
            for attempt in (
                lambda login=login: self._as(login, plan).write({"stage": "closed"}),
                lambda login=login: self._as(login, plan).write({"has_gain": True}),
                lambda login=login: self._as(login, item).write({"difference": 30}),
                lambda login=login: self._as(login, item).write({"verdict": "better"}),
                lambda login=login: self._as(login, measure).write({"state": "done"}),
                lambda login=login: self._as(login, measure).write({"ended_on": self.today}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        forged = self._as("manager_a", plan).with_context(crm_improvement_step=True)
        with self.assertRaises(AccessError):
            forged.write({"stage": "closed"})
        forged = {"stage": "closed", "has_gain": True, "verdict": "better", "state": "done",
                  "asked_by_id": self.users["oem"].id}  # fmt: skip
        context = {f"default_{name}": value for name, value in forged.items()}
        made = self._as("manager_a", self.Plan).with_context(**context).create(
            {"subject": "x", "dealer_id": self.dealer_a.id, "version_id": self.version.id,
             "stage": "act", "has_gain": True,
             "item_ids": [(0, 0, {"factor_id": self.factors["price"].id, "verdict": "better"})],
             "measure_ids": [(0, 0, {"name": "x", "state": "done"})]}
        )  # fmt: skip
        self.assertEqual((made.stage, made.has_gain, made.verdict), ("plan", False, False))
        self.assertFalse(made.asked_by_id)
        self.assertEqual((made.measure_ids.state, made.item_ids.verdict), ("todo", False))

    def test_goalposts_stay(self):
        """What was aimed at is not changed once measures are carried out."""
        plan = self._brought_to("do")
        mine = self._as("manager_a", plan)
        for attempt in (
            lambda: mine.item_ids.write({"target": 600}),
            mine.item_ids.unlink,
            lambda: mine.write({"before_until": "2026-03-01"}),
            lambda: mine.write({"after_from": "2026-05-01"}),
            lambda: mine.measure_ids.write({"deadline_on": "2099-01-01"}),
        ):
            with self.assertRaises(UserError):
                attempt()
        mine.after_until = "2026-08-01"
        mine.responsible_id = self.users["sales_a"]
        with self.assertRaises(UserError):
            mine.responsible_id = self.users["sales_b"]

    def test_staff_report_on_their_own_measures(self):
        plan = self._plan()
        measure = plan.measure_ids
        other = self._measure(plan, user_id=self.users["manager_a"].id, name="Other")
        sales = self._as("sales_a", measure)
        for attempt in (sales.action_begin, lambda: sales.write({"result": "x"})):
            with self.assertRaises(UserError):  # the plan has not begun
                attempt()
        self._brought_to("do", plan)
        for vals in ({"name": "x"}, {"deadline_on": False}, {"user_id": False},
                     {"plan_id": self._plan().id}, {"state": "done"}):  # fmt: skip
            with self.assertRaises(UserError):
                sales.write(vals)
        for attempt in (
            lambda: self._as("sales_a", other).write({"result": "x"}),
            lambda: self._as("sales_a", other).write({"proof": PROOF}),
            self._as("sales_a", other).action_begin,
            self._as("auditor", measure).action_begin,
            sales.action_drop,
            sales.unlink,
        ):
            with self.assertRaises(AccessError):
                attempt()
        sales.action_begin()
        with self.assertRaisesRegex(UserError, "Result"):
            sales.action_finish()
        sales.write({"result": "Asked each customer", "proof": PROOF, "proof_name": "a.jpg"})
        sales.action_finish()
        self.assertEqual((measure.state, measure.ended_by_id), ("done", self.users["sales_a"]))
        with self.assertRaises(AccessError):
            sales.action_reopen()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", measure._name), ("res_field", "=", "proof"),
             ("res_id", "=", measure.id)]
        )  # fmt: skip
        self.assertTrue(files)
        for login in ("sales_a", "manager_a"):
            with self.assertRaises(AccessError):
                self._as(login, files).write({"raw": b"forged"})

    def test_over_rpc(self):
        plan = self._brought_to("do")
        self.authenticate("greedy_b", "greedy_b")
        calls = [
            ("plan", "action_check", [plan.ids]),
            ("plan", "action_measure", [plan.ids]),
            ("plan", "action_open_suggestions", [plan.ids]),
            ("plan", "message_post", [plan.ids]),
            ("plan", "_make", [[{"dealer_id": self.dealer_a.id}]]),
            ("plan", "_measure", [plan.ids]),
            ("plan", "_store", [plan.ids, {"stage": "closed"}]),
            ("plan", "_step", [plan.ids, "check"]),
            ("item", "web_read", [plan.item_ids.ids, {"difference": {}}]),
            ("measure", "action_finish", [plan.measure_ids.ids]),
            ("measure", "_step", [plan.measure_ids.ids, "finish"]),
            ("measure", "message_post", [plan.measure_ids.ids]),
        ]
        for model, method, args in calls:
            name = f"crm.improvement.{model}"
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{name}/{method}",
                    data=json.dumps({"params": {"model": name, "method": method, "args": args,
                                                "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()  # fmt: skip
            self.assertIn("error", answer, method)
        plan.invalidate_recordset()
        self.assertEqual((plan.stage, plan.measure_ids.state), ("do", "todo"))
        answer = self.url_open(f"/report/html/crm_dealer_survey.improvement_plan/{plan.id}")
        self.assertNotIn("Advice", answer.text)
