from odoo import fields, models


class CrmLostReason(models.Model):
    """Why prospects do not buy (C6)."""

    _inherit = "crm.lost.reason"

    asks_competitor = fields.Boolean(
        string="Ask for the Competitor",
        help="Whoever marks a dealer's lead as lost for this reason says which vehicle was bought.",
    )
