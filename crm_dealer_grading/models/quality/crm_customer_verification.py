from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

VERIFIER = "crm_dealer_grading.group_call_centre"
# In the context in which a verification makes its lines; no caller from outside can forge it.
MAKING = object()


class CrmCustomerVerification(models.Model):
    """A call in which a customer's data were checked with the customer (C2). Append-only."""

    _name = "crm.customer.verification"
    _description = "Verification of Customer Data"
    _inherit = ["crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("dealer_id", "!=", False)],
    )
    dealer_id = fields.Many2one(
        related="partner_id.dealer_id", string="Dealer", store=True, precompute=True, index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Agent",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )
    note = fields.Char(help="For instance who was on the phone.")
    line_ids = fields.One2many("crm.customer.verification.line", "verification_id", string="Data")
    verdict = fields.Selection(
        [("correct", "Correct"), ("wrong", "Wrong"), ("not_asked", "Not Asked")],
        string="Result",
        compute="_compute_verdict",
        help="Wrong where one piece of data was wrong.",
    )

    @api.depends("line_ids.verdict")
    def _compute_verdict(self):
        for verification in self:
            verdicts = set(verification.line_ids.mapped("verdict"))
            worst = [v for v in ("wrong", "correct", "not_asked") if v in verdicts]
            verification.verdict = worst[0] if worst else "not_asked"

    @api.constrains("date")
    def _check_date(self):
        # A day's grace: time zones differ.
        latest = fields.Date.add(fields.Date.context_today(self), days=1)
        if any(verification.date > latest for verification in self):
            raise ValidationError(
                self.env._("A verification is noted when it has taken place. Correct its day.")
            )

    @api.model
    def default_get(self, fields_list):
        """Propose a line for each piece of data that is to be verified."""
        values = super().default_get(fields_list)
        partner = self.env["res.partner"].browse(values.get("partner_id")).commercial_partner_id
        if partner and "line_ids" in fields_list:
            values["partner_id"] = partner.id
            values["line_ids"] = [
                fields.Command.create({"field_name": name, "verdict": "not_asked"})
                for name in partner._key_field_names()
            ]
        return values

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        names = self.partner_id.commercial_partner_id._key_field_names()
        if names != self.line_ids.mapped("field_name"):
            self.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"field_name": name, "verdict": "not_asked"})
                for name in names
            ]

    @api.model_create_multi
    def create(self, vals_list):
        # The agent is who was on the phone, and nobody signs for another.
        own = {} if self.env.su else {"user_id": self.env.uid}
        making = self.with_context(verification_making=MAKING)
        verifications = super(CrmCustomerVerification, making).create(
            [{**vals, **own} for vals in vals_list]
        )
        verifications = verifications.with_env(self.env)
        if not self.env.su:
            verifications._check_asked()
        for verification in verifications:
            if verification.partner_id != verification.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s: verify the customer's data.",
                        contact=verification.partner_id.name,
                        customer=verification.partner_id.commercial_partner_id.name,
                    )
                )
        return verifications

    def _check_asked(self):
        """:raise UserError: nothing was asked; a dialog that was opened and left is no call"""
        for verification in self:
            if verification.verdict == "not_asked":
                raise UserError(
                    self.env._(
                        "Mark at least one piece of data of %s as correct or wrong. Where nobody "
                        "answered, log a contact instead.",
                        verification.partner_id.display_name,
                    )
                )

    def write(self, vals):
        if not self.env.su and set(vals) - {"note"}:
            raise UserError(
                self.env._("A verification is kept as it was. Verify the customer once more.")
            )
        return super().write(vals)
