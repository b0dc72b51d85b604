from odoo import fields, models
from odoo.exceptions import AccessError


class PrivacyLookupWizardLine(models.TransientModel):
    """What was found is deleted and archived by hand by the ERP's administrators alone (P4).

    Core does it with all rights, to whatever record a line names.
    """

    _inherit = "privacy.lookup.wizard.line"

    can_change = fields.Boolean(compute="_compute_can_change")

    def _compute_can_change(self):
        self.can_change = self.env.user.has_group("base.group_system")

    def _check_may_change_by_hand(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Single records are deleted or archived by the administrator. To erase a "
                    "person, open the customer and take “Erase Personal Data”."
                )
            )

    def _onchange_is_active(self):
        self._check_may_change_by_hand()
        return super()._onchange_is_active()

    def action_unlink(self):
        self._check_may_change_by_hand()
        return super().action_unlink()

    def action_archive_all(self):
        self._check_may_change_by_hand()
        return super().action_archive_all()

    def action_unlink_all(self):
        self._check_may_change_by_hand()
        return super().action_unlink_all()
