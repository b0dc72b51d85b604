from odoo import fields, models


class CrmVehicle(models.Model):
    """What was told about a vehicle (M5)."""

    _inherit = "crm.vehicle"

    care_reminder_count = fields.Integer(
        string="Reminders", compute="_compute_care_reminder_count"
    )

    def _compute_care_reminder_count(self):
        counts = dict(
            self.env["crm.care.reminder"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.care_reminder_count = counts.get(vehicle, 0)

    def action_open_care_reminders(self):
        """Open what owners were told about the vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_care_reminder_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        return action
