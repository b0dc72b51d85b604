"""Who sees, makes and changes follow-up calls (S3); denials first."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_followup import FollowupFactories

MODELS = (
    "crm.followup.call",
    "crm.followup.attempt",
    "crm.followup.report",
    "crm.followup.desk",
)


@tagged("post_install", "-at_install")
class TestFollowupAccess(FollowupFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_followup()
        cls.own_a = cls._calls(cls.visit_a, cls.rule)
        cls.own_b = cls._calls(cls.visit_b, cls.rule)
        cls.centre_a = cls._calls(cls.visit_a, cls.rule_centre)
        cls.centre_b = cls._calls(cls.visit_b, cls.rule_centre)

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (portal, public, self.users["clerk"], self.users["credit"]):
            for model in MODELS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )
        for login in ("clerk", "credit"):
            self.assertEqual(self._as(login, self.customer_a).followup_call_count, 0)

    def test_nobody_writes_what_events_and_attempts_keep(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem", "greedy_b"):
            call = self._as(login, self.centre_a if login in ("agent", "oem") else self.own_a)
            for number, attempt in enumerate(self._forgeries(call)):
                with self.subTest(login=login, attempt=number), self.assertRaises(AccessError):
                    attempt()

    def _forgeries(self, call):
        """Ways to write what no role writes."""
        new = {"rule_id": self.rule.id, "partner_id": self.customer_a.id, "caller": "dealer",
               "event_key": "visit:0", "dealer_id": self.dealer_a.id,
               "event_date": self.today, "date_due": self.today, "date_next": self.today,
               "lapses_on": self.today}  # fmt: skip
        attempt = {"call_id": call.id, "user_id": call.env.uid, "result": "reached",
                   "dealer_id": self.dealer_a.id, "caller": "dealer"}  # fmt: skip
        return [
            lambda: call.write({"state": "done"}),
            lambda: call.write({"last_result": "reached", "attempt_count": 1}),
            lambda: call.write({"holder_id": False}),
            call.unlink,
            lambda: call.create(new),
            lambda: call.env["crm.followup.attempt"].create(attempt),
        ]

    def test_only_the_manager_of_the_manufacturer_writes_rules(self):
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            rule = self._as(login, self.rule)
            with self.assertRaises(AccessError):
                rule.name = "Mine"
        self._as("oem", self.rule).name = "Ours"

    def test_isolation(self):
        every = self.own_a | self.own_b | self.centre_a | self.centre_b
        seen = {
            "sales_a": self.own_a,
            "manager_a": self.own_a,
            "sales_b": self.own_b,
            "greedy_b": self.own_b,
            "homeless": self.Call,
            "agent": every,
            "auditor": every,
            "oem": every,
        }
        self.own_a.with_user(self.users["sales_a"])._record("no_answer")
        self.own_b.with_user(self.users["sales_b"])._record("no_answer")
        for login, calls in seen.items():
            with self.subTest(login=login):
                domain = [("id", "in", every.ids)]
                self.assertEqual(self._as(login, self.Call).search(domain), calls)
                attempts = self._as(login, self.env["crm.followup.attempt"])
                found = attempts.search([("call_id", "in", every.ids)])
                self.assertEqual(found.sudo().call_id, calls & (self.own_a | self.own_b))
                report = self._as(login, self.env["crm.followup.report"])
                if report.has_access("read"):
                    self.assertEqual(set(report.search(domain).ids), set(calls.ids))

    def test_others_calls_are_not_made(self):
        for login, call in (
            ("sales_b", self.own_a),
            ("greedy_b", self.own_a),
            ("greedy_b", self.centre_b),
            ("manager_a", self.centre_a),
            ("homeless", self.own_a),
            ("agent", self.own_a),
            ("auditor", self.own_a),
            ("auditor", self.centre_a),
            ("oem", self.own_a),
        ):
            call = self._as(login, call)
            for step in (
                call.action_call,
                call._hold,
                call.action_try_again,
                lambda call=call: call._record("reached"),
                lambda call=call: call.write({"user_id": call.env.uid}),
                lambda call=call: call.env["crm.followup.desk"].create({"call_id": call.id}),
            ):
                with self.subTest(login=login), self.assertRaises(AccessError):
                    step()
        self.assertFalse(self.own_a.attempt_count)

    def test_a_desk_stays_with_its_call_and_user(self):
        desk = self._desk(self.own_a, "sales_a")
        with self.assertRaises(AccessError):
            desk.call_id = self.own_b
        with self.assertRaises(AccessError):
            desk.with_user(self.users["manager_a"]).read(["note"])
        with self.assertRaises(AccessError):
            desk.with_user(self.users["manager_a"]).action_reached()
        # Held by the first one, it is nobody else's.
        with self.assertRaises(UserError):
            desk.with_user(self.users["manager_a"]).create({"call_id": self.own_a.id})
        with self.assertRaises(UserError):
            self._as("manager_a", self.own_a).action_call()

    def test_over_rpc(self):
        self.authenticate("sales_b", "sales_b")
        for model, method, args in (
            ("crm.followup.call", "_record", [[self.own_b.id], "reached"]),
            ("crm.followup.call", "_take_next", [[]]),
            ("crm.followup.call", "_follow_up", [[self.visit_b.id]]),
            ("crm.followup.call", "_cron_catch_up", [[]]),
            ("crm.followup.call", "action_call", [[self.own_a.id]]),
            ("crm.followup.call", "read", [[self.own_a.id], ["partner_phone"]]),
            ("crm.followup.desk", "create", [{"call_id": self.centre_b.id}]),
            ("crm.followup.desk", "_open", [[]]),
        ):
            with self.subTest(model=model, method=method):
                url = f"/web/dataset/call_kw/{model}/{method}"
                params = {"model": model, "method": method, "args": args, "kwargs": {}}
                answer = self.url_open(url, json={"params": params}).json()
                self.assertIn("AccessError", answer["error"]["data"]["name"])
        self.assertFalse((self.own_a | self.own_b).mapped("holder_id"))

    def test_calls_are_given_to_who_makes_them(self):
        self._as("manager_a", self.own_a).user_id = self.users["sales_a"]
        self._as("agent", self.centre_a).user_id = self.users["agent"]
        for login, call, user in (
            ("manager_a", self.own_a, "sales_b"),
            ("agent", self.centre_a, "sales_a"),
        ):
            with self.assertRaises(AccessError):
                self._as(login, call).user_id = self.users[user]
        with self.assertRaises(AccessError):
            self._as("sales_a", self.own_a).user_id = self.users["sales_a"]
