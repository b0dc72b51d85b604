from odoo import fields, models

SOURCES = [
    ("application", "Application"),
    ("lowered", "Lowered by Hand"),
    ("expiry", "Expired"),
    ("erp", "Set in the ERP"),
    ("merge", "Merged Customers"),
]


class CrmCreditLimitChange(models.Model):
    """Who gave or took a limit, when and why (K3). Append-only: written by the file alone."""

    _name = "crm.credit.limit.change"
    _description = "Change of a Credit Limit"
    _order = "id desc"
    _rec_name = "file_id"

    file_id = fields.Many2one("crm.credit.file", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    old_limit = fields.Monetary(string="Former Limit")
    new_limit = fields.Monetary(string="Limit")
    valid_until = fields.Date()
    source = fields.Selection(SOURCES, required=True)
    reason = fields.Text()
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
