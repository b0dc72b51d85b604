"""Who sees, writes and decides on plans of the year (S8); denials first."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_planning import YEAR, PlanningFactories

P = "crm.year.plan"
PARTS = [f"{P}.{name}" for name in ("target", "topic", "activity", "budget")]
READ_ONLY = [f"{P}.{name}" for name in ("cost", "figure", "review.line")]
OF_DEALERS = [P, *PARTS, f"{P}.review", *READ_ONLY]
MODELS = [*OF_DEALERS, f"{P}.status", f"{P}.dialog", f"{P}.make"]
STEPS = ("submit", "withdraw", "approve", "return", "start", "amend", "close")
EVERYBODY = ("sales_a", "manager_a", "greedy_b", "homeless", "agent", "auditor", "oem", "clerk")
# State: {step: who may take it}; everything else is refused.
MAY = {
    "draft": {"submit": {"manager_a"}},
    "submitted": {"withdraw": {"manager_a"}, "approve": {"oem"}, "return": {"oem"}},
    "approved": {"start": {"manager_a"}, "amend": {"oem"}},
    "running": {"amend": {"oem"}},
}


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningAccess(PlanningFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        others = [portal, public, *(self.users[name] for name in ("clerk", "credit", "agent"))]
        for user in others:
            for model in MODELS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )
        self._plan()
        for user in others[2:]:
            self.assertEqual(self.dealer_a.with_user(user).year_plan_count, 0)

    def test_a_foreign_dealer_sees_nothing_by_any_route(self):
        """Search, read, groups, sums, export, names and links of all models with figures."""
        self._value(self.rate, 70, self.dealer_a)
        plan = self._brought_to("running")
        review = plan.with_user(self.users["manager_a"])._review("h1", "Well")
        self.assertTrue(review.line_ids)
        network = self._brought_to("running", self._plan("auditor"))
        for record in (plan, network):
            record.message_post(body="Between us")
        for login in ("greedy_b", "homeless", "sales_b"):
            for model in OF_DEALERS:
                records = self.env[model].search([("id", "!=", 0)])
                mine = self.env[model].with_user(self.users[login])
                self.assertTrue(records, model)
                with self.subTest(login=login, model=model):
                    self._assert_nothing(mine, records)
            for record in (plan, network):
                with self.assertRaises(AccessError):
                    record.with_user(self.users[login]).read(["direction"])
                with self.assertRaises(AccessError):
                    record.message_ids.with_user(self.users[login]).read(["body"])
        self.assertEqual(self.dealer_a.with_user(self.users["greedy_b"]).year_plan_count, 0)

    def _assert_nothing(self, mine, records):
        if not mine.has_access("read"):
            with self.assertRaises(AccessError):
                mine.search([])
            return
        self.assertFalse(mine.search([]))
        self.assertFalse(mine._read_group([], ["company_id"], ["__count"]))
        [[count]] = mine._read_group([], [], ["__count"])
        self.assertEqual(count, 0)
        self.assertFalse(mine.name_search(""))
        mine.env.user.sudo().group_ids += self.env.ref("base.group_allow_export")
        for route in ("read", "export_data"):
            with self.assertRaises(AccessError):
                getattr(records.with_env(mine.env), route)(["display_name"])

    def test_dealers_see_no_status_and_make_no_plans(self):
        for login in ("manager_a", "sales_a", "greedy_b"):
            for model in (f"{P}.status", f"{P}.make"):
                self.assertFalse(self.env[model].with_user(self.users[login]).has_access("read"))
            with self.assertRaises(AccessError):
                self.Plan.with_user(self.users[login])._make_for(self.dealer_a, YEAR)
        # Even with the manufacturer's role beside: the dealer's role scopes.
        self.users["greedy_b"].group_ids += self.env.ref("crm_dealer_grading.group_oem_manager")
        status = self.env[f"{P}.status"].with_user(self.users["greedy_b"])
        self.assertFalse(status.search([]))
        with self.assertRaises(AccessError):
            self.Plan.with_user(self.users["greedy_b"])._make_for(self.dealer_b, YEAR)

    def test_steps_are_taken_by_whom_they_belong_to(self):
        """Each step by everybody at each state, as the user and as the superuser in its name."""
        plan = self._plan()
        for state, may in MAY.items():
            if state != "draft":
                self._brought_to(state, plan)
            for step in STEPS:
                for login in EVERYBODY:
                    with self.subTest(state=state, step=step, login=login):
                        self._try(plan, step, login, login in may.get(step, ()))

    def _try(self, plan, step, login, allowed):
        user = plan.with_user(self.users[login])
        for mine in (user, user.sudo()):
            with self.env.cr.savepoint() as savepoint:
                if allowed:
                    mine._step(step, reason="Because")
                    savepoint.rollback()
                else:
                    with self.assertRaises(UserError):
                        mine._step(step, reason="Because")
            plan.invalidate_recordset()

    def test_who_wrote_does_not_approve(self):
        plan = self._plan("oem")
        self.assertEqual(plan.writer_ids, self.users["oem"])
        plan.with_user(self.users["oem"])._step("submit")
        with self.assertRaisesRegex(AccessError, "another manager"):
            plan.with_user(self.users["oem"]).action_approve()
        plan.with_user(self.colleague).action_approve()
        self.assertEqual(plan.approved_by_id, self.colleague)
        # A line of another's plan is enough.
        other = self._plan("auditor", region_id=self.region_north.id)
        other.target_ids.with_user(self.colleague).target = 81
        other.with_user(self.users["auditor"])._step("submit")
        with self.assertRaisesRegex(AccessError, "another manager"):
            other.with_user(self.colleague)._step("approve")

    def test_a_dealer_with_the_makers_role_approves_nothing(self):
        self.users["manager_a"].group_ids += self.env.ref("crm_dealer_grading.group_oem_manager")
        plan = self._brought_to("submitted")
        plan._store({"writer_ids": [(5,)]})
        mine = plan.with_user(self.users["manager_a"])
        for step in ("approve", "return"):
            with self.assertRaises(AccessError):
                mine._step(step, "Because")
        with self.assertRaises(AccessError):
            mine.create({"year": YEAR, "dealer_id": False, "region_id": self.region_north.id})

    def test_states_are_not_written(self):
        plan = self._brought_to("submitted")
        for vals in ({"state": "approved"}, {"approved_by_id": self.env.uid}, {"reason": "x"},
                     {"writer_ids": [(5,)]}):  # fmt: skip
            for mine in (plan, *(plan.with_user(self.users[n]) for n in ("manager_a", "oem"))):
                with self.assertRaises(AccessError):
                    mine.write(vals)
        with self.assertRaises(AccessError):
            plan.with_context(crm_year_plan_step=True).write({"state": "approved"})

    def test_create_takes_nothing_from_steps(self):
        forged = {"state": "approved", "approved_by_id": self.users["oem"].id,
                  "writer_ids": [(6, 0, self.users["oem"].ids)]}  # fmt: skip
        context = {f"default_{name}": value for name, value in forged.items()}
        plans = self.Plan.with_user(self.users["manager_a"]).with_context(**context)
        plan = plans.create({"year": YEAR, "dealer_id": self.dealer_a.id, **forged})
        self.assertEqual((plan.state, plan.sudo().writer_ids), ("draft", self.users["manager_a"]))
        self.assertFalse(plan.approved_by_id)
        for vals in ({"dealer_id": self.dealer_b.id}, {"dealer_id": False},
                     {"dealer_id": False, "region_id": self.region_north.id}):  # fmt: skip
            with self.assertRaises(AccessError):
                plans.create({"year": YEAR + 1, **vals})
            with self.assertRaises(AccessError):
                plan.write(vals)
        for login in ("auditor", "oem"):
            with self.assertRaises(AccessError):
                self.Plan.with_user(self.users[login]).create(
                    {"year": YEAR + 1, "dealer_id": self.dealer_a.id}
                )

    def test_reviews(self):
        plan = self._brought_to("running")
        for login in ("sales_a", "greedy_b"):
            with self.assertRaises(AccessError):
                plan.with_user(self.users[login])._review("h1")
        review = plan.with_user(self.users["manager_a"])._review("h1", "Well")
        with self.assertRaises(AccessError):
            review.copy()
        for login, vals in (
            ("manager_a", {"decisions": "x"}), ("oem", {"remarks": "x"}), ("auditor",
            {"remarks": "x"}), ("auditor", {"decisions": "x"}), ("oem", {"cost": 1}),
            ("manager_a", {"confirmed_on": f"{YEAR}-01-01"}), ("oem", {"line_ids": [(5,)]}),
        ):  # fmt: skip
            with self.subTest(login=login, vals=vals), self.assertRaises(AccessError):
                review.with_user(self.users[login]).write(vals)
        for login in ("manager_a", "auditor"):
            with self.assertRaises(AccessError):
                review.with_user(self.users[login]).action_confirm()
        with self.assertRaises(AccessError):
            review.line_ids.with_user(self.users["oem"]).write({"actual": 1})
        review.with_user(self.users["oem"]).decisions = "Go on"
        review.with_user(self.users["oem"]).action_confirm()
        for login, vals in (("manager_a", {"remarks": "x"}), ("oem", {"decisions": "x"})):
            with self.assertRaises(AccessError):
                review.with_user(self.users[login]).write(vals)
        with self.assertRaises(UserError):
            review.with_user(self.users["manager_a"]).unlink()

    def test_drafts_only_are_deleted(self):
        plan = self._plan()
        for login in ("greedy_b", "auditor", "oem"):
            with self.assertRaises(AccessError):
                plan.with_user(self.users[login]).unlink()
        self._brought_to("approved", plan)
        plan.with_user(self.users["oem"])._step("amend", "Anew")
        with self.assertRaises(UserError):
            plan.with_user(self.users["manager_a"]).unlink()
        draft = self._plan(year=YEAR + 1)
        draft.with_user(self.users["manager_a"]).unlink()

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        plan = self._plan()
        plan._store({"company_id": company.id})
        for login in ("oem", "manager_a"):
            self.assertFalse(self.Plan.with_user(self.users[login]).search([("id", "=", plan.id)]))
            for model in (*PARTS, f"{P}.cost", f"{P}.figure"):
                mine = self.env[model].with_user(self.users[login])
                self.assertFalse(mine.search([("plan_id", "=", plan.id)]), model)
        self.dealer_b.company_id = company
        with self.assertRaisesRegex(UserError, "Elsewhere"):
            self._plan("greedy_b", dealer_id=self.dealer_b.id)

    def test_over_rpc(self):
        plan = self._brought_to("submitted")
        self.authenticate("manager_a", "manager_a")
        for model, method, args in (
            (P, "action_approve", [plan.ids]),
            (P, "write", [plan.ids, {"state": "approved"}]),
            (P, "unlink", [plan.ids]),
            (P, "_step", [plan.ids, "approve"]),
            (P, "_store", [plan.ids, {"state": "approved"}]),
            (P, "_make_for", [[], self.dealer_a.ids, YEAR + 1]),
            (P, "_review", [plan.ids, "h1"]),
            (P, "_put_in_force", [plan.ids]),
            (f"{P}.target", "_store_part", [plan.target_ids.ids, {"target": 1}]),
            (f"{P}.target", "_make_parts", [[{"plan_id": plan.id}]]),
            (f"{P}.target", "write", [plan.target_ids.ids, {"target": 1}]),
            (f"{P}.review", "create", [{"plan_id": plan.id, "phase": "h1"}]),
            (f"{P}.status", "action_remind", [[1]]),
            (f"{P}.status", "action_make_plans", [[1]]),
        ):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps({"params": {"model": model, "method": method, "args": args,
                                                "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()  # fmt: skip
            self.assertIn("error", answer, method)
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.target_ids.target), ("submitted", 80))
