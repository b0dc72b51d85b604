from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsRedemption(PointsCase):
    def setUp(self):
        super().setUp()
        self.credit = self._give(self.member_a, 150)

    def test_confirming_takes_cancelling_gives_back(self):
        order = self._draft_order(self.customer_a)
        self.assertEqual(self.card_a.points, 150, "a quotation takes nothing")
        order.action_confirm()
        entry = self.card_a.point_entry_ids[0]
        self.assertEqual((entry.kind, entry.points, self.card_a.points), ("redemption", -100, 50))
        self.assertEqual(order.amount_untaxed, 990)
        self.assertEqual(entry.description, order.name)
        order._action_cancel()
        self.assertEqual((self.card_a.points, self.credit.remaining), (150, 150))
        self.assertEqual(self.card_a.point_entry_ids[0].kind, "giveback")
        self._check_books()
        order.action_draft()
        self._add_reward(order)
        order.action_confirm()
        self.assertEqual(self.card_a.points, 50)
        self._check_books()

    def test_back_to_the_same_points(self):
        first, second = self.credit, self._give(self.member_a, 100)
        self._backdate(first, "2099-01-31")
        self._backdate(second, "2099-02-28")
        self.member_a.sudo()._adjust_points(-100, "Test")
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        self.assertEqual((first.remaining, second.remaining), (0, 50))
        order._action_cancel()
        self.assertEqual((first.remaining, second.remaining), (50, 100))
        self._check_books()

    def test_points_that_expired_meanwhile_get_some_days(self):
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        self._backdate(self.credit, "2020-01-31")
        self.ledger._expire_batch()
        self.assertEqual(self.card_a.points, 0)
        order._action_cancel()
        back = self.card_a.point_entry_ids[0]
        self.assertEqual((self.card_a.points, back.remaining), (100, 100))
        self.assertEqual((back.expires_on - self.member_a._today()).days, 30)
        self.assertEqual(self.credit.remaining, 0)

    def test_reward_line_of_a_confirmed_order(self):
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        line = order.order_line.filtered("reward_id")
        line.points_cost = 120
        self.assertEqual(self.card_a.points, 30)
        with self.assertRaises(UserError):
            line.points_cost = 180
        line._reset_loyalty()
        self.assertEqual(self.card_a.points, 150)
        self._check_books()

    def test_reward_is_added_to_a_confirmed_order(self):
        order = self._draft_order(self.customer_a, reward=False)
        order.action_confirm()
        self._add_reward(order)
        self.assertEqual(self.card_a.points, 50)
        self._check_books()

    def test_several_orders_at_once(self):
        self._give(self.member_b, 100)
        orders = self._draft_order(self.customer_a) | self._draft_order(self.customer_b)
        orders.action_confirm()
        self.assertEqual((self.card_a.points, self.card_b.points), (50, 0))
        orders._action_cancel()
        self.assertEqual((self.card_a.points, self.card_b.points), (150, 100))
        self._check_books()

    def test_too_few_points(self):
        orders = [self._draft_order(self.customer_a) for _n in range(2)]
        orders[0].action_confirm()
        with self.assertRaisesRegex(UserError, "uses 100 points, the member has 50"):
            orders[1].action_confirm()
        with self.assertRaises(UserError):
            # Round the button, as a client could.
            orders[1].write({"state": "sale"})
        self.assertEqual(self.card_a.points, 50)

    def test_suspended_member(self):
        order = self._draft_order(self.customer_a)
        self.member_a._store({"state": "suspended"})
        with self.assertRaisesRegex(UserError, "not active"):
            order.action_confirm()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        other = self._draft_order(self.customer_a, reward=False)
        other._update_programs_and_rewards()
        self.assertFalse(other._get_claimable_rewards())
        self.assertIn("error", self._add_reward(other))
        self.member_a._store({"state": "active"})
        order.action_confirm()
        self.assertEqual(self.card_a.points, 50)

    def test_cancelling_for_a_suspended_member(self):
        order = self._draft_order(self.customer_a)
        order.action_confirm()
        self.member_a._store({"state": "suspended"})
        order._action_cancel()
        self.assertEqual(self.card_a.points, 150)

    def test_contact_of_a_company_uses_its_card(self):
        firm = self._customer(self.dealer_a, is_company=True, name="Firm")
        person = self.env["res.partner"].create({"name": "Person", "parent_id": firm.id})
        member = self._member(firm)
        self._give(member, 100)
        order = self._draft_order(person)
        order.action_confirm()
        self.assertEqual(member.points_balance, 0)

    def test_salesperson_of_the_dealer(self):
        self.env.ref("sales_team.group_sale_salesman")
        order = self._draft_order(self.customer_a, reward=False)
        order.user_id = self.users["sales_a"]
        order = order.with_user(self.users["sales_a"])
        order._update_programs_and_rewards()
        [(card, rewards)] = order._get_claimable_rewards().items()
        self.assertEqual(card, self.card_a)
        order._apply_program_reward(rewards.filtered(lambda r: r.required_points == 100), card)
        order.action_confirm()
        self.assertEqual(self.card_a.points, 50)
        self.assertEqual(self.card_a.point_entry_ids[0].user_id, self.users["sales_a"])
        order._action_cancel()
        self.assertEqual(self.card_a.points, 150)

    def test_other_programs_work_as_before(self):
        program = self.program.copy({"name": "Other"})
        program.rule_ids = [Command.create({"reward_point_mode": "money"})]
        order = self._draft_order(self.customer_a, reward=False)
        order._update_programs_and_rewards()
        order.action_confirm()
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual(card.points, 1000)
        order._action_cancel()
        self.assertEqual(card.points, 0)
        self.assertEqual(self.card_a.points, 150)
