"""Smart buttons of a dealer: its audits, and the verifications of sold vehicles (S9)."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.counting import count_by


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    audit_count = fields.Integer(string="Audits", compute="_compute_audit_counts")
    audit_sample_count = fields.Integer(
        string="Verifications", compute="_compute_audit_counts"
    )
    today_verify_count = fields.Integer("Sold Vehicles to Verify", compute="_compute_today")
    today_verify_mine = fields.Integer("My Vehicles to Verify", compute="_compute_today")

    @api.model
    def _today_figures(self):
        """Verifications are for the manufacturer and its call centre."""
        to_check = Domain("state", "=", "open") & Domain("is_open", "=", True)
        return {
            **super()._today_figures(),
            "verify": (
                "crm.audit.sample.line",
                Domain.FALSE if self.env.user.dealer_scoped else to_check,
                "user_id",
                "crm_dealer_survey.crm_audit_sample_line_action",
            ),
        }

    @api.model
    def _audit_model(self):
        """Audits for who makes them; for a dealer's manager the results."""
        audits = self.env["crm.audit"]
        return audits if audits.has_access("read") else self.env["crm.audit.result"]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_audit_counts(self):
        audits = count_by(self._audit_model(), "dealer_id", self)
        samples = count_by(self.env["crm.audit.sample"], "dealer_id", self)
        for dealer in self:
            dealer.audit_count = audits.get(dealer._origin, 0)
            dealer.audit_sample_count = samples.get(dealer._origin, 0)

    def action_open_audits(self):
        """Open the dealer's audits, or what its manager sees of them."""
        name = self._audit_model()._table
        return self._open(f"crm_dealer_survey.{name}_action", [])

    def action_open_audit_samples(self):
        """Open the verifications of vehicles that the dealer sold."""
        return self._open("crm_dealer_survey.crm_audit_sample_action", [])
