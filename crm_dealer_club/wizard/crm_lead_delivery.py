from odoo import api, fields, models


class CrmLeadDelivery(models.TransientModel):
    """Offers the club to who receives a vehicle (C6, M1)."""

    _inherit = "crm.lead.delivery"

    can_enrol = fields.Boolean(compute="_compute_can_enrol", export_string_translation=False)
    club_enrol = fields.Boolean(
        string="Enrol in the Club",
        compute="_compute_club_enrol",
        store=True,
        readonly=False,
        help="The owner gets a card of the club.",
    )
    club_card_number = fields.Char(related="partner_id.club_card_number")

    @api.depends("partner_id", "lead_id")
    def _compute_can_enrol(self):
        members = self.env["crm.club.membership"]
        for delivery in self:
            # Without an owner a customer of the lead's dealer is made.
            may = members._may_enrol(delivery.partner_id) if delivery.partner_id else True
            delivery.can_enrol = bool(may) and members.has_access("create")

    @api.depends("can_enrol")
    def _compute_club_enrol(self):
        for delivery in self:
            delivery.club_enrol = delivery.can_enrol

    def action_deliver(self):
        """The choice goes along to where the delivery is done."""
        chosen = self.with_context(club_enrol=self.club_enrol)
        return super(CrmLeadDelivery, chosen).action_deliver()
