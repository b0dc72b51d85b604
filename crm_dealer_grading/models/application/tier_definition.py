from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MODEL = "crm.credit.application"


class TierDefinition(models.Model):
    """Approval steps of credit applications are tiers, edited on screen (K2)."""

    _inherit = "tier.definition"

    credit_step = fields.Selection(
        [("department", "Department Manager"), ("commerce", "Commerce"), ("finance", "Finance")],
        string="Signature Line",
        help="The line of the printed form that this step signs. Commerce enters the assessment; "
        "commerce and finance enter the limit.",
    )

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), MODEL]

    def _onchange_warn_reviewer_access(self):
        """Of the tiers; asks for the model's name, which only administrators read."""
        if not self.env["ir.model"].has_access("read"):
            return None
        return super()._onchange_warn_reviewer_access()

    @api.constrains("model_id", "credit_step")
    def _check_credit_step(self):
        if any(tier.model == MODEL and not tier.credit_step for tier in self):
            raise ValidationError(
                self.env._("Say which signature line of the application the step signs.")
            )

    def write(self, vals):
        result = super().write(vals)
        if {"model_id", "model"} & vals.keys():
            self.check_access("write")  # rules ask before a write; a step stays one of ours
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_steps(self):
        """What was signed stays legible."""
        steps = self.filtered(lambda tier: tier.model == MODEL)
        used = self.env["tier.review"].sudo().search_count(
            [("definition_id", "in", steps.ids)], limit=1
        )
        if steps and used:
            raise UserError(
                self.env._("Applications were signed in this step. Archive it instead.")
            )
