from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_mode = fields.Selection(related="company_id.credit_mode", readonly=False)
    credit_file_required = fields.Boolean(
        related="company_id.credit_file_required", readonly=False
    )
    credit_controller_id = fields.Many2one(
        related="company_id.credit_controller_id", readonly=False
    )
    credit_validity_months = fields.Integer(
        related="company_id.credit_validity_months", readonly=False
    )
    credit_review_days = fields.Integer(related="company_id.credit_review_days", readonly=False)
