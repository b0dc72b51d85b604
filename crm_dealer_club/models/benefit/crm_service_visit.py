from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column


def _untyped(vals):
    """``vals`` without the priority: the card gives it, nobody types it."""
    return {name: value for name, value in vals.items() if name != "club_priority"}


class CrmServiceVisit(models.Model):
    """Visits of members: their card on the form, and priority when they book (M2)."""

    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.club.card.shown"]

    club_priority = fields.Boolean(
        string="Priority Booking",
        compute="_compute_club_priority",
        store=True,
        precompute=True,
        help="The card gave priority when the visit was booked.",
    )

    def _auto_init(self):
        """Visits of before had no priority; nothing is computed row by row."""
        if not column_exists(self.env.cr, self._table, "club_priority"):
            create_column(self.env.cr, self._table, "club_priority", "boolean")
        return super()._auto_init()

    @api.depends("partner_id", "dealer_id")
    def _compute_club_priority(self):
        for dealer, visits in self.grouped("dealer_id").items():
            members = self._with_priority(visits.partner_id, dealer)
            for visit in visits:
                visit.club_priority = visit.partner_id in members

    @api.model
    def _with_priority(self, partners, dealer):
        """Those of ``partners`` whose card gives priority booking at the dealer today."""
        tiers = partners.club_tier_id
        if not tiers:
            return partners.browse()
        benefits = self.env["crm.club.benefit"]._of_tiers(tiers)._at_dealer(dealer)
        preferred = benefits.filtered(lambda b: b.kind == "priority_booking").tier_id
        return partners.filtered(lambda partner: partner.club_tier_id in preferred)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_untyped(vals) for vals in vals_list])

    def write(self, vals):
        """A member's place is not handed on to a customer without priority."""
        vals = _untyped(vals)
        if "partner_id" not in vals:
            return super().write(vals)
        preferred = self.filtered("club_priority")
        result = super().write(vals)
        preferred.filtered(lambda visit: not visit.club_priority)._check_bookings()
        return result

    def action_new_quotation(self):
        """Open a new quotation for the visit's customer, which the visit will count through."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotation"),
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_dealer_id": self.dealer_id.id,
                "default_service_visit_ids": [Command.link(self.id)],
            },
        }

    @api.model
    def _has_priority(self, partner, dealer):
        return bool(self._with_priority(partner, dealer))

    def _check_capacity(self, dealer):
        """Besides the hour, the places of the day that are kept for members.

        Under the lock of the dealer's bookings, which this takes as the hours do.
        """
        super()._check_capacity(dealer)
        if not dealer._keeps_places():
            return
        kept_from = fields.Datetime.now() + timedelta(hours=dealer.priority_hours)
        others = self.filtered(lambda visit: not visit.club_priority and visit.date > kept_from)
        days = others.grouped(lambda visit: dealer._day_span(visit.date)[0])
        taken = dealer._taken_without_priority(list(days))
        for day, limit in dealer._open_to_all(list(days)).items():
            if taken.get(day, 0) > limit:
                visit = days[day][:1]
                reason = self.env._(
                    "What is left at %(dealer)s on %(day)s is kept for members with priority "
                    "booking until %(hours)s hours before.",
                    dealer=dealer.name,
                    day=f"{dealer._local(visit.date):%Y-%m-%d}",
                    hours=dealer.priority_hours,
                )
                raise UserError(self._with_next(reason, visit._next_free()))
