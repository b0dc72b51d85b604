from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class SaleOrder(models.Model):
    """Rewards of the club cost what the program says, whoever writes the lines (M3)."""

    _inherit = "sale.order"

    def _check_club_rewards(self):
        """:raise UserError: a confirmed order has a reward for fewer points than it costs"""
        for line in self.order_line.filtered(lambda line: line.coupon_id or line.reward_id):
            if line.points_cost < 0 and line.coupon_id.is_club:
                self._refuse_reward(line)
        for (reward, card, _code), lines in self._club_reward_groups().items():
            cost = sum(lines.mapped("points_cost"))
            given = any(lines.mapped("price_unit"))
            if not card.is_club or not reward.program_id.is_club:
                wrong = given or cost
            elif card.program_id != reward.program_id:
                wrong = True
            else:
                least = 0.01 if reward.discount_mode == "per_point" else reward.required_points
                wrong = given and float_compare(cost, least, 2) < 0
            if wrong:
                self._refuse_reward(lines)

    def _club_reward_groups(self):
        """``{(reward, card, code): lines}``: a reward is several lines where taxes differ."""
        lines = self.order_line.filtered(
            lambda line: line.reward_id.program_id.is_club or line.coupon_id.is_club
        )
        return lines.grouped(
            lambda line: (
                line.reward_id,
                line.coupon_id,
                (line.order_id, line.reward_identifier_code),
            )
        )

    def _refuse_reward(self, lines):
        raise UserError(
            self.env._(
                "“%(line)s” on %(order)s does not cost the points that the reward costs. Remove "
                "the line and choose the reward again.",
                line=lines[:1].name,
                order=lines.order_id[:1].name,
            )
        )

    def _check_club_owner(self, card):
        """:raise UserError: the points are not those of the order's customer"""
        if card.partner_id != self.partner_id.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(order)s uses points of another customer's card. Remove the reward from "
                    "the order, and choose one of its own customer.",
                    order=self.name,
                )
            )
