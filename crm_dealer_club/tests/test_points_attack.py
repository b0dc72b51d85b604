"""Ways to points that nobody earned, tried as the people who could try them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsAttack(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry_a = cls._give(cls.member_a, 500)
        cls.env.flush_all()

    def _line(self, order, card, **vals):
        """A line as a salesperson's script would send it."""
        return {
            "order_id": order.id,
            "product_id": self.product.id,
            "name": "Test",
            "price_unit": 0,
            "coupon_id": card.id,
            "reward_id": self.reward.id,
            **vals,
        }

    def _refused(self, call):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            call()
        self.env.invalidate_all()

    def test_negative_cost_makes_no_points(self):
        order = self._order(self.customer_a, dealer_id=self.dealer_a.id)
        lines = self._as("sales_a", self.env["sale.order.line"])
        for cost in (-10000, -0.01):
            line = self._line(order, self.card_a, points_cost=cost)
            self._refused(lambda line=line: lines.create(line))
        confirmed = self._draft_order(self.customer_a)
        confirmed.action_confirm()
        reward = self._as("sales_a", confirmed.order_line.filtered("reward_id"))
        self._refused(lambda: reward.write({"points_cost": -1000}))
        draft = self._draft_order(self.customer_a)
        self._as("sales_a", draft.order_line.filtered("reward_id")).points_cost = -1000
        self._refused(lambda: self._as("sales_a", draft).write({"state": "sale"}))
        self.assertEqual(self.card_a.points, 400)
        self._as("sales_a", draft).action_confirm()
        self.assertEqual(self.card_a.points, 300, "the button asks for the reward's price")

    def test_reward_costs_what_it_costs(self):
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        reward = self._as("sales_a", order.order_line.filtered("reward_id"))
        self._refused(lambda: reward.write({"points_cost": 1}))
        self._refused(lambda: reward.write({"coupon_id": False}))
        lines = self._as("sales_a", self.env["sale.order.line"])
        balancing = self._line(order, self.card_a, points_cost=-99, reward_id=False)
        self._refused(lambda: lines.create(balancing))
        self.assertEqual(self.card_a.points, 400)

    def test_another_members_points_are_not_spent(self):
        """An order of one's own customer names the card of another dealer's member."""
        order = self._order(self.customer_b, dealer_id=self.dealer_b.id)
        lines = self._as("sales_b", self.env["sale.order.line"])
        line = self._line(order, self.card_a, points_cost=100, price_unit=-10)
        self._refused(lambda: lines.create(line))
        draft = self._draft_order(self.customer_a)
        draft.partner_id = self.customer_b
        try:
            with self.env.cr.savepoint():
                draft.action_confirm()
        except UserError:
            self.env.invalidate_all()
        self.assertEqual(self.card_a.points, 500)

    def test_a_card_of_the_erp_does_not_become_the_clubs(self):
        other = self.env["loyalty.program"].create(
            {"name": "Test Gifts", "program_type": "loyalty", "applies_on": "both"}
        )
        card = self.env["loyalty.card"].create(
            {"program_id": other.id, "partner_id": self.customer_b.id, "points": 9000}
        )
        for login in ("clerk", "sales_b", "greedy_b", "oem"):
            card = self._as(login, card)
            self._refused(lambda card=card: card.write({"program_id": self.program.id}))
            self._refused(lambda card=card: card.write({"is_club": True}))
            self._refused(lambda card=card: card.write({"club_membership_id": self.member_b.id}))

    def test_a_dealers_program_does_not_become_the_clubs(self):
        self.users["greedy_b"].group_ids += self.env.ref("product.group_product_manager")
        admin = self._as("greedy_b")
        program = admin["loyalty.program"].create(
            {
                "name": "Test Own",
                "program_type": "loyalty",
                "applies_on": "both",
                "company_id": self.env.company.id,
                "adjust_limit": 10**6,
            }
        )
        self._refused(lambda: program.write({"is_club": True}))
        vals = {"name": "Test", "program_type": "loyalty", "applies_on": "both", "is_club": True,
                "company_id": self.env.company.id}  # fmt: skip
        self._refused(lambda: admin["loyalty.program"].create(vals))
        reward = {"reward_type": "discount", "discount": 100, "required_points": 1}
        for model, vals in (("loyalty.reward", reward), ("loyalty.rule", {})):
            own = admin[model].create({"program_id": program.id, **vals})
            self._refused(lambda own=own: own.write({"program_id": self.program.id}))
            vals = {"program_id": self.program.id, **vals}
            self._refused(lambda model=model, vals=vals: admin[model].create(vals))

    def test_wizards_tell_nothing_of_others(self):
        adjust = self._as("greedy_b", self.env["crm.club.point.adjust"])
        with self.assertRaises(AccessError):
            adjust.create({"membership_id": self.member_a.id, "points": 1, "reason": "Test"})
        balance = self._as("sales_b", self.env["loyalty.card.update.balance"])
        wizard = balance.create({"card_id": self.card_a.id, "description": "Test"})
        self.env.invalidate_all()
        self._refused(lambda: wizard.read(["old_balance"]))

    def test_no_number_is_no_adjustment(self):
        for login in ("manager_a", "oem"):
            for points in (float("nan"), float("inf"), -float("inf")):
                with self.assertRaises(UserError):
                    self._as(login, self.member_a)._adjust_points(points, "Test")

    def test_fees_leave_the_dealers_limit(self):
        """What an activity costs is no adjustment by the dealer."""
        self.program.adjust_limit = 100
        self.member_a._charge_points(-90, "Test fee")
        self._as("manager_a", self.member_a)._adjust_points(100, "Test")
        self.assertEqual(self.card_a.points, 510)

    def test_reward_that_is_undone_after_it_was_spent_is_owed(self):
        self.member_a._adjust_points(-450, "Spent")
        self.member_a._charge_points(-200, "Delivery undone", owe=True)
        self.assertEqual((self.card_a.points, self.card_a.points_owed), (0, 150))
        self._give(self.member_a, 160)
        self.assertEqual((self.card_a.points, self.card_a.points_owed), (10, 0))
        self._check_books()

    def test_leaving_forfeits_what_comes_back_later(self):
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        self.member_a._store({"state": "left"})
        self.assertEqual(self.card_a.points, 0)
        order._action_cancel()
        self.assertEqual(self.card_a.points, 0)
        self._check_books()

    def test_generating_and_copying_cards(self):
        admin = self._as("greedy_b")
        wizard = (
            admin["loyalty.generate.wizard"]
            .with_context(default_program_id=self.program.id, default_mode="selected")
            .create({"customer_ids": [Command.set(self.customer_b.ids)], "points_granted": 900})
        )
        self._refused(wizard.generate_coupons)
        self._refused(self._as("greedy_b", self.card_b).copy)
        self._refused(self._as("oem", self.card_b).unlink)


@tagged("post_install", "-at_install")
class TestPointsReturned(PointsCase):
    """Points follow goods that come back, by whatever document."""

    def test_credit_note_of_the_order(self):
        """The ERP makes a credit note of an order by itself, without naming the invoice."""
        self.product.invoice_policy = "delivery"
        order = self._order(self.customer_a, 100)
        order.order_line.write({"product_uom_qty": 10, "qty_delivered": 10})
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self.card_a.points, 1000)
        order.order_line.qty_delivered = 4
        note = order._create_invoices(final=True)
        self.assertEqual((note.move_type, note.reversed_entry_id.ids), ("out_refund", []))
        note.action_post()
        self._commit()
        self.assertEqual(self.card_a.points, 400)
        note.button_draft()
        self._commit()
        self.assertEqual(self.card_a.points, 1000)
        note.action_post()
        self._commit()
        order.order_line.qty_delivered = 6
        again = order._create_invoices()
        again.action_post()
        self._pay(again)
        self.assertEqual(self.card_a.points, 600)
        self._check_books()

    def test_credit_note_by_hand(self):
        """It names neither invoice nor order, and pays a part of the invoice."""
        invoice = self._billed(self.customer_a, 1000)
        note = self._invoice(self.customer_a, 400, move_type="out_refund", post=True)
        due = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        due.reconcile()
        self._pay(invoice)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.card_a.points, 600)
        note.line_ids.remove_move_reconcile()
        self._commit()
        self.assertEqual(self.card_a.points, 0, "not paid in full any more")
        self._check_books()

    def test_another_program_meanwhile(self):
        """What was earned in one program is not taken from another."""
        invoice = self._billed(self.customer_a, 300)
        self._pay(invoice)
        own = self.program.create(
            {
                "name": "Test Own",
                "program_type": "loyalty",
                "applies_on": "both",
                "is_club": True,
                "company_id": self.env.company.id,
                "point_rule_ids": [Command.create({"kind": "order", "points": 7})],
            }
        )
        card = self.member_a._cards_of(own)[self.member_a]
        self._credit(invoice)
        self.assertEqual((self.card_a.points, card.points, card.points_owed or 0), (0, 0, 0))
        self._check_books()
