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
    """What the grading looks at is shown beside: the last score, and whether they recommend."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.satisfaction.answered"]
    _answer_link = "commercial_partner_id"

    satisfaction_last_score = fields.Float(
        string="Last Score",
        compute="_compute_satisfaction_last",
        help="1 to 10, of the latest questionnaire that the customer answered.",
    )
    satisfaction_recommends = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        string="Recommends",
        compute="_compute_satisfaction_last",
        help="By the latest answer: 9 or 10 a promoter, 0 to 6 a detractor.",
    )

    @api.depends_context("uid")
    def _compute_satisfaction_last(self):
        last = self.env["crm.satisfaction.score"]._last_of(self.commercial_partner_id)
        for partner in self:
            customer = partner.commercial_partner_id._origin.id
            partner.satisfaction_last_score = last.get((customer, "satisfaction"), 0.0)
            said = last.get((customer, "nps"))
            partner.satisfaction_recommends = (
                False if said is None
                else "promoter" if said >= 9 else "detractor" if said <= 6 else "passive"
            )  # fmt: skip


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.satisfaction.answered"]
    _answer_link = "visit_id"
