from odoo import models

from odoo.addons.crm_dealer_grading.tools.outage import WAITING, take_back


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    def _call_off(self):
        """Take back the messages and to-dos of these lines that have not gone out."""
        stopped = self.browse()
        for line in self:
            if take_back(line.mail_id, WAITING) or take_back(line.sms_id, WAITING):
                stopped |= line
            elif line.activity_id.active:
                line.activity_id.unlink()
                stopped |= line
        logs = stopped.log_id
        stopped.write({"state": "skipped", "reason": "consent", "date_sent": False})
        logs.unlink()  # who got nothing was not contacted
