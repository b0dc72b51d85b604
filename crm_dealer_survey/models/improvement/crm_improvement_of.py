"""Smart buttons and beginnings of plans: of a dealer, a notice, a programme (S6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_dealer_grading.tools.counting import count_by

_ACTION = "crm_dealer_survey.crm_improvement_plan_action"
_COUNTED = [("stage", "!=", "cancelled")]


class CrmImprovementOf(models.AbstractModel):
    """Counts plans, for models that plans are linked to."""

    _name = "crm.improvement.of"
    _description = "Subject of Improvement Plans"
    _improvement_link = None  # the field of a plan that leads here

    improvement_count = fields.Integer(
        string="Improvement Plans", compute="_compute_improvement_count"
    )

    @api.depends_context("uid")
    def _compute_improvement_count(self):
        plans = self.env["crm.improvement.plan"]
        counts = count_by(plans, self._improvement_link, self, _COUNTED)
        for record in self:
            record.improvement_count = counts.get(record._origin, 0)

    def action_open_improvements(self):
        """Open these plans."""
        action = self.env["ir.actions.act_window"]._for_xml_id(_ACTION)
        domain = [(self._improvement_link, "in", self.ids), *_COUNTED]
        return {**action, "domain": domain, "context": {}}


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _inherit = ["crm.dealer", "crm.improvement.of"]
    _improvement_link = "dealer_id"

    def _check_works_here(self, user):
        """:raise ValidationError: the user is none of the dealer's staff"""
        if user not in self.user_ids:
            raise ValidationError(
                self.env._(
                    "%(user)s does not work at %(dealer)s. Choose one of its staff.",
                    user=user.name,
                    dealer=self.name,
                )
            )


class CrmSatisfactionProgramme(models.Model):
    _name = "crm.satisfaction.programme"
    _inherit = ["crm.satisfaction.programme", "crm.improvement.of"]
    _improvement_link = "programme_id"


class CrmRectification(models.Model):
    _name = "crm.rectification"
    _inherit = ["crm.rectification", "crm.improvement.of"]
    _improvement_link = "rectification_id"

    def action_improve(self):
        """Make a plan about what the notice is about, or open the one there is.

        :raise AccessError: neither a manager of the dealer nor the manufacturer
        :raise UserError: the notice is about no factor of a questionnaire
        """
        self.ensure_one()
        self.check_access("read")
        plans = self.env["crm.improvement.plan"]
        if plan := plans.search([("rectification_id", "=", self.id), *_COUNTED], limit=1):
            return plan._get_records_action(context={})
        notice = self.sudo()  # sudo: read by the user; the right to a plan is checked below
        parts = notice.finding_ids.factor_id | notice.factor_id
        version = notice.answer_id.satisfaction_version_id or notice.factor_id.version_id
        version = version or parts[:1].version_id
        parts = parts.filtered(lambda factor: factor.version_id == version)
        if not parts:
            raise UserError(
                self.env._(
                    "“%s” is about no factor of a questionnaire. Make the plan on the screen "
                    "“Weak Points”.",
                    self.display_name,
                )
            )
        plan = version.with_env(self.env)._plan_of(
            notice.dealer_id.with_env(self.env),
            [{"factor_id": factor.id} for factor in parts],
            subject=notice.subject,
            goal=notice.problem,
            rectification_id=self.id,
        )
        return plan._get_records_action(context={})
