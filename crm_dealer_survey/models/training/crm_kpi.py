from odoo import models

from odoo.addons.crm_dealer_grading.models.kpi.counted import Counted


class CrmKpi(models.Model):
    """The KPIs of training (S7, S10). What was attended counts for the dealer of that day."""

    _inherit = "crm.kpi"

    def _kpi_training_hours(self, begin, end):
        """Hours attended in the period / people on the dealer's training register."""
        attended = [
            ("state", "=", "attended"),
            ("dealer_id", "!=", False),
            *self._within("day", begin, end),
        ]
        # Archived people are counted by nobody else; a part says so itself.
        people = Counted(
            "crm.training.person", [("dealer_id", "!=", False), ("active", "=", True)]
        )
        hours = Counted("crm.training.participant", attended, measure="hours:sum", scale=1.0)
        return hours, people

    def _kpi_training_pass(self, begin, end):
        """Participants who passed / participants who finished an attempt."""
        tested = [
            ("test_state", "in", ("passed", "failed")),
            ("dealer_id", "!=", False),
            *self._within("tested_on", begin, end),
        ]
        tests = Counted("crm.training.participant", tested)
        return tests.met(("test_state", "=", "passed")), tests
