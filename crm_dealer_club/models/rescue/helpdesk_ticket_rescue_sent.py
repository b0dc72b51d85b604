from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch

_ON_THE_WAY = ("dispatched", "on_site")


class HelpdeskTicket(models.Model):
    """Two dispatchers: a form that was opened earlier does not send somebody else (M8)."""

    _inherit = "helpdesk.ticket"

    def write(self, vals):
        if "dealer_id" in vals and not self._by_step():
            self._rescues()._rescue_check_not_sent(vals["dealer_id"])
        return super().write(vals)

    def _rescue_check_not_sent(self, dealer_id):
        """Who is on the way is not replaced by an entry: help is sent again."""
        if not self.ids:
            return
        # Who sends somebody at the same instant is waited for, and then seen.
        touch(self)
        self.invalidate_recordset(["crm_step", "dealer_id"])
        for ticket in self:
            # sudo: the dealer's name is told to the dispatcher.
            sent = ticket.sudo().dealer_id
            if ticket.crm_step in _ON_THE_WAY and sent and sent.id != dealer_id:
                raise UserError(
                    self.env._(
                        "%(number)s: %(dealer)s was sent already. Reload the page. To send "
                        "somebody else, use “Send Help Again”.",
                        number=ticket.number,
                        dealer=sent.name,
                    )
                )

    def _rescue_refusal(self, step, vals):
        refusal = super()._rescue_refusal(step, vals)
        # The form tells which dealer the dispatcher sees.
        seen = self.env.context.get("rescue_dealer_seen", self.dealer_id.id)
        if refusal or step != "dispatched" or (seen or False) == self.dealer_id.id:
            return refusal
        # sudo: the dealer's name is told to the dispatcher.
        return self.env._(
            "%(number)s: meanwhile somebody chose %(dealer)s. Reload the page and look who is to "
            "be sent.",
            number=self.number,
            dealer=self.sudo().dealer_id.name,
        )
