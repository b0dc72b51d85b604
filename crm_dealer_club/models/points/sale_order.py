from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

from .crm_club_point_book import Request

_KINDS = ("redemption", "giveback")


class SaleOrder(models.Model):
    """Points are spent by the ERP's rewards; the ledger follows the order (M3).

    The ERP awards nothing for the club's program, and does not touch its balances: a confirmed
    order is brought to what its reward lines cost, whatever changed it.
    """

    _inherit = "sale.order"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._settle_club_redemptions(self.order_line.coupon_id)
            # A visit earns by itself or through the order. sudo: whoever confirms it.
            self.sudo().service_visit_ids._queue_club_points()
        return result

    def _compute_gift_card_count(self):
        """Roles that read orders without a right to cards open them all the same."""
        if self.env["loyalty.card"].has_access("read"):
            return super()._compute_gift_card_count()
        self.gift_card_count = 0

    def action_confirm(self):
        """Say in clear words why points cannot be used, before the ERP does."""
        for order in self.filtered(lambda order: order.state != "sale"):
            order._check_club_points()
        return super().action_confirm()

    def _check_club_points(self):
        for card in self.order_line.coupon_id.filtered("is_club"):
            lines = self.order_line.filtered(lambda line, card=card: line.coupon_id == card)
            cost = sum(lines.mapped("points_cost"))
            if not cost:
                continue
            # sudo: whose membership it is may be another dealer's business.
            card.sudo().club_membership_id._check_may_redeem()
            usable = card.points - card.points_overdue
            if float_compare(usable, cost, 2) < 0:
                raise UserError(
                    self.env._(
                        "%(order)s uses %(cost)s points, the member has %(points)s. Remove the "
                        "reward from the order, or choose a smaller one.",
                        order=self.name,
                        cost=f"{cost:g}",
                        points=f"{usable:g}",
                    )
                )

    # ------------------------------------------------------------ what the ERP asks

    def _program_check_compute_points(self, programs):
        """The club's points come after payment: an order as such gives none."""
        result = super()._program_check_compute_points(programs)
        for program, status in result.items():
            if program.is_club and "points" in status:
                status["points"] = [0]
        return result

    def _get_point_changes(self):
        """Without the club's cards: their changes are booked with the state."""
        changes = super()._get_point_changes()
        return {card: points for card, points in changes.items() if not card.is_club}

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """A member who is not active has no points to use, nor those past their last day."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm)
        if not coupon.is_club:
            return points
        # sudo: only whether the points are frozen.
        if points > 0 and coupon.sudo().club_membership_id.state != "active":
            return 0
        return round(points - coupon.points_overdue, 2)

    def _update_programs_and_rewards(self):
        """Contacts of a company use the company's card."""
        customer = self.partner_id.commercial_partner_id
        if customer != self.partner_id and self.state != "sale":
            self.applied_coupon_ids |= self.env["loyalty.card"].search(
                [("is_club", "=", True), ("partner_id", "=", customer.id), ("points", ">", 0)]
            )
        return super()._update_programs_and_rewards()

    # ------------------------------------------------------------ the ledger

    def _settle_club_redemptions(self, cards):
        """Book the difference between what the orders took so far and what they cost now.

        :raise UserError: a member has not enough points, or may not use them
        """
        # sudo: who may change the order may use the member's points for it.
        cards = cards.sudo().filtered("is_club")
        if not cards or not self:
            return
        self.flush_recordset()
        self.sudo().filtered(lambda order: order.state == "sale")._check_club_rewards()
        booked = self._club_redemptions(cards)
        requests = []
        for order in self.sudo():
            for card in cards:
                costs = order.order_line.filtered(lambda line, card=card: line.coupon_id == card)
                cost = sum(costs.mapped("points_cost")) if order.state == "sale" else 0
                taken, steps = booked.get((order.id, card.id), (0, 0))
                difference = round(cost - taken, 2)
                if difference:
                    requests.append(order._redemption(card, difference, steps))
        self.env["crm.club.point.entry"]._book(requests)._forfeit_of_left()

    def _club_redemptions(self, cards):
        """Return ``{(order id, card id): (points taken, number of entries)}``."""
        self.env["crm.club.point.entry"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT origin_id, card_id, -sum(points)::float8, count(*)
                     FROM crm_club_point_entry
                    WHERE origin_model = 'sale.order' AND origin_id = ANY(%s)
                      AND card_id = ANY(%s) AND kind = ANY(%s)
                    GROUP BY 1, 2""",
                self.ids,
                cards.ids,
                list(_KINDS),
            )
        )
        return {(order, card): (taken, steps) for order, card, taken, steps in rows}

    def _redemption(self, card, points, steps):
        """The request that takes ``points`` more, or gives them back where negative."""
        member = card.club_membership_id
        kind = "redemption" if points > 0 else "giveback"
        today = member._today()
        if points > 0:
            self._check_club_owner(card)
            member._check_may_redeem()
        days = card.program_id.giveback_days
        entries = self.env["crm.club.point.entry"]
        return Request(
            card=card,
            kind=kind,
            points=-points,
            key=f"redemption:sale.order:{self.id}:{card.id}:{steps}",
            origin=self,
            description=self.name,
            expires_on=today + timedelta(days=days),
            uses=tuple(entries._away(self, card, _KINDS)) if points < 0 else (),
            values={"source_dealer_id": self.dealer_id.id},
        )
