"""Smart buttons: the notices of a dealer, a customer, a visit, an answer (S4)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.counting import count_by
from odoo.addons.crm_dealer_grading.tools.touch import touch

_ACTION = "crm_dealer_survey.crm_rectification_action"
_COUNTED = [("state", "!=", "cancelled")]


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    def action_open_answer(self):
        """Open the answer that the notice is about."""
        self.ensure_one()
        return self.env["survey.user_input"]._open_answers([("id", "=", self.answer_id.id)])

    def action_open_source(self):
        """Open the complaint or audit that the notice is about."""
        self.ensure_one()
        model, _comma, number = (self.source_ref or "").partition(",")
        if model not in self.env or not number.isdigit():
            raise UserError(self.env._("“%s” is not kept here any more.", self.source_name))
        record = self.env[model].browse(int(number)).exists()
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._("You cannot open “%s”. Ask who issued the notice.", self.source_name)
            )
        return record.get_formview_action()


class CrmRectificationOf(models.AbstractModel):
    """Counts notices, for models that notices are linked to."""

    _name = "crm.rectification.of"
    _description = "Subject of Rectification Notices"
    _rectification_link = None  # the field of a notice that leads here

    rectification_count = fields.Integer(
        string="Rectification Notices", compute="_compute_rectification_count"
    )

    @api.depends_context("uid")
    def _compute_rectification_count(self):
        notices = self.env["crm.rectification"]
        counts = count_by(notices, self._rectification_link, self, _COUNTED)
        for record in self:
            record.rectification_count = counts.get(record._origin, 0)

    def _rectification_domain(self):
        return [(self._rectification_link, "in", self.ids), *_COUNTED]

    def action_open_rectifications(self):
        """Open these notices."""
        action = self.env["ir.actions.act_window"]._for_xml_id(_ACTION)
        return {**action, "domain": self._rectification_domain(), "context": {}}


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _inherit = ["crm.dealer", "crm.rectification.of"]
    _rectification_link = "dealer_id"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.rectification.of"]
    _rectification_link = "commercial_partner_id"

    rectification_count = fields.Integer(compute="_compute_customer_counts")

    @api.model
    def _customer_counters(self):
        notices = ("crm.rectification", self._rectification_link, _COUNTED)
        return {**super()._customer_counters(), "rectification_count": notices}

    def action_open_rectifications(self):
        """Those of a contact's company as well, as they are counted."""
        return super(ResPartner, self.commercial_partner_id).action_open_rectifications()

    @api.model
    def _follows_customer(self):
        return [*super()._follows_customer(), ("crm.rectification", "commercial_partner_id")]


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.rectification.of"]
    _rectification_link = "visit_id"


class SurveyUserInput(models.Model):
    _name = "survey.user_input"
    _inherit = ["survey.user_input", "crm.rectification.of"]
    _rectification_link = "answer_id"

    def _after_satisfaction(self, answers):
        result = super()._after_satisfaction(answers)
        if answers:
            self.env["crm.rectification"]._from_answers(answers)
        return result

    def action_rectify(self):
        """Open the notice about the answer; a draft is written where there is none.

        :raise AccessError: the user may not write notices
        :raise UserError: the answer is not complete, or about no dealer
        """
        self.ensure_one()
        self.check_access("read")
        notices = self.env["crm.rectification"]
        if not notices._may_write_drafts():
            raise AccessError(notices._not_yours())
        answer = self.sudo()  # sudo: who may read it, and may write notices, was checked
        if not answer.satisfaction_version_id or answer.state != "done" or not answer.dealer_id:
            raise UserError(
                self.env._("Only a completed answer about a dealer leads to a notice.")
            )
        touch(answer)  # two clicks at once: the second finds what the first wrote
        holds = [("answer_id", "=", self.id), ("state", "!=", "cancelled")]
        notice = notices.search(holds, limit=1)
        notice = notice or notices._make([notices._answer_vals(answer, self._weak_points())])
        return notice._get_records_action(context={})

    def _weak_points(self):
        """The factors that are below the answer's own total, the weakest first."""
        scores = self.sudo().satisfaction_score_ids.filtered(lambda s: s.kind == "satisfaction")
        total = scores.filtered(lambda s: not s.factor_id).value
        weak = scores.filtered(lambda s: s.factor_id and s.value < total).sorted("value")
        return [(False, score.factor_id.id, False, score.value) for score in weak[:3]]
