from calendar import monthrange
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsEarning(PointsCase):
    def test_nothing_before_payment(self):
        invoice = self._billed(self.customer_a, 300)
        self._commit()
        self.assertFalse(self.card_a.point_entry_ids)
        self._pay(invoice)
        entry = self.card_a.point_entry_ids
        self.assertEqual((entry.points, entry.kind, self.card_a.points), (300, "order", 300))
        self.assertEqual(entry.source_dealer_id, self.dealer_a)
        last = entry.expires_on
        self.assertEqual(last.day, monthrange(last.year, last.month)[1])
        self._check_books()

    def test_last_day_is_the_end_of_the_month(self):
        last = self.program._last_day_of_points(fields.Date.to_date("2026-02-10"))
        self.assertEqual(str(last), "2028-02-29")

    def test_nothing_twice(self):
        invoice = self._billed(self.customer_a, 300)
        self._pay(invoice)
        for _again in range(3):
            self.env["account.move"]._settle_club_points(invoice.ids)
        self.assertEqual(len(self.card_a.point_entry_ids), 1)

    def test_erp_awards_nothing_at_confirmation(self):
        self.program.rule_ids = [Command.create({"reward_point_mode": "money"})]
        order = self._draft_order(self.customer_a, reward=False)
        order._update_programs_and_rewards()
        order.action_confirm()
        self._commit()
        self.assertEqual((self.card_a.points, len(self.card_a.point_entry_ids)), (0, 0))
        stranger = self._customer(self.dealer_a)
        self._order(stranger)._update_programs_and_rewards()
        self.assertFalse(self.env["loyalty.card"].search([("partner_id", "=", stranger.id)]))

    def test_factor_is_that_of_the_day(self):
        self.member_a._store({"tier_id": self.tiers["G"].id})
        invoice = self._billed(self.customer_a, 100)
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 150)
        self.member_a._store({"tier_id": self.tiers["O"].id})
        self._credit(invoice, 50)
        self.assertEqual(self.card_a.points, 75, "half of what was given, not of today's rule")

    def test_contacts_of_a_company_earn_for_it(self):
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        person = self.env["res.partner"].create({"name": "Person", "parent_id": firm.id})
        member = self._member(firm)
        member._store({"tier_id": self.tiers["O"].id})
        self._pay(self._billed(person, 100))
        self.assertEqual(member.points_balance, 100)

    def test_credited_after_the_contact_left_the_company(self):
        """What an invoice earned is taken back where it was given, whoever buys for whom now."""
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        person = self.env["res.partner"].create({"name": "Person", "parent_id": firm.id})
        member = self._member(firm)
        member._store({"tier_id": self.tiers["O"].id})
        invoices = [self._billed(person, amount) for amount in (100, 200)]
        for invoice in invoices:
            self._pay(invoice)
        person.parent_id = False
        self._credit(invoices[0])
        self.assertEqual(member.points_balance, 200)
        self._member(person)
        self._credit(invoices[1])
        self.assertEqual(member.points_balance, 0)
        self.assertFalse(person.club_membership_id.points_owed)
        self._check_books()

    def test_rules_by_product_category(self):
        cars = self.env["product.category"].create({"name": "Cars"})
        trucks = self.env["product.category"].create({"name": "Trucks", "parent_id": cars.id})
        rule = self.env["crm.club.point.rule"].create(
            {
                "program_id": self.program.id,
                "kind": "order",
                "points": 0.01,
                "category_id": cars.id,
                "use_factor": False,
            }
        )
        self.assertEqual(rule.display_name, "Paid Orders: Cars")
        self.member_a._store({"tier_id": self.tiers["D"].id})
        self.product.categ_id = trucks
        self._pay(self._billed(self.customer_a, 200000))
        self.assertEqual(self.card_a.points, 2000)

    def test_credit_note_takes_back_its_share(self):
        invoice = self._billed(self.customer_a, 300)
        self._pay(invoice)
        self._credit(invoice, 100)
        self.assertEqual(self.card_a.points, 200)
        self.assertEqual(self.card_a.point_entry_ids[0].kind, "refund")
        self._credit(invoice, 200)
        self.assertEqual(self.card_a.points, 0)
        self._check_books()

    def test_credit_note_before_payment(self):
        invoice = self._billed(self.customer_a, 300)
        self._credit(invoice, 100)
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 200)

    def test_cancelled_invoice_earns_nothing(self):
        invoice = self._billed(self.customer_a, 300)
        invoice._reverse_moves(cancel=True)
        self._commit()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self.card_a.point_entry_ids)

    def test_payment_that_bounces(self):
        invoice = self._billed(self.customer_a, 300)
        self._pay(invoice)
        invoice.line_ids.remove_move_reconcile()
        self._commit()
        self.assertEqual(self.card_a.points, 0)
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 300)
        invoice.button_draft()
        self._commit()
        self.assertEqual(self.card_a.points, 0)
        self._check_books()

    def test_spent_points_are_owed(self):
        invoice = self._billed(self.customer_a, 300)
        self._pay(invoice)
        self.member_a.sudo()._adjust_points(-250, "Spent")
        self._credit(invoice)
        self.assertEqual((self.card_a.points, self.card_a.points_owed), (0, 250))
        self.assertEqual(self.member_a.points_owed, 250)
        self._give(self.member_a, 100)
        self.assertEqual((self.card_a.points, self.card_a.points_owed), (0, 150))
        self._give(self.member_a, 200)
        self.assertEqual((self.card_a.points, self.card_a.points_owed), (50, 0))
        self._check_books()

    def test_expired_points_are_not_owed(self):
        """Whether the nightly job has been there or not."""
        for card, job in ((self.card_a, True), (self.card_b, False)):
            invoice = self._billed(card.partner_id, 300)
            self._pay(invoice)
            self._backdate(card.point_entry_ids, "2020-01-31")
            if job:
                self.ledger._expire_batch()
            self._credit(invoice)
            self.assertEqual((card.points, card.points_owed), (0, 0))
            self.assertEqual(card.point_entry_ids[0].lapsed, 300)
            self.env["account.move"]._settle_club_points(invoice.ids)
            self.assertEqual(len(card.point_entry_ids), 3)
            self._check_books()

    def test_reward_lowers_what_is_earned(self):
        self._give(self.member_a, 100)
        order = self._draft_order(self.customer_a, 300)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 290)
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 290)

    def test_invoice_without_order_earns_nothing(self):
        self._pay(self._invoice(self.customer_a, 100, post=True))
        self.assertFalse(self.card_a.point_entry_ids)

    def test_before_joining(self):
        old = self._billed(self.customer_a, 100)
        self.member_a._store({"join_date": old.invoice_date + timedelta(days=1)})
        self._pay(old)
        self.assertFalse(self.card_a.point_entry_ids)

    def test_suspended_member_earns_nothing_also_later(self):
        self.member_a._store({"state": "suspended"})
        invoice = self._billed(self.customer_a, 100)
        self._pay(invoice)
        self.member_a._store({"state": "active"})
        self.env["account.move"]._settle_club_points(invoice.ids)
        self.assertEqual(self.card_a.points, 0)
        self.assertIn("not active", self.card_a.point_entry_ids.description)

    def test_queries_do_not_grow(self):
        counts = []
        # The first time fills caches.
        for number in (1, 2, 5):
            customers = [self._customer(self.dealer_a) for _n in range(number)]
            self.env["crm.club.membership"].enrol(self.env["res.partner"].union(*customers))
            invoices = self.env["account.move"].union(
                *(self._billed(customer, 100) for customer in customers)
            )
            self._pay(invoices)
            entries = self.ledger.search(
                [("origin_model", "=", "account.move"), ("origin_id", "in", invoices.ids)]
            )
            self.assertEqual(len(entries), number)
            self._credit_silently(invoices)
            self.env.invalidate_all()
            self.assertTrue(self.env.user.name)
            before = self.env.cr.sql_log_count
            self.env["account.move"]._settle_club_points(invoices.ids)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            refunds = entries.card_id.point_entry_ids.filtered(lambda e: e.kind == "refund")
            self.assertEqual(len(refunds), number)
        self.assertLessEqual(counts[2], counts[1], counts)

    def _credit_silently(self, invoices):
        """Credit notes that nobody has told the ledger of yet."""
        with patch.object(type(invoices), "_queue_club_points", lambda _self: None):
            invoices._reverse_moves([{} for _invoice in invoices]).action_post()
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestPointsVisits(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.car = cls._vehicle(cls.customer_a)

    def _done(self, **vals):
        visit = self._visit(self.car, labour_amount=60, parts_amount=40, **vals)
        self._commit()
        return visit

    def test_delivered_and_paid(self):
        visit = self._done()
        self.assertEqual(self.card_a.points, 0)
        visit.action_paid()
        self._commit()
        self.assertEqual(self.card_a.points, 200)
        self.assertEqual(self.card_a.point_entry_ids.kind, "visit")
        visit.labour_amount = 10
        self._commit()
        self.assertEqual(self.card_a.points, 100)
        self._check_books()

    def test_day_of_a_visit_is_the_companys(self):
        """Whoever joins at nine earns with what was delivered at seven, the day before in UTC."""
        self.program.visit_points_when = "delivered"
        self.env.company.partner_id.tz = "Asia/Shanghai"
        self.member_a._store({"join_date": "2026-03-10"})
        yesterday, today = datetime(2026, 3, 9, 15, 59), datetime(2026, 3, 9, 16)
        self._done(date=yesterday, date_delivered=yesterday)
        self.assertEqual(self.card_a.points, 0)
        self._done(date=today, date_delivered=today)
        self.assertEqual(self.card_a.points, 200)

    def test_delivered_is_enough_where_the_program_says_so(self):
        self.program.visit_points_when = "delivered"
        self._done()
        self.assertEqual(self.card_a.points, 200)

    def test_money_counts_once(self):
        visit = self._done(paid_on="2026-01-05")
        self.assertEqual(self.card_a.points, 200)
        invoice = self._billed(self.customer_a, 100)
        visit.order_id = invoice.invoice_line_ids.sale_line_ids.order_id
        self._commit()
        self.assertEqual(self.card_a.points, 0)
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 100)

    def test_a_visit_earns_until_its_order_is_confirmed(self):
        order = self.env["sale.order"].create({"partner_id": self.customer_a.id})
        self._done(paid_on="2026-01-05", order_id=order.id)
        self.assertEqual(self.card_a.points, 200)
        for state, points in (("sale", 0), ("cancel", 200)):
            order.state = state
            self._commit()
            self.assertEqual(self.card_a.points, points, state)
        self._check_books()

    def test_what_the_manufacturer_pays(self):
        for kind in ("warranty", "recall"):
            self._done(paid_on="2026-01-05", visit_type=kind)
        self.assertFalse(self.card_a.point_entry_ids)

    def test_reopened_visit(self):
        visit = self._done(paid_on="2026-01-05")
        visit.stage = "in_work"
        self._commit()
        self.assertEqual(self.card_a.points, 0)
        visit.stage = "delivered"
        self._commit()
        self.assertEqual(self.card_a.points, 200)
        self._check_books()
