"""Notices keep the manufacturer and the dealer apart: drafts, files, people who left (S4)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from .common_rectification import RectificationFactories

COMPLAINT = {
    "source_ref": "helpdesk.ticket,0", "source_name": "Brakes", "problem": "The brakes again",
    "cause": "Not repaired", "at_dealer": True, "repeat": True,
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestRectificationApart(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()

    def _rule_about(self, about, **vals):
        return self.env["crm.rectification.rule"].create(
            {"name": about, "about": about, "start_on": self.today, **vals}
        )

    def _complained(self, login="manager_a", **values):
        """What the rule makes of a complaint that ``login`` closes."""
        dealer = self._as(login, self.dealer_a).with_context(tracking_disable=False)
        dealer.sudo()._notice_wanted({**COMPLAINT, **values})
        return self.Notice.search([("source_ref", "=", COMPLAINT["source_ref"])])

    def test_whoever_closes_a_complaint_does_not_follow_the_draft(self):
        self._rule_about("complaint")
        notice = self._complained()
        self.assertEqual(notice.state, "draft")
        self.assertNotIn(self.users["manager_a"].partner_id, notice.message_partner_ids)

    def test_the_issuer_follows_what_others_wrote(self):
        notice = self._notice("agent")
        self._as("auditor", notice).action_issue()
        self.assertIn(self.users["auditor"].partner_id, notice.message_partner_ids)

    def test_one_notice_about_a_complaint(self):
        """By hand first, by the rule later: the same one; a cancelled one is not in the way."""
        self._rule_about("complaint")
        auditor = self._as("auditor", self.dealer_a)
        first = self.Notice.browse(auditor._give_notice(COMPLAINT)["res_id"])
        self.assertEqual(self._complained(), first)
        self._as("auditor", first)._step("cancel", "A mistake")
        second = self.Notice.browse(auditor._give_notice(COMPLAINT)["res_id"])
        self.assertNotEqual(second, first)
        with self.assertRaisesRegex(UserError, "Choose the dealer"):
            self._as("auditor", self.env["crm.dealer"])._give_notice(COMPLAINT)

    def test_words_are_the_dealers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.users["manager_a"].lang = "zh_CN"
        worded = self.Notice.with_context(lang="en_US")._worded_for(self.dealer_a)
        self.assertEqual(worded.env.lang, "zh_CN")
        self.dealer_a.manager_id = False
        self.env.company.partner_id.lang = "en_US"
        self.assertEqual(self.Notice._worded_for(self.dealer_a).env.lang, "en_US")

    def test_who_went_to_a_dealer_does_not_hold_it_up(self):
        """The issuer works at a dealer now: the manufacturer's manager decides."""
        rule = self._rule_about("call", action="issue", issuer_id=self.users["auditor"].id)
        self.assertTrue(rule._issues())
        notice = self._brought_to("reported", partner_id=False)
        self.users["auditor"].group_ids += self.env.ref("crm_dealer_grading.group_dealer_user")
        self.assertFalse(rule._issues())
        with self.assertRaises(AccessError):
            self._as("auditor", notice).action_close()
        self._as("oem", notice).action_close()
        self.assertEqual(notice.state, "closed")

    def test_who_works_at_a_dealer_writes_no_drafts(self):
        """Not with a role of the call centre either, from no button."""
        agent = self.users["manager_a"]
        agent.group_ids += self.env.ref("crm_dealer_grading.group_call_centre")
        with self.assertRaises(AccessError):
            self._notice("manager_a")
        draft = self._notice()
        with self.assertRaises(AccessError):
            self._as("manager_a", draft).sudo().problem = "Nothing"
        self.assertFalse(self._as("manager_a", self.Notice)._may_write_drafts())

    def test_whoever_left_the_dealer_gets_no_mail(self):
        sales = self.users["sales_a"]
        notice = self._notice(responsible_id=sales.id)
        self.dealer_a.user_ids -= sales
        self.dealer_b.user_ids += sales
        self._as("auditor", notice).action_issue()
        self.assertNotIn(sales.partner_id, notice.message_partner_ids)
        mails = self.env["mail.mail"].search(
            [("model", "=", "crm.rectification"), ("res_id", "=", notice.id)]
        )
        self.assertEqual(mails.recipient_ids, self.users["manager_a"].partner_id)

    def test_whoever_leaves_the_dealer_follows_no_more(self):
        """From either side; who stays, and the manufacturer's people, follow as before."""
        sales, manager = self.users["sales_a"], self.users["manager_a"]
        people = (sales | manager | self.users["auditor"]).partner_id
        notice = self._brought_to("issued", self._notice())
        notice.message_subscribe(people.ids)
        self.dealer_a.user_ids -= sales
        self.assertEqual(notice.message_partner_ids & people, people - sales.partner_id)
        manager.dealer_ids = self.dealer_b
        self.assertEqual(notice.message_partner_ids & people, self.users["auditor"].partner_id)

    def test_files_of_a_notice_are_changed_by_whom_they_are(self):
        notice = self._brought_to("in_work")
        photo = self.env["ir.attachment"].with_user(self.users["auditor"]).create(
            {"name": "photo", "raw": b"Queue", "res_model": notice._name, "res_id": notice.id}
        )  # fmt: skip
        for login in ("sales_a", "manager_a", "oem"):
            mine = self._as(login, photo)
            self.assertEqual(mine.raw, b"Queue")
            for attempt in (mine.unlink, lambda m=mine: m.write({"raw": b"Nobody"}),
                            lambda m=mine: m.write({"res_id": 0})):  # fmt: skip
                with self.assertRaises(AccessError):
                    attempt()
        mine = self._as("manager_a", self.env["ir.attachment"]).create(
            {"name": "reply", "raw": b"x", "res_model": notice._name, "res_id": notice.id}
        )
        mine.raw = b"y"
        mine.unlink()
        photo.write({"raw": b"Longer queue"})

    def test_a_dealer_opens_what_is_about_others_customers(self):
        """The dealer at fault is not always the customer's: form and print hide the name."""
        notice = self._brought_to("in_work", partner_id=self.customer_b.id, visit_id=False,
                                  vehicle_id=False)  # fmt: skip
        self.env.invalidate_all()
        mine = self._as("manager_a", notice)
        with Form(mine) as form:
            form.cause_analysis = "Nobody at the desk"
        reports = self.env["ir.actions.report"].with_user(self.users["manager_a"])
        html, _kind = reports._render_qweb_html("crm_dealer_survey.rectification", notice.ids)
        self.assertIn("Two hours without a word", html.decode())
        self.assertNotIn(self.customer_b.name, html.decode())
        with self.assertRaises(AccessError):
            mine.partner_id.read(["email"])

    def test_staff_read_findings(self):
        question = self._question("satisfaction")
        notice = self._notice(
            finding_ids=[(0, 0, {"question_id": question.id, "value": 3})]
        )  # fmt: skip
        self._brought_to("issued", notice)
        for login in ("sales_a", "manager_a"):
            finding = self._as(login, notice.finding_ids)
            self.env.invalidate_all()
            self.assertEqual(finding.said, "3 / 10")
            self.assertIn("satisfaction", finding.display_name)
