from odoo import models


class CrmImprovementPlan(models.Model):
    """What the printed plan shows beside its plain fields (S6)."""

    _inherit = "crm.improvement.plan"

    def _print_period(self, which):
        """``2026-01-01 – 2026-03-31``: the last day that counts, as people write it."""
        since, until = self[f"{which}_from"], self[f"{which}_until"]
        if not (since and until):
            return ""
        last = until.fromordinal(until.toordinal() - 1)
        return f"{since} – {last}"
