from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_repeat_days = fields.Integer(
        related="company_id.complaint_repeat_days", readonly=False
    )
    complaint_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Compensations"
    )
    complaint_compensation_limit = fields.Monetary(
        related="company_id.complaint_compensation_limit",
        readonly=False,
        currency_field="complaint_currency_id",
    )
    complaint_unreached_calls = fields.Integer(
        related="company_id.complaint_unreached_calls", readonly=False
    )
    complaint_call_hours = fields.Integer(
        related="company_id.complaint_call_hours", readonly=False
    )
