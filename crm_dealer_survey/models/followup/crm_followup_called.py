"""Smart buttons: follow-up calls of a customer, after a visit, about a lead (S3)."""

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.counting import count_by

_COUNTED = [("state", "!=", "withdrawn")]


class CrmFollowupCalled(models.AbstractModel):
    """Counts follow-up calls, for models that calls are linked to."""

    _name = "crm.followup.called"
    _description = "Subject of Follow-up Calls"
    _followup_link = None  # the field of a call that leads here

    followup_call_count = fields.Integer(
        string="Follow-up Calls", compute="_compute_followup_call_count"
    )

    @api.depends_context("uid")
    def _compute_followup_call_count(self):
        calls = self.env["crm.followup.call"]
        counts = count_by(calls, self._followup_link, self, _COUNTED)
        for record in self:
            record.followup_call_count = counts.get(record._origin, 0)

    def _followup_domain(self):
        return [(self._followup_link, "in", self.ids), *_COUNTED]

    def action_open_followup_calls(self):
        """Open these calls."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_followup_call_action"
        )
        return {**action, "domain": self._followup_domain(), "context": {}}


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.followup.called"]
    _followup_link = "commercial_partner_id"

    followup_call_count = fields.Integer(compute="_compute_customer_counts")

    @api.model
    def _customer_counters(self):
        calls = ("crm.followup.call", self._followup_link, _COUNTED)
        return {**super()._customer_counters(), "followup_call_count": calls}

    def action_open_followup_calls(self):
        """Those of a contact's company as well, as they are counted."""
        return super(ResPartner, self.commercial_partner_id).action_open_followup_calls()


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.followup.called"]
    _followup_link = "visit_id"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.followup.called"]
    _followup_link = "lead_id"
