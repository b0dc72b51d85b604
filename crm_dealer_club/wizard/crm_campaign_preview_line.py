from odoo import fields, models


class CrmCampaignPreviewLine(models.TransientModel):
    """A reason of exclusion, and for how many persons it holds."""

    _name = "crm.campaign.preview.line"
    _description = "Left Out of a Mailing"

    preview_id = fields.Many2one(
        "crm.campaign.preview", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Selection(
        [
            ("no_address", "No address or number for this way"),
            ("consent", "No consent to offers on this way"),
            ("blacklist", "On the blacklist"),
            ("cap", "Contacted often enough this month"),
            ("given_up", "Given up: no contact is planned"),
            ("same_customer", "Another contact of the same customer gets it"),
            ("control", "In the control group of this campaign"),
        ],
        readonly=True,
    )
    count = fields.Integer(string="Persons", readonly=True)
