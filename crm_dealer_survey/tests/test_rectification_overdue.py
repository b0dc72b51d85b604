"""Overdue notices are told upwards once, and the figures of dealers (S4)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_rectification import RectificationFactories


@tagged("post_install", "-at_install")
class TestRectificationOverdue(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()
        # Others' notices are not told of here.
        cls.Notice.search([("state", "in", ("issued", "in_work"))])._store(
            {"deadline_on": cls.today + timedelta(99)}
        )
        cls.Escalation = cls.env["crm.rectification.escalation"]

    def _late(self, days, notice=None):
        notice = notice or self._brought_to("issued")
        notice._store({"deadline_on": self.today - timedelta(days)})
        return notice

    def _levels(self, notice):
        self.env.invalidate_all()
        return sorted(notice.escalation_ids.mapped("level"))

    def test_each_level_once(self):
        in_time, late = self._late(0), self._late(1)
        oem = self.env["ir.config_parameter"]
        oem.set_param("crm_dealer_survey.rectification_oem_days", "3")
        for _run in range(3):
            while self.Escalation._escalate_batch(limit=1):
                pass
        self.assertEqual((self._levels(in_time), self._levels(late)), ([], ["dealer"]))
        self.assertTrue(late.is_overdue and not in_time.is_overdue)
        self.assertEqual(late.escalation_ids.user_ids, self.users["manager_a"])
        notified = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.users["manager_a"].partner_id.id),
             ("mail_message_id.model", "=", "crm.rectification"),
             ("mail_message_id.res_id", "=", late.id),
             ("mail_message_id.subject", "ilike", "overdue")]
        )  # fmt: skip
        self.assertEqual(len(notified), 1)
        self._late(3, late)
        self.Escalation._escalate_batch()
        self.assertEqual(self._levels(late), ["dealer", "dealer"])  # another deadline
        self._late(4, late)
        for _run in range(2):
            self.Escalation._escalate_batch()
        self.assertEqual(self._levels(late), ["dealer", "dealer", "dealer", "oem"])
        told = late.escalation_ids.filtered(lambda e: e.level == "oem").user_ids
        self.assertIn(self.users["oem"], told)
        self.assertNotIn(self.users["auditor"], told)

    def test_a_dealer_without_a_manager(self):
        notice = self._late(1)
        self.dealer_a.manager_id = False
        self.users["manager_a"].active = False
        self.Escalation._escalate_batch()
        self.assertEqual(self._levels(notice), ["dealer"])
        self.assertIn(self.users["oem"], notice.escalation_ids.user_ids)

    def test_not_while_others_have_the_turn(self):
        for state in ("reported", "recalled", "closed"):
            notice = self._late(9, self._brought_to(state))
            self.Escalation._escalate_batch()
            self.assertEqual(self._levels(notice), [], state)
            self.assertFalse(notice.is_overdue)

    def test_one_that_fails_does_not_stop_the_others(self):
        first, second = self._late(2), self._late(1)
        tell = type(self.Escalation)._tell

        def fails(model, notice, level):
            if notice == first:
                raise ValueError("Nobody there")
            return tell(model, notice, level)

        failed = []
        with patch.object(type(self.Escalation), "_tell", fails), mute_logger(
            "odoo.addons.crm_dealer_survey.models.rectification.crm_rectification_escalation"
        ):
            self.Escalation._escalate_batch(failed=failed)
        self.assertEqual(failed, first.ids)
        self.assertEqual((self._levels(first), self._levels(second)), ([], ["dealer"]))
        self.Escalation._escalate_batch()
        self.assertEqual(self._levels(first), ["dealer"])

    def test_search_for_overdue(self):
        late, in_time = self._late(1), self._late(0)
        ours = [("id", "in", (late | in_time).ids)]
        self.assertEqual(self.Notice.search([*ours, ("is_overdue", "=", True)]), late)
        self.assertEqual(self.Notice.search([*ours, ("is_overdue", "=", False)]), in_time)

    def test_who_is_late_refuses_no_more(self):
        """Else a dealer that refuses, and is insisted on, was never late."""
        late, in_time = self._late(1), self._late(0)
        mine = self._as("manager_a", late)
        for refuse in (mine.action_refuse, lambda: mine._step("refuse", "It was the weather")):
            with self.assertRaisesRegex(UserError, "write to Test auditor"):
                refuse()
        self.assertEqual(late.state, "issued")
        self._as("manager_a", in_time)._step("refuse", "It was the weather")
        mine.action_accept()
        self._work(late)
        mine.action_report()
        report = self.env["crm.rectification.report"].search([("id", "=", late.id)])
        self.assertEqual((report.is_due, report.late_rate), (True, 1))

    def test_figures_of_dealers(self):
        """Four notices to A: closed after six days, late in work, reported in time, reopened."""
        closed = self._brought_to("closed")
        closed._store({"issued_on": self.today - timedelta(6)})
        self._late(1, self._brought_to("in_work"))
        self._brought_to("reported")
        self._brought_to("reported")._store({"reopen_count": 2})
        self._as("auditor", self._brought_to("issued"))._step("cancel", "Twice")
        self._notice()
        report = self._as("manager_a", self.env["crm.rectification.report"])
        figures = report._figures_by_dealer(self.dealer_a | self.dealer_b)
        self.assertEqual(
            figures,
            {self.dealer_a.with_env(report.env): {
                "notices": 4, "open": 3, "reopened": 2, "late_rate": 0.25, "days_to_close": 6}},
        )  # fmt: skip
        early = report._figures_by_dealer(self.dealer_a, last=self.today - timedelta(1))
        self.assertEqual([row["notices"] for row in early.values()], [1])
