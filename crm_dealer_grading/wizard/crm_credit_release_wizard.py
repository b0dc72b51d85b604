from odoo import api, fields, models


class CrmCreditReleaseWizard(models.TransientModel):
    """Asks a credit controller how far, until when and why a held document is released (K4)."""

    _name = "crm.credit.release.wizard"
    _description = "Release a Held Document"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("hold_id",)

    hold_id = fields.Many2one("crm.credit.hold", string="Held Document", required=True)
    partner_id = fields.Many2one(related="hold_id.partner_id")
    explanation = fields.Text(string="Why It Is Held", related="hold_id.reason")
    currency_id = fields.Many2one(related="hold_id.currency_id")
    amount = fields.Monetary(
        string="Over the Limit by at Most",
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    valid_until = fields.Date(
        required=True,
        default=lambda self: self.env["crm.credit.release"]._default_valid_until(),
    )
    reason = fields.Text(required=True)
    confirm = fields.Boolean(
        string="Confirm It Now",
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        help="Otherwise whoever made the document confirms it.",
    )
    is_waiting = fields.Boolean(related="hold_id.is_waiting")

    @api.depends("hold_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.hold_id.excess
            wizard.confirm = wizard.hold_id.is_waiting

    def action_release(self):
        """Give the release, and let the document go through with it."""
        self.ensure_one()
        hold = self.hold_id
        hold._check_controller()
        hold._take()
        hold._check_release_counts()
        self.env["crm.credit.release"].create(
            {
                "partner_id": hold.partner_id.id,
                "company_id": hold.company_id.id,
                hold._document_field(hold._document()): hold._document().id,
                "amount": self.amount,
                "valid_until": self.valid_until,
                "reason": self.reason,
            }
        )
        hold.activity_unlink(["crm_dealer_grading.mail_activity_type_credit_hold"])
        if self.confirm:
            hold._move_on()
        return {"type": "ir.actions.act_window_close"}
