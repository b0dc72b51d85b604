from odoo import fields, models

from .crm_followup_call import RESULTS
from .crm_followup_rule import CALLERS


class CrmFollowupAttempt(models.Model):
    """Each time the telephone was taken up (S3). Append-only: no role writes it."""

    _name = "crm.followup.attempt"
    _description = "Attempt of a Follow-up Call"
    _order = "date desc, id desc"
    _rec_name = "result"

    call_id = fields.Many2one(
        "crm.followup.call", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Caller", required=True, readonly=True, ondelete="restrict"
    )
    result = fields.Selection(RESULTS, required=True, readonly=True)
    later_at = fields.Datetime(string="Call Again At", readonly=True)
    note = fields.Char(readonly=True)
    log_id = fields.Many2one(
        "crm.contact.log", string="Contact", readonly=True, index="btree_not_null"
    )
    # For the rules.
    dealer_id = fields.Many2one("crm.dealer", required=True, readonly=True, index=True)
    caller = fields.Selection(CALLERS, string="Who Calls", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
