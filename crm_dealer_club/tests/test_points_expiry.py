from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsExpiry(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            SQL("UPDATE crm_club_point_entry SET expires_on = '2099-12-31' WHERE remaining > 0")
        )
        cls.today = cls.member_a._today()

    def test_once_after_the_last_day(self):
        yesterday, today = self.today - timedelta(days=1), self.today
        old, last, new = (self._give(self.member_a, points) for points in (30, 20, 10))
        self._backdate(old, yesterday)
        self._backdate(last, today)
        self.assertEqual(self.ledger._overdue_card_ids(), self.card_a.ids)
        self.assertEqual(self.ledger._expire_batch(), 1)
        self.assertEqual(self.ledger._expire_batch(), 0)
        self.assertEqual(self.card_a.points, 30)
        self.assertEqual([e.remaining for e in (old, last, new)], [0, 20, 10])
        entry = self.card_a.point_entry_ids[0]
        self.assertEqual((entry.kind, entry.points, entry.flow), ("expiry", -30, "expired"))
        self.assertEqual(entry.use_ids.credit_id, old)
        self._check_books()

    def test_only_what_is_left(self):
        credit = self._give(self.member_a, 30)
        self.member_a.sudo()._adjust_points(-20, "Test")
        self._backdate(credit, self.today - timedelta(days=1))
        self.ledger._expire_batch()
        self.assertEqual(self.card_a.point_entry_ids[0].points, -10)

    def test_nothing_is_spent_after_its_last_day(self):
        """Also before the nightly job, which passes by a card that somebody is booking on."""
        old, new = (self._give(self.member_a, points) for points in (30, 10))
        self._backdate(old, self.today - timedelta(days=1))
        member = self.member_a.sudo()
        with self.assertRaisesRegex(UserError, "has 10 points, 20 are needed"):
            with self.env.cr.savepoint():
                member._adjust_points(-20, "Test")
        member._adjust_points(-4, "Test")
        self.assertEqual((old.remaining, new.remaining, self.card_a.points), (0, 6, 6))
        self.assertEqual(old.used_ids.entry_id.kind, "expiry")
        self.assertEqual(self.ledger._expire_batch(), 0)
        self._check_books()

    def test_a_balance_is_what_can_be_spent(self):
        """Before the nightly job too: nothing past its last day is counted, found or offered."""
        member = self.member_a
        old, last, _new = (self._give(member, points) for points in (150, 60, 10))
        self._backdate(old, self.today - timedelta(days=1))
        self._backdate(last, self.today)
        self.env.invalidate_all()
        self.assertEqual((member.points_balance, self.customer_a.club_points), (70, 70))
        self.assertEqual((member.points_expiring, member.points_expiring_on), (60, self.today))
        self.assertFalse([words for words, _what, enough in member._rewards_in_words() if enough])
        find, nobody = self.env["crm.club.membership"].search, member.browse()
        for operator, value, found in (
            ("=", 70, member), ("in", [70, 1], member), (">", 69.5, member), ("!=", 0, member),
            ("<", 70.01, member), (">=", 100, nobody), ("=", 220, nobody),
        ):  # fmt: skip
            domain = [("points_balance", operator, value)]
            self.assertEqual(find(domain) & member, found, domain)

    def test_no_reward_for_what_is_past(self):
        old, _new = (self._give(self.member_a, points) for points in (150, 20))
        orders = [self._draft_order(self.customer_a) for _n in range(2)]
        other = self._draft_order(self.customer_a, reward=False)
        self._backdate(old, self.today - timedelta(days=1))
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "uses 100 points, the member has 20"):
            orders[0].action_confirm()
        other._update_programs_and_rewards()
        rewards = other._get_claimable_rewards()
        self.assertFalse([r for found in rewards.values() for r in found if r.required_points > 20])
        self.assertIn("error", self._add_reward(other))
        self._give(self.member_a, 80)
        orders[1].action_confirm()
        self.assertEqual(self.card_a.points, 0)
        self._check_books()

    def test_a_balance_is_set_to_what_was_meant(self):
        for left in (25, 0):
            self._backdate(self._give(self.member_a, 30), self.today - timedelta(days=1))
            self.card_a.points = left
            self.assertEqual(self.card_a.points, left)
            self._check_books()

    def test_only_the_rest_is_forfeited(self):
        self._backdate(self._give(self.member_a, 30), self.today - timedelta(days=1))
        self._give(self.member_a, 10)
        self.program.forfeit_on_leaving = True
        self.member_a.sudo().action_leave("Moved")
        self.assertEqual(self.card_a.points, 0)
        kinds = {entry.kind: entry.points for entry in self.card_a.point_entry_ids}
        self.assertEqual((kinds["expiry"], kinds["forfeit"]), (-30, -10))
        self._check_books()

    def test_batches_at_constant_queries(self):
        members = self.env["crm.club.membership"].enrol(
            self.env["res.partner"].union(*(self._customer(self.dealer_a) for _n in range(14)))
        )
        credits = self._give(members, 5)
        self._backdate(credits, self.today - timedelta(days=1))
        counts = []
        # The first time fills caches.
        for limit in (1, 2, 11):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.ledger._expire_batch(limit), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
        self.assertEqual(self.ledger._expire_batch(), 0)

    def test_notice_once_in_the_members_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer_a.write({"email": "a@example.com", "lang": "zh_CN"})
        self.customer_b.write({"email": False})
        soon = self.today + timedelta(days=20)
        for member in (self.member_a, self.member_b):
            self._backdate(self._give(member, 40), soon)
            self._give(member, 60)
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self.assertEqual(self.env["crm.club.membership"]._notice_batch(), 2)
        sent = mails.search([]) - before
        self.assertEqual(sent.recipient_ids, self.customer_a)
        self.assertIn("40", sent.subject)
        self.assertIn("100", sent.body_html)
        self.assertEqual(self.env["crm.club.membership"]._notice_batch(), 0)
        self.assertEqual(mails.search([]) - before, sent)

    def test_notices_come_to_an_end(self):
        """Nobody is left to be told: the scheduler does not call the job again every minute."""
        told = []

        def progress(_cron, processed=0, remaining=None):
            told.append((processed, remaining))
            return 10

        self._give(self.member_a, 30)
        with patch.object(self.registry["ir.cron"], "_commit_progress", progress):
            self.env["crm.club.membership"]._cron_points_notice()
        self.assertEqual(told[-1], (0, 0))

    def test_no_notice_to_the_frozen_or_where_off(self):
        self._backdate(self._give(self.member_a, 40), self.today + timedelta(days=20))
        self.member_a._store({"state": "suspended"})
        self.assertEqual(self.env["crm.club.membership"]._notice_batch(), 0)
        self.member_a._store({"state": "active"})
        self.program.expiry_notice_days = 0
        self.assertEqual(self.env["crm.club.membership"]._notice_batch(), 0)

    def test_liability(self):
        self.program.point_value = 0.5
        self._backdate(self._give(self.member_a, 40), "2099-01-31")
        self._give(self.member_b, 10)
        self.member_b.sudo()._adjust_points(-4, "Test")
        self.env.flush_all()
        liability = self.env["crm.club.point.liability"]
        groups = liability._read_group(
            [("membership_id", "in", (self.member_a | self.member_b).ids)],
            ["membership_id", "expires_on:month"],
            ["points:sum", "value:sum"],
        )
        found = {member: (points, value) for member, _month, points, value in groups}
        self.assertEqual(found, {self.member_a: (40, 20), self.member_b: (6, 3)})
