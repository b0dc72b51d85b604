from odoo import api, fields, models

_SHIPPED = (
    "crm_dealer_grading.level_activity_lost",
    "crm_dealer_grading.level_activity6_lost",
    "crm_dealer_grading.level_satisfaction_lost",
)


class CrmGradingLevel(models.Model):
    """Levels whose customers are on the list of lost ones (M6)."""

    _inherit = "crm.grading.level"

    means_lost = fields.Boolean(
        string="Customers Are Lost",
        help="Customers of this level are on the list of lost customers, to be won back.",
    )

    @api.model
    def _mark_lost_levels(self):
        """Mark the levels that mean it, as shipped, unless somebody has marked any."""
        if self.with_context(active_test=False).search_count([("means_lost", "=", True)], limit=1):
            return
        for xmlid in _SHIPPED:
            if level := self.env.ref(xmlid, raise_if_not_found=False):
                level.means_lost = True
