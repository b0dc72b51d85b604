from odoo import fields, models

PURCHASE_TYPES = [
    ("new", "First Purchase"),
    ("replace_same", "Replacement, Same Brand"),
    ("replace_other", "Replacement, Other Brand"),
    ("additional", "Additional Vehicle"),
]


class CrmLead(models.Model):
    """Prospect card (A-card) opened at the first call or visit (C6)."""

    _inherit = "crm.lead"

    acquisition_channel_id = fields.Many2one("crm.acquisition.channel", index="btree_not_null")
    visit_reason = fields.Selection(
        [
            ("walk_in", "Passing By"),
            ("advertisement", "Advertisement"),
            ("internet", "Internet"),
            ("exhibition", "Exhibition or Event"),
            ("recommended", "Recommended"),
            ("owner", "Own Customer"),
            ("invited", "Invited"),
            ("other", "Other"),
        ],
        string="Reason for Visit",
        help="What made the prospect call or come.",
    )
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", index="btree_not_null")
    purchase_type = fields.Selection(PURCHASE_TYPES)
    concerns = fields.Text(help="What still keeps the prospect from buying.")
    competitor_model = fields.Char(help="The vehicle that the prospect compares with ours.")
    test_drive = fields.Selection(
        [("none", "None"), ("offered", "Offered"), ("done", "Done"), ("declined", "Declined")],
        default=False,
    )
