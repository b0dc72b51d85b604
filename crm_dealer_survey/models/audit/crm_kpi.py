from odoo import api, models

from odoo.addons.crm_dealer_grading.models.kpi.counted import Counted


class CrmKpi(models.Model):
    """The KPIs of audits and of the verification of sold vehicles (S9, S10).

    They stand on what is released: a figure before would tell the dealer of a mystery visit.
    """

    _inherit = "crm.kpi"

    @api.model
    def _audit_mean(self, kinds, begin, end):
        results = Counted(
            "crm.audit.result",
            [
                ("state", "=", "released"),
                ("kind", "in", kinds),
                *self._within("done_on", begin, end),
            ],
        )
        return results.met(measure="score:sum", scale=1.0, span=(0, 100)), results

    def _kpi_audit_score(self, begin, end):
        """Mean score of on-site audits done in the period, in percent."""
        return self._audit_mean(["onsite"], begin, end)

    def _kpi_mystery_score(self, begin, end):
        """Mean score of mystery visits done in the period, in percent."""
        return self._audit_mean(["mystery"], begin, end)

    def _kpi_data_accuracy(self, begin, end):
        """Sold vehicles whose data proved right / checked, in verifications ended in the period."""
        checked = Counted(
            "crm.audit.sample.line",
            [
                ("state", "in", ("right", "wrong")),
                ("sample_id.state", "=", "done"),
                *self._within("sample_id.done_on", begin, end),
            ],
        )
        return checked.met(("state", "=", "right")), checked
