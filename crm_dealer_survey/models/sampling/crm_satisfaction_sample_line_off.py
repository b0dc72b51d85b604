from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.outage import WAITING, take_back


class CrmSatisfactionSampleLine(models.Model):
    """Who does not want questions any more gets none of those that wait (S2, P4)."""

    _inherit = "crm.satisfaction.sample.line"

    @api.model
    def _call_off(self, people, channel=None):
        """Take back the messages and calls to ``people`` that have not gone out.

        :param channel: ``sms``, ``email`` or ``phone``; None: each
        """
        domain = Domain("partner_id", "in", people.ids) & Domain("state", "=", "sent")
        if channel:
            domain &= Domain("channel", "=", channel)
        stopped = self.browse()
        for line in self.search(domain):
            if take_back(line.mail_id, WAITING) or take_back(line.sms_id, WAITING):
                stopped |= line
            elif line.call_id.state == "due":
                line.call_id._withdraw("contact")
                stopped |= line
        # Before anything reached out: the customer does not rest for it.
        stopped.write({"state": "skipped", "reason": "contact", "asked": False})
