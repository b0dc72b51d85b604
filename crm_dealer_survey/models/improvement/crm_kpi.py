from datetime import timedelta

from odoo import models

from odoo.addons.crm_dealer_grading.models.kpi.counted import Counted


class CrmKpi(models.Model):
    """The KPI of improvement (S6, S10)."""

    _inherit = "crm.kpi"

    def _kpi_improvement_done(self, begin, end):
        """Measures finished by their deadline / measures whose deadline passed in the period.

        Of plans that began and were not cancelled; dropped ones unless before the deadline.
        """
        tomorrow = self.env.company._today_here() + timedelta(1)
        due = Counted(
            "crm.improvement.measure",
            [
                ("is_due", "=", True),
                *self._within("deadline_on", begin, min(end, tomorrow)),
                # Whoever still has today is not late.
                "|", ("deadline_on", "<", tomorrow - timedelta(1)), ("state", "=", "done"),
            ],
        )  # fmt: skip
        return due.met(("in_time", "=", True)), due
