"""A withdrawal works at once: what waits in the ERP's queues does not go out any more (P4)."""

from odoo import models


class CrmClubConsent(models.Model):
    _inherit = "crm.club.consent"

    def _stop_waiting(self):
        """Take back what was made for a purpose and channel, and has not gone out.

        Called with the decisions that say no, in their transaction. Whoever sends asks consents
        before; this is about messages that were made just before the decision.
        """
        # sudo: the person decides, whoever may see the messages.
        alike = self.sudo().grouped(lambda one: (one.purpose_id.code, one.channel or None))
        for (code, channel), decisions in alike.items():
            decisions.partner_id._stop_contacts(code, channel)
