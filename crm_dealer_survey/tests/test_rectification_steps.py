"""The way of a notice: conditions, deadlines, to-dos, mail (S4)."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, tagged

from .common_rectification import RectificationFactories


@tagged("post_install", "-at_install")
class TestRectificationSteps(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()

    def _todos(self, notice):
        return {(todo.user_id, todo.summary) for todo in notice.activity_ids}

    def test_the_whole_way(self):
        notice = self._notice()
        self.assertIn("Draft", notice.display_name)
        self._as("auditor", notice).action_issue()
        self.assertRegex(notice.name, r"^RN/\d{4}/\d{5}$")
        self.assertEqual(
            (notice.issuer_id, notice.issued_on), (self.users["auditor"], self.today)
        )
        self.assertEqual({user for user, _words in self._todos(notice)},
                         {self.users["manager_a"]})  # fmt: skip
        self._brought_to("reported", notice)
        self.assertEqual(
            (notice.accepted_by_id, notice.reported_by_id), (self.users["manager_a"],) * 2
        )
        self.assertFalse(notice.activity_ids)  # the call centre calls
        self._brought_to("recalled", notice)
        self.assertEqual({user for user, _words in self._todos(notice)},
                         {self.users["auditor"]})  # fmt: skip
        self._brought_to("closed", notice)
        self.assertEqual(
            (notice.closed_by_id, notice.closed_on), (self.users["auditor"], self.today)
        )
        self.assertFalse(notice.activity_ids)

    def test_steps_in_their_order_only(self):
        notice = self._brought_to("issued")
        for login, step in (("manager_a", "action_report"), ("auditor", "action_issue"),
                            ("auditor", "action_close")):  # fmt: skip
            with self.assertRaisesRegex(UserError, "Issued"):
                getattr(self._as(login, notice), step)()

    def test_a_report_needs_cause_measures_and_proof(self):
        notice = self._brought_to("in_work")
        manager = self._as("manager_a", notice)
        with self.assertRaisesRegex(UserError, "the cause, a measure"):
            manager.action_report()
        manager.cause_analysis = "Nobody at the desk"
        measure = self._measure(notice, proof=False, done_on=False)
        with self.assertRaisesRegex(UserError, "proof and day of “Somebody is at the desk”"):
            manager.action_report()
        with self.assertRaisesRegex(UserError, "Attach the proof"):
            self._as("sales_a", measure).done_on = self.today
        self._as("sales_a", measure).write({"proof": b"cHJvb2Y=", "done_on": self.today})
        with self.assertRaisesRegex(UserError, "in future"):
            self._as("sales_a", measure).done_on = self.today + timedelta(2)
        manager.action_report()
        self.assertEqual(notice.state, "reported")

    def test_proof_comes_through_the_form(self):
        notice = self._brought_to("in_work")
        with Form(self._as("manager_a", notice)) as form:
            form.cause_analysis = "Nobody at the desk"
            with form.measure_ids.new() as line:
                line.name = "Somebody is there"
                line.until = self.today
                line.proof = b"cHJvb2Y="
                line.done_on = self.today
        self._as("manager_a", notice).action_report()

    def test_refused_and_kept_up(self):
        notice = self._brought_to("issued")
        manager, auditor = self._as("manager_a", notice), self._as("auditor", notice)
        with self.assertRaisesRegex(UserError, "reason"):
            manager._step("refuse", "  ")
        dialog = self._dialog(manager, "action_refuse", reason="It was the weather")
        dialog.action_confirm()
        self.assertEqual((notice.state, notice.reason), ("refused", "It was the weather"))
        self.assertIn("It was the weather", notice.message_ids[0].body)
        self.assertEqual({user for user, _w in self._todos(notice)}, {self.users["auditor"]})
        later = self.today + timedelta(30)
        self._dialog(auditor, "action_insist", reason="It was not", deadline_on=later
                     ).action_confirm()  # fmt: skip
        self.assertEqual((notice.state, notice.deadline_on), ("issued", later))

    def _dialog(self, notice, action, **vals):
        context = getattr(notice, action)()["context"]
        dialogs = notice.env["crm.rectification.dialog"].with_context(**context)
        form = Form(dialogs)
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_sent_back_and_opened_again(self):
        notice = self._brought_to("reported")
        auditor = self._as("auditor", notice)
        dialog = self._dialog(auditor, "action_send_back", reason="The list is empty")
        self.assertEqual(dialog.deadline_on, notice._deadline(self.today))
        dialog.action_confirm()
        self.assertEqual((notice.state, notice.reopen_count), ("in_work", 0))
        self.assertFalse(notice.recall_call_id)
        self._brought_to("closed", notice)
        self.assertEqual(notice.report_count, 2)
        self._dialog(auditor, "action_reopen", reason="It happened again").action_confirm()
        self.assertEqual((notice.state, notice.reopen_count), ("in_work", 1))
        self.assertFalse(notice.closed_on or notice.closed_by_id)
        with self.assertRaisesRegex(UserError, "from today on"):
            self._brought_to("closed", notice)
            self._dialog(auditor, "action_reopen", reason="x",
                         deadline_on=self.today - timedelta(1)).action_confirm()  # fmt: skip

    def test_cancelled_with_a_reason(self):
        notice = self._brought_to("in_work")
        self._dialog(self._as("auditor", notice), "action_cancel", reason="Twice").action_confirm()
        self.assertEqual(notice.state, "cancelled")
        with self.assertRaises(UserError):
            self._as("auditor", notice).unlink()
        self._as("auditor", self._notice()).unlink()

    def test_deadline_in_working_days_of_the_company(self):
        """Friday and two working days, with a holiday on Monday, are Wednesday."""
        calendar = self.env["resource.calendar"].create(
            {"name": "Five days", "tz": "Asia/Shanghai"}
        )
        self.env["resource.calendar.leaves"].create(
            {"name": "Holiday", "calendar_id": calendar.id, "resource_id": False,
             "date_from": "2026-03-08 16:00:00", "date_to": "2026-03-09 15:59:59"}
        )  # fmt: skip
        company = self.env.company
        company.resource_calendar_id = calendar
        friday = date(2026, 3, 6)
        notice = self._notice(working_days=2)
        self.assertEqual(notice._deadline(friday), date(2026, 3, 11))
        with patch.object(type(company), "_today_here", lambda _self: friday):
            self._as("auditor", notice).action_issue()
            self.assertEqual(notice.deadline_on, date(2026, 3, 11))
        own = self._notice(deadline_on=self.today + timedelta(77))
        self._as("auditor", own).action_issue()
        self.assertEqual(own.deadline_on, self.today + timedelta(77))
        late = self._notice(deadline_on=self.today - timedelta(1))
        with self.assertRaisesRegex(UserError, "has passed"):
            self._as("auditor", late).action_issue()

    def test_deadline_where_the_calendar_has_another_clock(self):
        """The morning in New York is the evening in Shanghai: days are counted where work is."""
        company = self.env.company
        company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Five days", "tz": "America/New_York"}
        )
        company.partner_id.tz = "Asia/Shanghai"
        notice = self._notice(working_days=2)
        self.assertEqual(notice._deadline(date(2026, 1, 6)), date(2026, 1, 8))
        self.assertEqual(notice._deadline(date(2026, 1, 8)), date(2026, 1, 12))

    def test_without_a_customer_nobody_is_called(self):
        notice = self._brought_to("reported", partner_id=False)
        self.assertEqual({user for user, _w in self._todos(notice)}, {self.users["auditor"]})
        self._as("auditor", notice).action_close()
        self.assertEqual(notice.state, "closed")

    def test_the_dealer_is_told_in_its_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_dealer_survey.mail_template_rectification_issued")
        template.with_context(lang="zh_CN").subject = "整改通知 {{ object.name }}"
        self.users["manager_a"].lang = "zh_CN"
        notice = self._brought_to("issued", responsible_id=self.users["sales_a"].id)
        mails = self.env["mail.mail"].search(
            [("model", "=", "crm.rectification"), ("res_id", "=", notice.id)]
        )
        told = {mail.recipient_ids: mail.subject for mail in mails}
        self.assertIn("整改通知", told[self.users["manager_a"].partner_id])
        self.assertIn("Notice of rectification", told[self.users["sales_a"].partner_id])
        self.assertIn(f"/odoo/rectifications/{notice.id}", mails[0].body_html)

    def test_print_in_both_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        notice = self._notice(
            finding_ids=[Command.create({"question_id": self._question("satisfaction").id,
                                         "value": 3})]
        )  # fmt: skip
        self._brought_to("closed", notice)
        html, _kind = self.env["ir.actions.report"].with_user(
            self.users["manager_a"]
        )._render_qweb_html("crm_dealer_survey.rectification", notice.ids)
        for words in ("问题整改通知单", "Notice of Rectification", notice.name, "Waiting time",
                      "Two hours without a word", "satisfaction 0", "3 / 10",
                      "Somebody is at the desk", "list.txt", "Test auditor",
                      "Nobody was at the desk", "All is well"):  # fmt: skip
            self.assertIn(words, html.decode())

    def test_copy_is_a_draft(self):
        notice = self._brought_to("closed")
        copy = self._as("auditor", notice).copy()
        self.assertEqual((copy.state, copy.name, copy.subject), ("draft", "/", "Waiting time"))
        self.assertFalse(copy.measure_ids or copy.issuer_id or copy.recall_ids)

    def test_merge_keeps_notices(self):
        notice = self._brought_to("issued")
        other = self._customer(self.dealer_a, name="The same person")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer_a | other).ids, other, extra_checks=False
        )
        self.assertEqual((notice.partner_id, notice.commercial_partner_id), (other, other))
        self.assertEqual(other.rectification_count, 1)

    def test_today_board(self):
        notice = self._brought_to("issued", responsible_id=self.users["sales_a"].id)
        dealer = self._as("sales_a", self.dealer_a)
        self.assertEqual((dealer.today_rectification_count, dealer.today_rectification_mine),
                         (1, 1))  # fmt: skip
        action = dealer.with_context(today_figure="rectification").action_open_today()
        found = self._as("sales_a", self.Notice).search(action["domain"])
        self.assertEqual(found, notice)
