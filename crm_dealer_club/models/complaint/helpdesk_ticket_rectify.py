"""What a closed complaint tells notices of rectification, where these are kept (M7, S4)."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    can_give_notice = fields.Boolean(
        compute="_compute_can_give_notice", export_string_translation=False
    )

    @api.depends("dealer_id", "crm_kind")
    @api.depends_context("uid")
    def _compute_can_give_notice(self):
        allowed = self.env["crm.dealer"]._can_give_notice()
        for ticket in self:
            about_dealer = ticket.crm_kind == "complaint" and ticket.dealer_id
            ticket.can_give_notice = allowed and bool(about_dealer)

    def action_give_notice(self):
        """Open the notice of rectification about the complaint, a new one where there is none."""
        self.ensure_one()
        self.check_access("read")
        return self.dealer_id._give_notice(self._rectification_values())

    def _after_complaint_closed(self):
        """A complaint was closed: notices of rectification hear of it.

        It runs in the transaction of the step, with the rights of who closed it.
        """
        for ticket in self:
            # sudo: whose complaint it is; the hook makes what its rules say.
            ticket.sudo().dealer_id._notice_wanted(ticket._rectification_values())

    def _rectification_values(self):
        """What a notice of rectification would say of the complaint; extend it.

        :return: dict of plain values, see ``crm.dealer._notice_wanted``; ``repeat`` and
            ``reopen_count`` are reasons to ask for more than words
        """
        self.ensure_one()
        ticket = self.sudo()
        liable = dict(ticket._fields["liable"]._description_selection(self.env))
        return {
            "dealer_id": ticket.dealer_id.id,
            "company_id": ticket.company_id.id,
            "source_ref": f"helpdesk.ticket,{ticket.id}",
            "source_name": ticket.display_name,
            "problem": ticket.name or "",
            "cause": ticket.category_id.complete_name or "",
            "liable": liable.get(ticket.liable, ""),
            "at_dealer": ticket.liable == "dealer",
            "solution": ticket.solution or "",
            "partner_id": ticket.partner_id.id,
            "vehicle_id": ticket.vehicle_id.id,
            "visit_id": ticket.visit_id.id,
            "user_id": ticket.user_id.id,
            "repeat": ticket.is_repeat,
            "reopen_count": ticket.reopen_count,
        }
