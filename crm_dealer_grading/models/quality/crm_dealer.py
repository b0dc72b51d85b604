from odoo import api, fields, models

TARGET_PARAMETER = "crm_dealer_grading.completeness_target"
TARGET = 95.0


class CrmDealer(models.Model):
    """How complete the customer files of a dealer are, against the target (C2)."""

    _inherit = "crm.dealer"

    completeness = fields.Float(
        string="Completeness (%)",
        digits=(5, 2),
        compute="_compute_completeness",
        help="Average over the dealer's customers.",
    )
    effective_share = fields.Float(
        string="Effective (%)",
        digits=(5, 2),
        compute="_compute_completeness",
        help="Customers whose data are complete and verified correct.",
    )
    below_target = fields.Boolean(compute="_compute_completeness")

    @api.depends_context("uid")
    def _compute_completeness(self):
        figures = {}
        Quality = self.env["crm.customer.quality"]
        if Quality.has_access("read"):
            groups = Quality._read_group(
                [("dealer_id", "in", self.ids)],
                ["dealer_id"],
                ["completeness:avg", "effective_share:avg"],
            )
            figures = {dealer.id: (average, share) for dealer, average, share in groups}
        target = self._completeness_target()
        for dealer in self:
            average, share = figures.get(dealer._origin.id, (0, 0))
            dealer.completeness, dealer.effective_share = average, share
            dealer.below_target = dealer._origin.id in figures and average < target

    @api.model
    def _completeness_target(self):
        """The target in percent, as set by the manufacturer's manager."""
        # sudo: a parameter that everybody who sees the figure may know.
        value = self.env["ir.config_parameter"].sudo().get_param(TARGET_PARAMETER, TARGET)
        try:
            return float(value)
        except ValueError:
            return TARGET

    def action_open_completeness(self):
        """Open the completeness of the dealer's customer files."""
        return self._open("crm_dealer_grading.crm_customer_quality_action", [])
