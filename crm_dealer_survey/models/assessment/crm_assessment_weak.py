from odoo import models

# Satisfaction as a policy measures it, and the programme whose questionnaire says why.
_PROGRAMMES = {
    "satisfaction_ssi": "programme_ssi",
    "satisfaction_ssi_strict": "programme_ssi",
    "satisfaction_csi": "programme_csi",
    "satisfaction_csi_strict": "programme_csi",
}


class CrmAssessmentLine(models.Model):
    """From a result to where the points were lost (S5, S9)."""

    _inherit = "crm.assessment.line"

    def action_open_weak_points(self):
        """Open the dealer's weak points, of the questionnaire that scored lowest.

        From there a plan is made, or training is asked for.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the codes of KPIs that the parts name.
        parts = self.part_ids.filtered(
            lambda part: part.has_value and part.sudo().kpi_id.code in _PROGRAMMES
        ).sorted("score")
        versions, version = self.env["crm.satisfaction.version"], None
        if parts:
            name = f"crm_dealer_survey.{_PROGRAMMES[parts[0].sudo().kpi_id.code]}"
            programme = self.env.ref(name, raise_if_not_found=False)
            version = programme and versions.search(
                [("programme_id", "=", programme.id), ("state", "=", "current")], limit=1
            )
        about = {"version_id": version.id} if version else {}
        return versions._open_weak_points(dealer_id=self.dealer_id.id, **about)
