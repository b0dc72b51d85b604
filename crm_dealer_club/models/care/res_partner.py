from odoo import api, fields, models

_ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    """What a customer was reminded of (M5)."""

    _inherit = "res.partner"

    care_reminder_count = fields.Integer(
        string="Reminders", compute="_compute_customer_counts", groups=_ACCESS
    )

    @api.model
    def _customer_counters(self):
        reminders = ("crm.care.reminder", "commercial_partner_id", [])
        return {**super()._customer_counters(), "care_reminder_count": reminders}

    def _after_merge(self):
        """Keys moved behind the ORM's back: the customer may be the person's company."""
        result = super()._after_merge()
        # sudo: who may merge the customers may merge what hangs on them.
        reminders = self.env["crm.care.reminder"].sudo()
        reminders = reminders.search([("partner_id", "in", self.ids)])
        self.env.add_to_compute(reminders._fields["commercial_partner_id"], reminders)
        return result

    def action_open_care_reminders(self):
        """Open what the customer was, and is to be, reminded of."""
        action = "crm_dealer_club.crm_care_reminder_action"
        return self._open_records(action, "care_reminder_count")
