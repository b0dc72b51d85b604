from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from .common import MODULE
from .common_application import ApplicationFactories


@tagged("post_install", "-at_install")
class TestCreditApplicationAccess(ApplicationFactories, TransactionCase):
    """Who sees, writes and files applications: denials first (K2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_applications()

    def test_who_may_not_apply(self):
        for login in (
            "sales_b", "greedy_b", "homeless", "agent", "auditor", "clerk", "finance", "portal",
        ):  # fmt: skip
            with self.subTest(login), self.assertRaises(AccessError):
                self._application(login, papers=False)

    def test_who_does_not_see(self):
        application = self._at("commerce")
        records = (application, application.paper_ids, application.sudo().review_ids)
        for login in ("sales_b", "greedy_b", "homeless", "agent", "clerk", "portal"):
            for record in records:
                seen = self._as(login, record)
                with self.subTest(login, model=record._name):
                    if seen.has_access("read"):
                        self.fail(f"{login} reads {record}")
                    if seen.browse().has_access("read"):
                        self.assertFalse(seen.search([("id", "in", record.ids)]))

    def test_who_sees(self):
        application = self._at("commerce")
        for login in ("sales_a", "manager_a", "credit", "finance", "auditor", "oem"):
            seen = self._as(login, application)
            with self.subTest(login):
                self.assertEqual(seen.search([("id", "=", application.id)]), application)
                self.assertTrue(seen.review_ids.mapped("name"))
                self.assertTrue(seen.paper_ids.mapped("type_id.name"))
                Form(seen)  # every field of the screen can be read

    def test_who_does_not_write(self):
        draft = self._application()
        for login in ("auditor", "finance", "sales_b", "greedy_b", "agent", "clerk", "portal"):
            seen = self._as(login, draft)
            with self.subTest(login):
                for act in (
                    lambda: seen.write({"note": "x"}),  # noqa: B023
                    lambda: seen.write({"paper_ids": [Command.clear()]}),  # noqa: B023
                    lambda: seen.paper_ids.write({"stamped": False}),  # noqa: B023
                    lambda: seen.action_submit(),  # noqa: B023
                    lambda: seen.action_cancel(),  # noqa: B023
                    lambda: seen.unlink(),  # noqa: B023
                ):
                    with self.assertRaises(AccessError):
                        act()

    def test_prefill_asks_for_sight(self):
        """A form that is never saved tells nothing of another dealer's customer."""
        self.customer_b.write({"is_company": True, "website": "https://b.example.com"})
        for login in ("sales_a", "manager_a"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login)["crm.credit.application"].onchange(
                    {"partner_id": self.customer_b.id}, ["partner_id"], {"website": {}}
                )
            draft = self._application(login, papers=False)
            with self.assertRaises(AccessError):
                draft.write({"partner_id": self.customer_b.id})

    def test_served_customer_is_its_home_dealers(self):
        self.customer_b.write({"serving_dealer_ids": [Command.link(self.dealer_a.id)]})
        with self.assertRaisesRegex(AccessError, "own dealer"):
            self._application(partner_id=self.customer_b.id, papers=False)

    def test_customer_without_dealer_is_the_writers(self):
        nobody = self._customer(None, name="Nobody's", is_company=True)
        application = self._application(partner_id=nobody.id, papers=False)
        self.assertEqual(application.dealer_id, self.dealer_a)
        mine = self._application("credit", partner_id=nobody.id, papers=False)
        self.assertFalse(mine.dealer_id)
        self.assertFalse(self._as("sales_a", mine).has_access("read"))

    def test_company_rule(self):
        other = self.env["res.company"].create({"name": "Other"})
        application = self._application(papers=False)
        with self.assertRaises(AccessError):
            application.write({"company_id": other.id})
        with self.assertRaises(AccessError):
            self._application(papers=False, company_id=other.id)
        application.sudo()._in_step().company_id = other
        self.env.flush_all()
        application.invalidate_recordset()
        self.assertFalse(self._as("credit", application).has_access("read"))
        self.assertFalse(self._as("sales_a", application).has_access("read"))

    def test_reviewers_can_open_what_they_review(self):
        other = self.env["res.company"].create({"name": "Other"})
        new_test_user(
            self.env,
            login="appl_elsewhere",
            groups=f"{MODULE}.group_credit_controller",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        application = self._at("commerce")
        asked = application.sudo().review_ids.reviewer_ids.mapped("login")
        self.assertIn("credit", asked)
        self.assertNotIn("appl_elsewhere", asked)
        self.assertNotIn("greedy_b", asked)  # finance by role, but staff of another dealer

    def test_configuration(self):
        tier = self.env.ref(f"{MODULE}.credit_step_finance_second")
        for login in ("manager_a", "credit", "finance", "auditor", "clerk"):
            with self.subTest(login):
                with self.assertRaises(AccessError):
                    self._as(login, tier).write({"active": True})
                with self.assertRaises(AccessError):
                    self._as(login, self.kinds).write({"needs_stamp": False})
        oem = self._as("oem", tier)
        oem.write({"active": True})
        self._as("oem", self.kinds).write({"needs_stamp": False})
        foreign = self.env["tier.definition"].create(
            {"name": "Theirs", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        with self.assertRaises(AccessError):
            self._as("oem", foreign).write({"name": "Ours"})
        with self.assertRaises(AccessError):
            oem.write({"model_id": foreign.model_id.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.tier_definition_action_credit"
        )
        form = Form(
            self._as("oem")["tier.definition"].with_context(
                default_model_id=self.env["ir.model"]._get_id("crm.credit.application"),
                default_review_type="group",
            ),
            view=f"{MODULE}.tier_definition_view_form_credit_step",
        )
        form.name = "Director"
        form.credit_step = "finance"
        form.reviewer_group_id = self.env.ref(f"{MODULE}.group_oem_manager")
        self.assertEqual(form.save().model, "crm.credit.application")
        self.assertIn("default_model_id", str(action["context"]))

    def test_signed_step_is_archived_not_deleted(self):
        self._submitted()
        tier = self.env.ref(f"{MODULE}.credit_step_department")
        with self.assertRaisesRegex(UserError, "Archive"):
            tier.unlink()

    def test_others_notice_nothing(self):
        """The counter of reviews stays empty for people without our roles, and asks little."""
        before = self._as("credit")["res.users"].review_user_count()
        self._at("commerce")
        for login in ("clerk", "agent", "auditor", "sales_b", "greedy_b"):
            with self.subTest(login):
                counts = self._as(login)["res.users"].review_user_count()
                self.assertEqual(counts, [])
        (count,) = self._as("credit")["res.users"].review_user_count()
        self.assertEqual(count["model"], "crm.credit.application")
        model = self.env["ir.model"]._get(count["model"])
        self.env["res.lang"]._activate_lang("zh_CN")
        model.with_context(lang="zh_CN").name = "信用申请"
        chinese = self._as("credit")["res.users"].with_context(lang="zh_CN")
        self.assertEqual(chinese.review_user_count()[0]["name"], "信用申请")
        waited = sum(line["pending_count"] for line in before)
        self.assertEqual(count["pending_count"], waited + 1)

    def test_colleagues_only(self):
        """The customer is never written to from its application."""
        user = new_test_user(self.env, login="appl_customer", groups="base.group_portal")
        self.company_a.child_ids = [Command.link(user.partner_id.id)]
        application = self._filed()
        application.message_subscribe(self.company_a.ids + user.partner_id.ids)
        share = application.sudo().message_partner_ids.filtered("partner_share")
        self.assertFalse(share)
        with self.assertRaisesRegex(UserError, "internal"):
            application.message_post(body="Hello", partner_ids=self.company_a.ids)
        # By a way around the method, too: nothing is sent outside.
        self.env["mail.followers"].create(
            {
                "res_model": application._name,
                "res_id": application.id,
                "partner_id": self.company_a.id,
                "subtype_ids": [Command.set(self.env.ref("mail.mt_comment").ids)],
            }
        )
        message = application.message_post(body="Internal", subtype_xmlid="mail.mt_comment")
        self.assertNotIn(self.company_a, message.sudo().notified_partner_ids)
        suggested = application._message_get_suggested_recipients()
        self.assertNotIn(self.company_a.id, [line.get("partner_id") for line in suggested])
        for record in (application, application.paper_ids, application.sudo().review_ids):
            self.assertFalse(record.with_user(user).has_access("read"))
        messages = application.sudo().message_ids
        self.assertTrue(messages)
        self.assertFalse(messages.with_user(user)._filtered_access("read"))
