from odoo import models

from odoo.addons.crm_dealer_grading.tools.outage import WAITING


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    def _call_off(self):
        """Take back the messages and to-dos of these lines that have not gone out."""
        stopped = self.browse()
        for line in self:
            if line.mail_id.state in WAITING:
                line.mail_id.cancel()
            elif line.sms_id.state in WAITING:
                line.sms_id.action_set_canceled()
            elif line.activity_id.active:
                line.activity_id.unlink()
            else:
                continue
            stopped |= line
        logs = stopped.log_id
        stopped.write({"state": "skipped", "reason": "consent", "date_sent": False})
        logs.unlink()  # who got nothing was not contacted
