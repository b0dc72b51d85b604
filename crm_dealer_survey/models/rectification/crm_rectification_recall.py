from odoo import fields, models

from .crm_rectification import VERDICTS


class CrmRectificationRecall(models.Model):
    """What the customer said when called again, or that nobody answered; append-only (S4).

    No role writes it: ``crm.rectification._recalled`` does.
    """

    _name = "crm.rectification.recall"
    _description = "Call after Rectification"
    _order = "date desc, id desc"
    _rec_name = "result"

    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Caller", required=True, readonly=True, ondelete="restrict"
    )
    result = fields.Selection(VERDICTS, required=True, readonly=True)
    note = fields.Char(string="What Was Said", readonly=True)
    report_number = fields.Integer(string="Report", readonly=True, help="After which report.")
