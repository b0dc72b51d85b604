from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.at_commit import collect
from .crm_customer_verification import MAKING
from .quality_triggers import KEY, refresh


class CrmCustomerVerificationLine(models.Model):
    """What the customer said of one piece of data. Append-only; the latest verdict stands.

    A verdict stands until the value changes or a later call says otherwise.
    """

    _name = "crm.customer.verification.line"
    _description = "Verified Data"
    _order = "verification_id desc, id"
    _rec_name = "field_name"

    verification_id = fields.Many2one(
        "crm.customer.verification", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="verification_id.partner_id", store=True, precompute=True, index=True
    )
    dealer_id = fields.Many2one(
        related="verification_id.dealer_id",
        string="Dealer",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date(related="verification_id.date", store=True, precompute=True)
    user_id = fields.Many2one(related="verification_id.user_id", string="Agent")
    field_name = fields.Selection(
        selection=lambda self: self.env["crm.customer.required.field"]._selection_field_name(),
        string="Data",
        required=True,
    )
    value = fields.Char(string="On File", compute="_compute_value")
    verdict = fields.Selection(
        [("correct", "Correct"), ("wrong", "Wrong"), ("not_asked", "Not Asked")],
        required=True,
        default="not_asked",
    )
    right_value = fields.Char(
        string="What Is Right", help="What the customer said instead; correct the file as well."
    )
    stands = fields.Boolean(
        string="Holds", readonly=True, help="The value has not changed since, nor the verdict."
    )

    _stands_uniq = models.UniqueIndex(
        "(partner_id, field_name) WHERE stands", "One verdict on each piece of data stands."
    )

    @api.depends("partner_id", "field_name")
    def _compute_value(self):
        """The value as it is now; what was verified before is not kept a second time."""
        for line in self:
            partner = line.partner_id or line.verification_id.partner_id
            line.value = partner._verified_value(line.field_name) if partner else False

    @api.model_create_multi
    def create(self, vals_list):
        # A line added later would be signed by whoever made the verification.
        if not self.env.su and self.env.context.get("verification_making") is not MAKING:
            raise UserError(self._kept_refusal())
        lines = super().create([{**vals, "stands": False} for vals in vals_list])
        lines._take_effect()
        return lines

    def write(self, vals):
        if not self.env.su:
            raise UserError(self._kept_refusal())
        return super().write(vals)

    @api.model
    def _kept_refusal(self):
        return self.env._("A verification is kept as it was. Verify the customer once more.")

    def _take_effect(self):
        """Let these verdicts stand in place of earlier ones on the same data."""
        told = self.filtered(lambda line: line.verdict != "not_asked")
        if not told:
            return
        told.flush_recordset()
        # Of several verdicts on the same data in one go the last one counts.
        latest = {(line.partner_id.id, line.field_name): line.id for line in told}
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_verification_line SET stands = FALSE
                    WHERE stands AND (partner_id, field_name) IN %s""",
                tuple(latest),
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_customer_verification_line SET stands = TRUE WHERE id IN %s",
                tuple(latest.values()),
            )
        )
        self.invalidate_model(["stands"])
        collect(self.env.cr, KEY, told.partner_id.ids, refresh)
