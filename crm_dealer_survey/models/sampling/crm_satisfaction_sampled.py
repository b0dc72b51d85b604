"""Smart buttons: the samples of a programme and of a version, a dealer's response rate (S2)."""

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.counting import count_by


class CrmSatisfactionSampled(models.AbstractModel):
    """Counts samples, for models that samples are linked to."""

    _name = "crm.satisfaction.sampled"
    _description = "Subject of Samples"
    _sample_link = None  # the field of a sample that leads here

    sample_count = fields.Integer(string="Number of Samples", compute="_compute_sample_count")

    @api.depends_context("uid")
    def _compute_sample_count(self):
        counts = count_by(self.env["crm.satisfaction.sample"], self._sample_link, self)
        for record in self:
            record.sample_count = counts.get(record._origin, 0)

    def action_open_samples(self):
        """Open these samples."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_sample_action"
        )
        return {**action, "domain": [(self._sample_link, "in", self.ids)], "context": {}}


class CrmSatisfactionProgramme(models.Model):
    _name = "crm.satisfaction.programme"
    _inherit = ["crm.satisfaction.programme", "crm.satisfaction.sampled"]
    _sample_link = "programme_id"


class CrmSatisfactionVersion(models.Model):
    _name = "crm.satisfaction.version"
    _inherit = ["crm.satisfaction.version", "crm.satisfaction.sampled"]
    _sample_link = "version_id"


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    sample_response_rate = fields.Float(
        string="Response Rate",
        compute="_compute_sample_response_rate",
        help="Customers who answered of those whom samples asked about the dealer.",
    )

    @api.depends_context("uid")
    def _compute_sample_response_rate(self):
        report, rates = self.env["crm.satisfaction.sample.report"], {}
        if report.has_access("read"):
            domain = [("dealer_id", "in", self.ids)]
            rates = dict(report._read_group(domain, ["dealer_id"], ["response_rate:avg"]))
        for dealer in self:
            dealer.sample_response_rate = rates.get(dealer._origin, 0.0)

    def action_open_sample_report(self):
        """Open who answered of those asked."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_sample_report_action"
        )
        return {**action, "domain": [("dealer_id", "in", self.ids)], "context": {}}
