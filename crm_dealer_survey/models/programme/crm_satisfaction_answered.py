"""Smart buttons: the answers about a dealer, of a customer, after a visit."""

from odoo import api, fields, models


class CrmSatisfactionAnswered(models.AbstractModel):
    """Counts the answers that count, for models that answers are linked to."""

    _name = "crm.satisfaction.answered"
    _description = "Subject of Answers"
    _answer_link = None  # the field of an answer that leads here

    satisfaction_answer_count = fields.Integer(
        string="Satisfaction Answers", compute="_compute_satisfaction_answer_count"
    )

    @api.depends_context("uid")
    def _compute_satisfaction_answer_count(self):
        counts = self.env["survey.user_input"]._count_by(self._answer_link, self)
        for record in self:
            record.satisfaction_answer_count = counts.get(record._origin, 0)

    def action_open_satisfaction(self):
        """Open these answers."""
        return self.env["survey.user_input"]._open_answers([(self._answer_link, "in", self.ids)])


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _inherit = ["crm.dealer", "crm.satisfaction.answered"]
    _answer_link = "dealer_id"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.satisfaction.answered"]
    _answer_link = "commercial_partner_id"


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.satisfaction.answered"]
    _answer_link = "visit_id"
