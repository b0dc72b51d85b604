"""What customers say of complaints and rescues is seen by who sees these, and written by none.

The ERP lets every employee read and change every rating, its token included.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from .crm_ticket_subject import ROLES

_TICKET = "helpdesk.ticket"


class RatingRating(models.Model):
    _inherit = "rating.rating"

    # No columns: the ERP's table belongs to all its applications. Record rules ask for them.
    crm_is_ours = fields.Boolean(
        compute="_compute_crm_sight",
        search="_search_crm_is_ours",
        compute_sudo=False,
        export_string_translation=False,
    )
    crm_in_sight = fields.Boolean(
        compute="_compute_crm_sight",
        search="_search_crm_in_sight",
        compute_sudo=False,
        export_string_translation=False,
    )

    @api.depends("res_model", "res_id", "consumed")
    @api.depends_context("uid")
    def _compute_crm_sight(self):
        for rating in self:
            # sudo: a rule asks; nothing of the rating is told.
            known = rating.sudo()
            ticket = self.env[_TICKET].browse(known.res_id if known.res_model == _TICKET else [])
            ours = bool(ticket.sudo().exists().crm_kind)
            rating.crm_is_ours = ours
            rating.crm_in_sight = not ours or (
                known.consumed
                and self.env.user.has_groups(ROLES)
                and ticket.sudo(False).has_access("read")
            )

    @api.model
    def _tickets_of_ours(self, tickets):
        """Domain of the ratings of those of ``tickets`` (a model) that are ours."""
        found = tickets.with_context(active_test=False)._search([("crm_kind", "!=", False)])
        return Domain("res_model", "=", _TICKET) & Domain("res_id", "in", found)

    @api.model
    def _search_crm_is_ours(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: a rule asks; the tickets are told to nobody.
        ours = self._tickets_of_ours(self.env[_TICKET].sudo())
        found = {True: ours, False: ~ours}
        return Domain.OR(found[bool(one)] for one in value)

    @api.model
    def _search_crm_in_sight(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        seen = Domain("crm_is_ours", "=", False)
        if self.env.user.has_groups(ROLES):
            # One that is still asked for has a token with which one answers for the customer.
            tickets = self.env[_TICKET].sudo(False)
            seen |= Domain("consumed", "=", True) & self._tickets_of_ours(tickets)
        return seen
