from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common import MODULE
from .common_application import ApplicationFactories


@tagged("post_install", "-at_install")
class TestCreditApplicationAttacks(ApplicationFactories, TransactionCase):
    """Approving the own application, twice, out of turn, or around the steps (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def _denied(self, login, application, text=None):
        """Neither way to approve or refuse works, and nothing changes."""
        before = (self._state(application), application.sudo().review_ids.mapped("status"))
        seen = self._as(login, application)
        for act in (
            lambda: seen.action_approve("Yes"),
            lambda: seen.action_refuse("No"),
            seen.validate_tier,
            seen.reject_tier,
            seen._validate_tier,
            lambda: self._dialog(login, application, "validate"),
            lambda: self._dialog(login, application, "reject"),
        ):
            with self.assertRaisesRegex(UserError, text or "."):
                act()
        after = (self._state(application), application.sudo().review_ids.mapped("status"))
        self.assertEqual(before, after)

    def _dialog(self, login, application, decision, reviews=None):
        wizard = self._as(login)["comment.wizard"].create(
            {
                "validate_reject": decision,
                "res_model": application._name,
                "res_id": application.id,
                "review_ids": [Command.set((reviews or application.sudo().review_ids).ids)],
                "comment": "x",
            }
        )
        return wizard.add_comment()

    # ---------------------------------------------------------------- who

    def test_who_does_not_approve(self):
        strangers = ("sales_b", "greedy_b", "homeless", "agent", "clerk", "auditor", "portal")
        for step, others in (
            ("department", ("sales_a", "credit", "finance", "credit_finance", "oem")),
            ("commerce", ("sales_a", "manager_a", "manager_a2", "finance")),
            ("finance", ("sales_a", "manager_a", "credit", "credit2", "oem")),
        ):
            application = self._at(step)
            for login in (*strangers, *others):
                with self.subTest(step, login=login):
                    self._denied(login, application)

    def test_admin_is_nobody_special(self):
        application = self._at("department")
        admin = self.env.ref("base.user_admin")
        self.users["admin"] = admin
        self._denied("admin", application)
        with self.assertRaises(AccessError):
            self._as("sales_a", application).sudo().action_approve("x")
        with self.assertRaises(UserError):
            application.sudo().with_user(self.env.ref("base.user_root")).action_approve("x")

    def test_who_filed_does_not_approve(self):
        for login in ("manager_a", "manager_credit_a"):
            application = self._at("department", login)
            with self.subTest(login):
                self._denied(login, application, "filed or edited")
        mine = self._submitted("credit")
        self._as("manager_a", mine).action_approve("x")
        self._denied("credit", mine, "filed or edited")
        oem = self._submitted("oem")
        self._as("manager_a", oem).action_approve("x")
        self._denied("oem", oem, "filed or edited")

    def test_second_role_does_not_help(self):
        """Not another role, not another dealer's list, not a role given afterwards."""
        application = self._submitted("manager_credit_a")
        self._as("manager_a", application).action_approve("x")
        self._denied("manager_credit_a", application, "filed or edited")
        filer = self.users["sales_a"]
        application = self._at("finance")
        filer.group_ids = [
            Command.link(self.env.ref("account.group_account_manager").id),
            Command.link(self.env.ref(f"{MODULE}.group_dealer_manager").id),
            Command.link(self.env.ref(f"{MODULE}.group_credit_controller").id),
        ]
        self._denied("sales_a", application, "filed or edited")

    def test_who_edited_does_not_approve(self):
        for write in (
            lambda draft: draft.write({"requested_limit": 900000}),
            lambda draft: draft.paper_ids[0].write({"remark": "x"}),
            lambda draft: draft.paper_ids[0].unlink(),
            lambda draft: draft.write({"paper_ids": [Command.unlink(draft.paper_ids[0].id)]}),
        ):
            draft = self._application()
            self._papers(draft)  # one of each is to spare
            write(self._as("manager_a", draft))
            # Whoever writes afterwards does not wash it clean.
            draft.write({"note": "mine again"})
            draft.action_submit()
            self._denied("manager_a", draft, "filed or edited")
            self._as("manager_a2", draft).action_approve("x")

    def test_one_person_one_step(self):
        application = self._at("department")
        self._as("manager_credit_a", application).action_approve("x")
        self._denied("manager_credit_a", application, "already")
        self._commerce(application, "credit_finance")
        self._denied("credit_finance", application, "already")
        self._as("finance", application).action_approve("x")
        self.assertEqual(self._state(application), "filed")

    def test_one_of_two_reviewers(self):
        """Two signatures of finance are of two people."""
        self.env.ref(f"{MODULE}.credit_step_finance_second").active = True
        application = self._at("finance", requested_limit=2000000)
        self._as("finance", application).action_approve("x")
        self.assertEqual(self._state(application), "submitted")
        self._denied("finance", application, "already")
        self._as("finance2", application).action_approve("x")
        self.assertEqual(self._state(application), "filed")

    def test_role_that_was_taken_away(self):
        application = self._at("commerce")
        self.users["credit2"].group_ids = [
            Command.unlink(self.env.ref(f"{MODULE}.group_credit_controller").id)
        ]
        self._denied("credit2", application)
        self.users["manager_a2"].dealer_ids = [Command.clear()]
        self._denied("manager_a2", self._at("department"))

    def test_role_that_was_given(self):
        application = self._at("commerce")
        self.users["clerk"].group_ids = [
            Command.link(self.env.ref(f"{MODULE}.group_credit_controller").id)
        ]
        self.assertTrue(self._as("clerk", application).can_review)
        self._commerce(application, "clerk")

    # ---------------------------------------------------------------- when

    def test_replay(self):
        application = self._at("department")
        review = application.sudo().review_ids[0]
        self._as("manager_a", application).action_approve("x")
        self._denied("manager_a", application)
        self._denied("manager_a2", application)  # the step is done, whoever comes
        with self.assertRaises(UserError):
            self._dialog("manager_a2", application, "validate", review)
        self._commerce(application)
        self._as("finance", application).action_approve("x")
        for login in ("finance", "finance2", "credit", "manager_a"):
            self._denied(login, application, "nobody|Filed")
        with self.assertRaises(UserError):
            application.sudo()._file()
        file = self.env["crm.credit.file"].search([("partner_id", "=", self.company_a.id)])
        self.assertEqual(len(file), 1)

    def test_after_refusal(self):
        application = self._at("commerce")
        self._as("credit", application).action_refuse("Too young")
        self.assertEqual(self._state(application), "draft")
        for login in ("credit", "credit2", "manager_a", "finance"):
            self._denied(login, application)
        with self.assertRaises(UserError):
            application.sudo()._file()

    def test_out_of_turn_by_the_dialog(self):
        """The dialog is told which reviews it is about; the application does not believe it."""
        application = self._at("department")
        last = application.sudo().review_ids[-1]
        with self.assertRaises(UserError):
            self._dialog("finance", application, "validate", last)
        other = self._at("commerce")
        self._dialog("manager_a", application, "validate", other.sudo().review_ids)
        self.assertEqual(
            other.sudo().review_ids.mapped("status"), ["approved", "pending", "waiting"]
        )
        with self.assertRaises(AccessError):
            # Under the name of another model, whose dialog writes reviews as it is told.
            self._as("manager_a")["comment.wizard"].create(
                {
                    "validate_reject": "validate",
                    "res_model": "res.partner",
                    "res_id": self.company_a.id,
                    "review_ids": [Command.set(other.sudo().review_ids.ids)],
                    "comment": "x",
                }
            ).add_comment()

    def test_no_limit_on_a_cancelled_assessment(self):
        application = self._at("finance")
        assessment = self._as("credit", application.sudo().assessment_id)
        with self.assertRaisesRegex(UserError, application.name):
            assessment.action_cancel()
        self.assertEqual(assessment.state, "done")
        # However it came to be cancelled, no limit is granted on it.
        assessment.sudo()._store({"state": "cancelled"})
        with self.assertRaisesRegex(UserError, "cancelled"), self.env.cr.savepoint():
            self._as("finance", application).action_approve("Confirmed")
        self.assertEqual(self._state(application), "submitted")
        self._as("finance", application).action_refuse("Assess anew")
        other = self._assessment()
        self._as("credit", other).action_cancel()
        self.assertEqual(other.state, "cancelled")
