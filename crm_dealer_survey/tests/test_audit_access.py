"""Who sees and does what with audits (S9). Denials first."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common_audit import OEM_ONLY, AuditFactories, picture

RESULTS = ("crm.audit.result", "crm.audit.result.line", "crm.audit.result.photo")
NOBODY = ("sales_a", "sales_b", "clerk", "credit", "agent")


@tagged("post_install", "-at_install")
class TestAuditAccess(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def test_models_by_role(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        others = [portal, public, *(self.users[login] for login in (*NOBODY, "manager_a"))]
        for user in others:
            for model in OEM_ONLY:
                for right in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(right),
                                     (user.login, model, right))  # fmt: skip
        for user in [portal, public, *(self.users[login] for login in NOBODY)]:
            for model in RESULTS:
                self.assertFalse(self.env[model].with_user(user).has_access("read"),
                                 (user.login, model))  # fmt: skip

    def test_nobody_writes_results_and_managers_own_checklists(self):
        for login in ("manager_a", "auditor", "oem"):
            for model in RESULTS:
                for right in ("write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(self.users[login]).has_access(right))
        auditor = self.users["auditor"]
        for model in ("crm.audit.checklist", "crm.audit.section", "crm.audit.item"):
            for right in ("write", "create", "unlink"):
                self.assertFalse(self.env[model].with_user(auditor).has_access(right), model)
                self.assertTrue(self.env[model].with_user(self.users["oem"]).has_access(right))

    def test_dealers_role_beside_the_auditors_sees_no_audit(self):
        """Who works at a dealer sees results only, whatever other role comes with it."""
        audit = self._released(self._mystery())
        user = self.users["manager_a"]
        user.group_ids += self.env.ref("crm_dealer_grading.group_oem_manager")
        for model in ("crm.audit", "crm.audit.answer", "crm.audit.score", "crm.audit.sample"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)
        for step in ("action_finish", "action_release", "action_issue_notices"):
            with self.assertRaises(AccessError):
                getattr(audit.with_user(user), step)()
        with self.assertRaises(AccessError):
            self.Audit.with_user(user).create(
                {"dealer_id": self.dealer_b.id, "checklist_id": self.checklist.id}
            )

    def test_methods_that_rpc_may_call(self):
        audit = self._scored(self._audit())
        answer = audit.answer_ids[0]
        calls = [
            (audit, name, ())
            for name in ("action_start", "action_finish", "action_release", "action_reopen",
                         "action_cancel", "action_next_item", "action_open_items",
                         "action_open_findings", "action_issue_notices")
        ] + [(answer, "action_next", ()), (answer, "next_open_id", ()),
             (answer, "add_photo", (picture().decode(),)),
             (self.checklist, "action_new_version", ())]  # fmt: skip
        for login in ("sales_a", "manager_a", "greedy_b", "agent", "clerk", "credit"):
            for record, name, args in calls:
                if name in ("action_open_items", "action_open_findings"):
                    continue  # opens a list that rules leave empty; checked below
                with self.subTest(login=login, name=name), self.assertRaises(AccessError):
                    getattr(self._as(login, record), name)(*args)
        for name in ("_step", "_store", "_give_notice", "_faked_by_dealer", "_load_demo"):
            with self.assertRaises(AccessError):
                self._rpc("oem", "crm.audit", name, [audit.ids])

    def _rpc(self, login, model, method, args):
        from odoo.service.model import get_public_method

        user = self.users[login]
        return get_public_method(self.env[model].with_user(user), method)(*args)

    def test_another_auditor_does_not_score(self):
        other = new_test_user(
            self.env, "auditor_2", groups="crm_dealer_grading.group_oem_auditor"
        )
        audit = self._scored(self._audit(), 5, 1)
        theirs = audit.with_user(other)
        for change in (
            lambda: theirs.answer_ids[0].write({"points": 0}),
            lambda: theirs.answer_ids[0].add_photo(picture().decode()),
            theirs.action_finish, theirs.action_cancel,
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                change()
        self._as("oem", audit.answer_ids[0]).points = 3

    def test_release_of_a_mystery_visit_is_the_managers(self):
        audit = self._done(self._mystery())
        with self.assertRaises(AccessError):
            self._as("auditor", audit).action_release()
        self._as("oem", audit).action_release()

    # ------------------------------------------------------------ on-site audits

    def test_announced_audit_is_shown_to_the_manager(self):
        hidden, shown = self._audit(), self._audit(is_announced=True)
        results = self.env["crm.audit.result"].with_user(self.users["manager_a"])
        self.assertEqual(results.search([]).ids, shown.ids)
        self.assertEqual(results.search([]).state, "announced")
        self.assertEqual(results.search([]).auditor_id, self.users["auditor"])
        self.assertFalse(results.with_user(self.users["greedy_b"]).search([]))
        self._done(shown, 1, 0, 1, 5)
        self.assertFalse(results.search([]), "done, but not released")
        self._as("auditor", shown).action_release()
        self.assertEqual(results.search([]).ids, shown.ids)
        self.assertFalse(results.search([("id", "=", hidden.id)]))

    def test_result_tells_what_the_audit_says(self):
        audit = self._released(self._audit(summary="Go on"), 4, None, 3, 5)
        result = self.env["crm.audit.result"].with_user(self.users["manager_a"]).browse(audit.id)
        self.assertAlmostEqual(result.score, audit.score, 9)
        self.assertEqual((result.summary, result.day), ("Go on", audit.done_on))
        lines = [(ln.is_section, ln.name, ln.state, ln.points) for ln in result.line_ids]
        self.assertEqual(
            lines,
            [(True, "Reception", "scored", 0), (False, "Reception 0", "scored", 4),
             (False, "Reception 1", "na", 0), (True, "Work", "scored", 0),
             (False, "Work 0", "scored", 3), (False, "Work 1", "scored", 5)],
        )  # fmt: skip
        with self.assertRaises(UserError):
            result.action_open_audit()
        self._as("auditor", result).action_open_audit()
