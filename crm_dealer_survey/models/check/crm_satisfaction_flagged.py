"""Smart buttons: suspicions about an answer, a dealer, a version, a programme."""

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR
from odoo.addons.crm_dealer_grading.tools.counting import count_by


class CrmSatisfactionFlagged(models.AbstractModel):
    """Counts the open flags, for models that flags are linked to; dealers see none of it."""

    _name = "crm.satisfaction.flagged"
    _description = "Subject of Suspicions"
    _flag_link = None  # the field of a flag that leads here

    satisfaction_flag_count = fields.Integer(
        string="Open Suspicions", compute="_compute_satisfaction_flag_count", groups=AUDITOR
    )

    @api.depends_context("uid")
    def _compute_satisfaction_flag_count(self):
        flags = self.env["crm.satisfaction.flag"]
        counts = count_by(flags, self._flag_link, self, [("state", "=", "new")])
        for record in self:
            record.satisfaction_flag_count = counts.get(record._origin, 0)

    def action_open_flags(self):
        """Open the suspicions."""
        return self.env["crm.satisfaction.flag"]._open([(self._flag_link, "in", self.ids)])


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _inherit = ["crm.dealer", "crm.satisfaction.flagged"]
    _flag_link = "dealer_id"


class CrmSatisfactionVersion(models.Model):
    _name = "crm.satisfaction.version"
    _inherit = ["crm.satisfaction.version", "crm.satisfaction.flagged"]
    _flag_link = "version_id"

    def action_check_now(self):
        """Check all answers to the versions for cheats."""
        return self.env["crm.satisfaction.check.run"]._check_now(self)


class CrmSatisfactionProgramme(models.Model):
    _name = "crm.satisfaction.programme"
    _inherit = ["crm.satisfaction.programme", "crm.satisfaction.flagged"]
    _flag_link = "programme_id"

    def action_check_now(self):
        """Check all answers to the programmes for cheats."""
        return self.env["crm.satisfaction.check.run"]._check_now(self.version_ids)
