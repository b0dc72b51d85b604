"""Prices and figures of a card that nobody holds, tried as the people who could try them."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_benefit import BenefitCase


@tagged("post_install", "-at_install")
class TestBenefitAttack(BenefitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls.stranger = cls._customer(cls.dealer_a)
        cls.gold = cls.customer_a.property_product_pricelist
        cls.assertTrue(cls, cls.gold.club_tier_id)

    def _sales(self, records):
        return self._as("sales_a", records)

    def test_customer_of_a_sent_quotation_changes(self):
        order = self._quotation(self.customer_a, self.work, self.filter)
        order.user_id = self.users["sales_a"]
        self.assertEqual(self._subtotals(order), [180, 64])
        order.state = "sent"
        self._sales(order).partner_id = self.stranger
        self.assertFalse(order.pricelist_id.club_tier_id)
        self._sales(order).action_confirm()
        self.assertEqual(self._subtotals(order), [200, 80])
        self.assertFalse(order.order_line.club_benefit_id)

    def test_list_of_a_card_on_a_sent_quotation(self):
        order = self._quotation(self.stranger, self.work)
        order.user_id = self.users["sales_a"]
        order.state = "sent"
        self._sales(order).pricelist_id = self.gold
        self._sales(order).action_update_prices()
        self.assertEqual(self._subtotals(order), [200])
        self.assertFalse(order.pricelist_id.club_tier_id)

    def test_order_that_is_born_confirmed(self):
        vals = {"pricelist_id": self.gold.id, "user_id": self.users["sales_a"].id}
        env = self._as("sales_a")
        order = self._quotation(self.stranger, self.work, env=env, state="sent", **vals)
        self.assertEqual(self._subtotals(order), [200])
        self.assertFalse(order.sudo().order_line.club_benefit_id)
        with self.assertRaises(UserError):
            self._quotation(self.stranger, self.work, env=env, state="sale", **vals)

    def test_figures_of_benefits_are_not_typed(self):
        """What cards gave is what dealers account for: it follows the price alone."""
        figures = {
            "club_benefit_id": self.gold_labour.id,
            "club_percent": 10,
            "club_saving": 10**6,
        }
        order = self._quotation(self.stranger, self.work)
        order.user_id = self.users["sales_a"]
        line = self._sales(order.order_line)
        line.write(figures)
        line.create({"order_id": order.id, "product_id": self.filter.id, **figures})
        self.env.flush_all()
        order.invalidate_recordset()
        lines = order.sudo().order_line
        self.assertEqual(lines.mapped("club_saving"), [0, 0])
        self.assertFalse(lines.club_benefit_id)
        member = self._quotation(self.customer_a, self.work)
        member.user_id = self.users["sales_a"]
        self._sales(member.order_line).club_saving = 10**6
        self.assertEqual(member.order_line.club_saving, 20)

    def test_moment_of_prices_is_not_typed(self):
        order = self._quotation(self.customer_a, self.work)
        order.user_id = self.users["sales_a"]
        before = order.club_priced_at
        self._sales(order).club_priced_at = "2099-01-01"
        self.assertEqual(order.club_priced_at, before)

    def test_priority_is_not_typed(self):
        car = self._vehicle(self.stranger)
        visits = self._as("sales_a", self.env["crm.service.visit"])
        vals = {"vehicle_id": car.id, "dealer_id": self.dealer_a.id, "club_priority": True}
        visit = visits.create(vals)
        self.assertFalse(visit.club_priority)
        visit.write({"club_priority": True})
        self.assertFalse(visit.club_priority)

    def test_list_of_a_card_is_nobodys_default(self):
        partner = self._as("greedy_b", self.customer_b)
        partner.specific_property_product_pricelist = self.gold
        self.env.invalidate_all()
        self.assertFalse(self.customer_b.property_product_pricelist.club_tier_id == self.tiers["G"])
        copied = self.gold.copy()
        self.assertFalse(copied.club_tier_id)
        order = self._quotation(self.customer_a, self.work)
        copy = order.copy({"partner_id": self.stranger.id})
        self.assertEqual(self._subtotals(copy), [200])
        self.assertFalse(copy.pricelist_id.club_tier_id)

    def test_line_moves_to_a_strangers_order(self):
        order = self._quotation(self.customer_a, self.work)
        other = self._quotation(self.stranger, self.goods)
        order.order_line.order_id = other
        self.env.flush_all()
        self.assertFalse(other.order_line.club_benefit_id)

    def test_draft_moves_to_a_member_by_merge(self):
        """A stranger turns out to be the member: the draft gets the card's prices."""
        order = self._quotation(self.stranger, self.work)
        self.assertEqual(self._subtotals(order), [200])
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set((self.stranger | self.customer_a).ids)],
                "dst_partner_id": self.customer_a.id,
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(order.partner_id, self.customer_a)
        self.assertEqual(self._subtotals(order), [180])
