"""What customers say of complaints and rescues is seen by who sees these, and written by none.

The ERP lets every employee read and change every rating, its token included.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from .crm_ticket_setting import KINDS

_TICKET = "helpdesk.ticket"


class RatingRating(models.Model):
    _inherit = "rating.rating"

    # A column, so that the rule for all other users asks nothing else.
    crm_kind = fields.Selection(
        KINDS,
        string="Dealer CRM",
        compute="_compute_crm_kind",
        store=True,
        export_string_translation=False,
    )
    crm_in_sight = fields.Boolean(
        compute="_compute_crm_in_sight",
        search="_search_crm_in_sight",
        compute_sudo=False,
        export_string_translation=False,
    )

    def _auto_init(self):
        """The ERP's table is not computed row by row; tickets of ours are younger than we are."""
        if not column_exists(self.env.cr, self._table, "crm_kind"):
            create_column(self.env.cr, self._table, "crm_kind", "varchar")
            if column_exists(self.env.cr, "helpdesk_ticket", "crm_kind"):
                self.env.cr.execute(
                    """UPDATE rating_rating r SET crm_kind = t.crm_kind FROM helpdesk_ticket t
                        WHERE r.res_model = 'helpdesk.ticket' AND r.res_id = t.id
                          AND t.crm_kind IS NOT NULL"""
                )
        return super()._auto_init()

    @api.depends("res_model", "res_id")
    def _compute_crm_kind(self):
        about = self.filtered(lambda rating: rating.res_model == _TICKET)
        (self - about).crm_kind = False
        # sudo: what it is decides, whoever rates.
        tickets = self.env[_TICKET].sudo().browse(about.mapped("res_id")).exists()
        kinds = {ticket.id: ticket.crm_kind for ticket in tickets}
        for rating in about:
            rating.crm_kind = kinds.get(rating.res_id, False)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._without_kind(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._without_kind(vals))

    @api.model
    def _without_kind(self, vals):
        """A copy of ``vals`` without what follows from the ticket."""
        return {name: value for name, value in vals.items() if name != "crm_kind"}

    @api.depends("res_model", "res_id", "consumed")
    @api.depends_context("uid")
    def _compute_crm_in_sight(self):
        # sudo: a rule asks; nothing of the rating is told.
        given = self.sudo().filtered(lambda rating: rating.crm_kind and rating.consumed)
        tickets = self.env[_TICKET].sudo(False).browse(given.mapped("res_id"))
        seen = set(tickets._filtered_access("read").ids)
        for rating in self:
            rating.crm_in_sight = rating.id in given.ids and rating.sudo().res_id in seen

    @api.model
    def _search_crm_in_sight(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        tickets = self.env[_TICKET].sudo(False).with_context(active_test=False)
        found = tickets._search([("crm_kind", "!=", False)])
        # One that is still asked for has a token with which one answers for the customer.
        return (
            Domain("crm_kind", "!=", False)
            & Domain("consumed", "=", True)
            & Domain("res_id", "in", found)
        )
