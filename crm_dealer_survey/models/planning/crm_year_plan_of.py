"""From what carries out a year plan back to the plan (S8)."""

from odoo import api, fields, models


class CrmYearPlanOf(models.AbstractModel):
    """A record that topics and activities of year plans are carried out with."""

    _name = "crm.year.plan.of"
    _description = "Subject of Year Plans"

    year_plan_count = fields.Integer(string="Year Plans", compute="_compute_year_plan_count")

    @api.depends_context("uid")
    def _compute_year_plan_count(self):
        found = self._year_plans()
        for record in self:
            record.year_plan_count = len(found.get(record._origin.id, ()))

    def _year_plans(self):
        """``{id: plans}`` whose parts the records carry out, with the reader's rights."""
        plans = self.env["crm.year.plan"]
        if not plans.has_access("read"):
            return {}
        refs = {f"{self._name},{number}": number for number in self._origin.ids}
        found = {}
        for model in ("crm.year.plan.topic", "crm.year.plan.activity"):
            for part in self.env[model].search([("record_ref", "in", list(refs))]):
                number = part.record_ref.id
                found[number] = found.get(number, plans) | part.plan_id
        return found

    def action_open_year_plans(self):
        """Open these year plans."""
        plans = self.env["crm.year.plan"].union(*self._year_plans().values())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_year_plan_action"
        )
        return {**action, "domain": [("id", "in", plans.ids)], "context": {"create": False}}


class CrmImprovementPlan(models.Model):
    _name = "crm.improvement.plan"
    _inherit = ["crm.improvement.plan", "crm.year.plan.of"]


class CrmTrainingSession(models.Model):
    _name = "crm.training.session"
    _inherit = ["crm.training.session", "crm.year.plan.of"]


class CrmAuditResult(models.Model):
    _name = "crm.audit.result"
    _inherit = ["crm.audit.result", "crm.year.plan.of"]
