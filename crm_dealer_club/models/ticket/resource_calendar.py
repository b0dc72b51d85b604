from odoo import api, models

_ALWAYS = "crm_dealer_club.calendar_always"


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The ERP does not translate calendars: ours, as shipped, is worded here."""
        result = super()._compute_display_name()
        always = self.env["ir.model.data"]._xmlid_to_res_id(_ALWAYS)
        for calendar in self:
            if calendar.id == always and calendar.name == "Around the Clock":
                calendar.display_name = self.env._("Around the Clock")
        return result
