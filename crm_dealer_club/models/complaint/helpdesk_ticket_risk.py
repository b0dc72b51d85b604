"""How risky a complaint is: dangerous customers, and the press (M7)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

SAFETY = (
    "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_call_centre,"
    "crm_dealer_grading.group_oem_manager"
)
# What never leaves in a file.
_NOT_EXPORTED = {"dangerous_customer"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    risk_level = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")], default="low", tracking=True
    )
    # Not tracked: messages are read by more people than the mark.
    dangerous_customer = fields.Boolean(
        groups=SAFETY,
        copy=False,
        exportable=False,
        help="Threats or violence: nobody meets the customer alone. Only managers and the call "
        "centre see it; it is never exported.",
    )
    press_alert = fields.Boolean(
        copy=False,
        tracking=True,
        help="Press or social media are on it: the manufacturer is told at once.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._tell_of_press()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if vals.get("press_alert"):
            self._tell_of_press()
        return result

    def _tell_of_press(self):
        for ticket in self._ours().filtered("press_alert"):
            ticket._escalate("press", "oem")

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Also where another record's export walks through here."""
        if not self.env.su and any(path and path[0] in _NOT_EXPORTED for path in fields):
            raise AccessError(
                self.env._("The mark “Dangerous Customer” is not exported. Leave it out.")
            )
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
