from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, TransactionCase, freeze_time, tagged

from .common import MODULE
from .common_application import PAPER, ApplicationFactories


@tagged("post_install", "-at_install")
class TestCreditApplication(ApplicationFactories, TransactionCase):
    """The way of an application through its steps (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def _to_do(self, application):
        """Whose to-do the application is."""
        return set(application.sudo().activity_ids.user_id.mapped("login"))

    # ---------------------------------------------------------------- the way

    def test_way_through(self):
        application = self._submitted()
        self.assertEqual(self._state(application), "submitted")
        self.assertEqual(application.turn_name, "Department manager")
        self.assertIn("manager_a", self._to_do(application))
        self.assertFalse(self._to_do(application) & {"sales_a", "credit", "appl_finance"})
        self._as("manager_a", application).action_approve("Good customer")
        self.assertEqual(application.turn_name, "Commerce")
        self.assertIn("credit", self._to_do(application))
        self.assertNotIn("oem", self._to_do(application))
        self._commerce(application)
        self.assertEqual(application.turn_name, "Finance")
        self.assertIn("appl_finance", self._to_do(application))
        self._as("finance", application).action_approve("Confirmed")
        self.assertEqual(self._state(application), "filed")
        self.assertFalse(application.sudo().activity_ids)
        self.assertEqual(application.filed_on, application.company_id._today_here())
        signed = application.sudo().review_ids
        self.assertEqual(signed.mapped("status"), ["approved"] * 3)
        self.assertEqual(signed.mapped("done_by.login"), ["manager_a", "credit", "appl_finance"])
        self.assertEqual(signed.mapped("comment"), ["Good customer", "Assessed", "Confirmed"])
        log = " ".join(application.sudo().message_ids.mapped("body"))
        for text in ("Good customer", "Assessed", "Confirmed"):
            self.assertIn(text, log)

    def test_limit_is_granted(self):
        application = self._filed(valid_until=fields.Date.today() + timedelta(100))
        file = self.env["crm.credit.file"].search([("partner_id", "=", self.company_a.id)])
        self.assertEqual((file.limit, file.valid_until), (300000, application.valid_until))
        self.assertEqual(file.company_id, application.company_id.root_id)
        partner = self.company_a.with_company(application.company_id)
        self.assertEqual(partner.credit_limit, 300000)

    def test_buttons_ask_for_a_comment(self):
        """By the dialog of the tiers, as on screen."""
        application = self._submitted()
        for login, button, decision, text in (
            ("manager_a", "action_approve", "validate", "Agreed"),
            ("credit", "action_refuse", "reject", "Too young"),
        ):
            seen = self._as(login, application)
            action = getattr(seen, button)()
            self.assertEqual(action["res_model"], "comment.wizard")
            context = {**action["context"], "default_comment": text}
            dialog = Form(seen.env["comment.wizard"].with_context(**context))
            self.assertEqual(dialog.comment, text)
            wizard = dialog.save()
            self.assertEqual(wizard.validate_reject, decision)
            wizard.add_comment()
        self.assertEqual(self._state(application), "draft")
        self.assertEqual(application.refusal_reason, "Too young")
        first = application.sudo().review_ids[0]
        self.assertEqual((first.status, first.comment), ("approved", "Agreed"))

    def test_step_without_comment(self):
        """A step that asks for no comment approves at once, and refuses with a reason still."""
        tier = self.env.ref(f"{MODULE}.credit_step_department")
        tier.has_comment = False
        application = self._submitted()
        self.assertTrue(self._as("manager_a", application).action_refuse()["res_model"])
        self.assertIs(self._as("manager_a", application).action_approve(), True)
        self.assertEqual(application.turn_name, "Commerce")

    def test_refusal(self):
        application = self._at("commerce")
        for reason in ("", "  ", None):
            action = self._as("credit", application).action_refuse(reason)
            self.assertEqual(action["res_model"], "comment.wizard")
        self.assertEqual(self._state(application), "submitted")
        self._as("credit", application).action_refuse("Too young")
        self.assertEqual(self._state(application), "draft")
        self.assertEqual(application.refusal_reason, "Too young")
        self.assertEqual(application.refused_by_id, self.users["credit"])
        self.assertIn("Too young", " ".join(application.sudo().message_ids.mapped("body")))
        self.assertEqual(self._to_do(application), {"sales_a"})
        self.assertIn(
            application, application.search([("refusal_reason", "!=", False)])
        )
        # Mended, it goes the whole way again.
        application.write({"requested_limit": 200000})
        application.action_submit()
        self.assertFalse(application.refusal_reason)
        reviews = application.sudo().review_ids
        self.assertEqual(reviews.mapped("status"), ["pending", "waiting", "waiting"])
        self._as("manager_a", application).action_approve("x")
        self._commerce(application, limit=150000)
        self._as("finance", application).action_approve("x")
        self.assertEqual(self._state(application), "filed")

    def test_recall_and_cancel(self):
        application = self._at("finance")
        application.action_recall()
        self.assertEqual(self._state(application), "draft")
        self.assertFalse(self._to_do(application))
        with self.assertRaisesRegex(UserError, "Draft"):
            application.action_recall()
        application.action_submit()
        self.assertEqual(application.turn_name, "Department manager")
        with self.assertRaisesRegex(UserError, "Under Approval"):
            application.action_submit()
        application.action_cancel()
        self.assertEqual(self._state(application), "cancelled")
        self.assertFalse(self._to_do(application))
        for step in ("action_submit", "action_recall", "action_cancel"):
            with self.assertRaises(UserError):
                getattr(application, step)()
        with self.assertRaisesRegex(UserError, "Cancel it"):
            self._at("department").unlink()
        with self.assertRaises(UserError):
            self._filed().action_recall()

    def test_draft_is_deleted(self):
        draft = self._application()
        draft.unlink()
        self.assertFalse(draft.exists())

    # ---------------------------------------------------------------- what is asked for

    def test_everything_missing_at_once(self):
        draft = self._application(
            papers=False,
            requested_limit=0,
            legal_person=False,
            valid_until=fields.Date.today() - timedelta(1),
        )
        licence = self.env.ref(f"{MODULE}.credit_paper_licence")
        bank = self.env.ref(f"{MODULE}.credit_paper_bank")
        draft.paper_ids = [
            Command.create({"type_id": licence.id, "stamped": True, "document": PAPER}),
            Command.create({"type_id": bank.id}),
        ]
        with self.assertRaises(ValidationError) as caught:
            draft.action_submit()
        text = str(caught.exception)
        for part in (
            "requested limit", "legal representative", "a day to come",
            "“Business licence”: enter until when", "“Bank account permit”: attach the copy; have",
            "add the paper “Organisation code", "add the paper “Tax registration",
        ):  # fmt: skip
            self.assertIn(part, text)
        draft.channel_class_id = False
        with self.assertRaisesRegex(ValidationError, "choose the channel class"):
            draft.action_submit()
        self.assertEqual(self._state(draft), "draft")

    def test_papers_by_channel_class(self):
        for level, wanted in (
            ("agent1", 4), ("agent", 4), ("distributor1", 4), ("distributor", 4), ("web", 1),
            ("retail", 0),
        ):  # fmt: skip
            draft = self._application(papers=False)
            draft.channel_class_id = self.env.ref(f"{MODULE}.level_channel_{level}")
            with self.subTest(level):
                self.assertEqual(len(draft._missing_papers()), wanted)
        draft.action_submit()  # retail
        self.assertEqual(self._state(draft), "submitted")

    def test_required_papers_are_data(self):
        self.kinds.channel_class_ids = [Command.unlink(self.channel_class.id)]
        self._application(papers=False).action_submit()

    def test_overdue_paper(self):
        draft = self._application()
        licence = draft.paper_ids.filtered("type_id.needs_date")
        domain = [("paper_ids.valid_until", "<", "today"), ("id", "=", draft.id)]
        self.assertFalse(draft.search(domain))
        licence.valid_until = fields.Date.today() - timedelta(1)
        with self.assertRaisesRegex(ValidationError, "overdue"):
            draft.action_submit()
        self.assertEqual(draft.search(domain), draft)
        # The renewed copy beside the old one is enough.
        licence.copy({"valid_until": fields.Date.today() + timedelta(1), "document": PAPER})
        draft.action_submit()

    def test_stamp_is_data(self):
        draft = self._application()
        draft.paper_ids[1].stamped = False
        with self.assertRaisesRegex(ValidationError, "stamped"):
            draft.action_submit()
        draft.paper_ids[1].type_id.sudo().needs_stamp = False
        draft.action_submit()

    def test_commerce_assesses(self):
        application = self._at("commerce")
        credit = self._as("credit", application)
        with self.assertRaisesRegex(UserError, "assessment.*approved limit"):
            credit.action_approve("x")
        credit.assessment_id = self._assessment()
        with self.assertRaisesRegex(UserError, "approved limit above zero"):
            credit.action_approve("x")
        with self.assertRaisesRegex(Exception, "approved_within_requested|not above"):
            credit.approved_limit = 500001
            self.env.flush_all()

    def test_commerce_gets_a_proposal(self):
        """From the customer's last assessment, never above what is asked for."""
        self._assessment(proposed_limit=100, done_on=fields.Datetime.now() - timedelta(9))
        last = self._assessment(proposed_limit=800000)
        application = self._at("commerce")
        self.assertEqual(application.assessment_id, last)
        self.assertEqual(application.sudo().approved_limit, 500000)

    def test_limit_that_ended_on_the_way(self):
        application = self._at("finance", valid_until=fields.Date.today() + timedelta(2))
        with freeze_time(fields.Date.today() + timedelta(5)):
            with self.assertRaises(UserError) as caught:
                self._as("finance", application).action_approve("x")
            self.assertIn("a day to come", str(caught.exception))
            self.env.invalidate_all()  # as the server does
            self.assertEqual(self._state(application), "submitted")
            self._as("finance", application).valid_until = fields.Date.today() + timedelta(9)
            self._as("finance", application).action_approve("x")
        self.assertEqual(self._state(application), "filed")

    def test_threshold(self):
        """A second signature of finance from an amount on, switched on as data."""
        second = self.env.ref(f"{MODULE}.credit_step_finance_second")
        self.assertFalse(second.active)
        self.assertEqual(len(self._submitted(requested_limit=2000000).sudo().review_ids), 3)
        second.active = True
        self.assertEqual(len(self._submitted(requested_limit=999999).sudo().review_ids), 3)
        large = self._submitted(requested_limit=1000000)
        self.assertEqual(large.sudo().review_ids.mapped("name")[-1], second.name)

    def test_no_way_without_steps(self):
        steps = self.env["tier.definition"].search([("model", "=", "crm.credit.application")])
        steps.active = False
        draft = self._application()
        with self.assertRaisesRegex(UserError, "No approval step"):
            draft.action_submit()

    def test_nobody_could_approve(self):
        managers = self.env["res.users"]
        for login in ("manager_a", "manager_a2", "manager_credit_a"):
            managers |= self.users[login]
        managers.dealer_ids = [Command.clear()]
        draft = self._application()
        with self.assertRaisesRegex(UserError, "Nobody can approve the step “Department manager”"):
            draft.action_submit()

    def test_customer_of_no_dealer(self):
        """The manufacturer's manager is the department manager then."""
        nobody = self._customer(None, name="Nobody's", is_company=True)
        application = self._submitted("credit", partner_id=nobody.id)
        self._as("oem", application).action_approve("x")
        self.assertEqual(application.sudo().turn_name, "Commerce")

    def test_systray_and_filter(self):
        application = self._at("commerce")
        found = self._as("credit")["crm.credit.application"].search([("can_review", "=", True)])
        self.assertIn(application, found)
        found = self._as("finance")["crm.credit.application"].search([("can_review", "=", True)])
        self.assertNotIn(application, found)
