from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The few drafts that are still matched with what they paid do not count as paid (K4).
    _credit_draft_matched_idx = models.Index(
        "(id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL"
    )
