from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What else the customer complained of."""

    _inherit = "helpdesk.ticket"

    customer_complaint_count = fields.Integer(
        string="Complaints of the Customer", compute="_compute_customer_complaint_count"
    )

    def _compute_customer_complaint_count(self):
        customers = self.commercial_partner_id
        groups = self._read_group(
            [("crm_kind", "=", "complaint"), ("commercial_partner_id", "in", customers.ids)],
            ["commercial_partner_id"],
            ["__count"],
        )
        counts = dict(groups)
        for ticket in self:
            ticket.customer_complaint_count = counts.get(ticket.commercial_partner_id, 0)

    def action_open_customer_complaints(self):
        """All complaints of the customer, this one too."""
        return self.commercial_partner_id.action_open_complaints()
