"""Whose a membership is: who sees it, who may take steps with it, what its name tells (M1)."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    served_by_own_dealer = fields.Boolean(
        compute="_compute_served_by_own_dealer",
        search="_search_served_by_own_dealer",
        export_string_translation=False,
    )
    is_dealers_own = fields.Boolean(
        compute="_compute_is_dealers_own",
        export_string_translation=False,
        help="The user may take steps with this membership.",
    )

    @api.depends("number", "partner_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        """Naming the id of a foreign customer's membership anywhere tells nothing of it."""
        shown = self.partner_id._in_sight()
        for member in self:
            words = (member.number, member.partner_id.name)
            if member.partner_id not in shown and member.partner_id:
                words = (member.partner_id._name_out_of_sight(),)
            member.display_name = " ".join(filter(None, words))

    @api.depends_context("uid")
    def _compute_served_by_own_dealer(self):
        own = set(self.env.user.dealer_ids.ids)
        for member in self:
            serving = member.sudo().partner_id.serving_dealer_ids
            member.served_by_own_dealer = not own.isdisjoint(serving.ids)

    def _search_served_by_own_dealer(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        own = tuple(self.env.user.dealer_ids.ids) or (0,)

        def to_sql(model, alias, query):
            return SQL(
                "%s = ANY(ARRAY(SELECT partner_id FROM crm_dealer_partner_serving_rel"
                " WHERE dealer_id IN %s))",
                SQL.identifier(alias, "partner_id"),
                own,
            )

        return Domain.custom(
            to_sql=to_sql,
            predicate=lambda member: not set(own).isdisjoint(
                member.sudo().partner_id.serving_dealer_ids.ids
            ),
        )

    @api.depends_context("uid")
    def _compute_is_dealers_own(self):
        for member in self:
            member.is_dealers_own = not member._of_others() and member.has_access("write")

    def _of_others(self):
        """Those that the user, being a dealer's, may look at only: not of an own customer."""
        if not self._acts_for_dealers():
            return self.browse()
        own = self.env.user._own_dealers()
        # sudo: whose it is decides, also where the dealer's company is not selected.
        return self.filtered(lambda member: not member.sudo().dealer_id & own)
