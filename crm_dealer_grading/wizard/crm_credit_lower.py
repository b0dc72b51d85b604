from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmCreditLower(models.TransientModel):
    """Asks a credit controller to what, and why, limits are lowered at once (K3)."""

    _name = "crm.credit.lower"
    _description = "Lower a Credit Limit"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("file_ids",)

    file_ids = fields.Many2many("crm.credit.file", string="Credit Files", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    limit = fields.Monetary(string="New Limit", help="0 stops all sales on credit.")
    reason = fields.Text(required=True)

    @api.depends("file_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.file_ids[:1].company_id

    def action_lower(self):
        """Lower the limits; raising one takes a credit application."""
        self.ensure_one()
        if not self.env.user.has_group("crm_dealer_grading.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller lowers a limit. Ask one."))
        self.file_ids.check_access("write")
        if self.limit < 0 or any(file.limit < self.limit for file in self.file_ids):
            raise UserError(
                self.env._(
                    "A limit is lowered here, to 0 or more. To raise one, file a credit "
                    "application."
                )
            )
        self.file_ids._lower(self.limit, self.reason)
        # sudo: what whoever lowers does knowingly is no news to tell.
        files = self.file_ids.sudo()
        for file, overrun in files._untold_overruns(files.partner_id.ids).items():
            file._know_overrun(overrun)
        return {"type": "ir.actions.act_window_close"}
