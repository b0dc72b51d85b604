from odoo import models

from odoo.addons.crm_dealer_grading.models.kpi.counted import Counted


class CrmKpi(models.Model):
    """The KPIs of complaints and referrals (S10)."""

    _inherit = "crm.kpi"

    def _kpi_complaints_in_time(self, begin, end):
        """Complaints received in the period that were answered and solved in time / all those."""
        complaints = Counted(
            "helpdesk.ticket",
            [
                ("crm_kind", "=", "complaint"),
                ("dealer_id", "!=", False),
                *self._within("date_received", begin, end, moment=True),
            ],
        )
        in_time = [("answer_missed", "=", False), ("solution_missed", "=", False)]
        return complaints.met(*in_time, ("date_solved", "!=", False)), complaints

    def _kpi_referral(self, begin, end):
        """Cards delivered in the period that somebody recommended / cards delivered."""
        delivered = self._cards(*self._within("delivered_on", begin, end))
        return delivered.met(("referred_by_id", "!=", False)), delivered
