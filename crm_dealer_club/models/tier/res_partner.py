from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.notification import notification

from ...tools.card_number import clean, may_be_card

_CLUB = (
    "club_membership_id",
    "club_tier_id",
    "club_tier_color",
    "club_card_number",
    "club_can_enrol",
)
# A write of one of these may make a contact of a person.
_TRIGGERS = {"parent_id", "is_company"}


class ResPartner(models.Model):
    """The club's card of a customer, for its contacts too (M1)."""

    _inherit = "res.partner"

    # Of the commercial entity itself; contacts of a company ask for its membership by
    # ``club_membership_id``.
    club_membership_ids = fields.One2many(
        "crm.club.membership", "partner_id", string="Club Memberships"
    )
    club_membership_id = fields.Many2one(
        "crm.club.membership",
        compute="_compute_club_membership_id",
        search="_search_club_membership_id",
        help="The membership of the customer, or of the company that the contact belongs to.",
    )
    club_tier_id = fields.Many2one(
        "crm.club.tier",
        compute="_compute_club_membership_id",
        search="_search_club_tier_id",
        column_sql="_club_tier_to_sql",
        help="The tier that counts today: empty where the membership is not active.",
    )
    club_tier_color = fields.Integer(
        compute="_compute_club_membership_id", aggregator=None, export_string_translation=False
    )
    club_card_number = fields.Char(
        string="Club Card", compute="_compute_club_membership_id", search="_search_club_card_number"
    )
    club_can_enrol = fields.Boolean(
        compute="_compute_club_can_enrol",
        export_string_translation=False,
    )

    @api.depends(
        "commercial_partner_id.club_membership_ids.state",
        "commercial_partner_id.club_membership_ids.tier_id",
        "commercial_partner_id.club_membership_ids.number",
    )
    def _compute_club_membership_id(self):
        # sudo: who may read the customer may see the card.
        memberships = self.env["crm.club.membership"].sudo()
        found = {
            member.partner_id.id: member
            for member in memberships.search_fetch(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id", "tier_id", "state", "number"],
            )
        }
        for partner in self:
            member = found.get(partner.commercial_partner_id._origin.id, memberships)
            tier = member.tier_id if member.state == "active" else member.tier_id.browse()
            partner.club_membership_id = member
            partner.club_tier_id = tier
            partner.club_tier_color = tier.color
            partner.club_card_number = member.number

    @api.depends_context("uid")
    def _compute_club_can_enrol(self):
        others = self._origin.filtered(lambda partner: not partner.club_card_number)
        members = self.env["crm.club.membership"]
        allowed = members._may_be_enrolled(others.commercial_partner_id)
        for partner in self:
            partner.club_can_enrol = partner._origin.commercial_partner_id in allowed

    @api.model
    def _forget_club(self):
        """What is remembered of the club is outdated."""
        self.invalidate_model([*_CLUB, "club_membership_ids"])

    # ------------------------------------------------------------ search

    @api.model
    def _club_domain(self, condition, absent=False):
        """Customers, and contacts of such, whose membership meets ``condition``; or none does.

        The card is part of the customer: rights on the customer decide, so "any!".
        """
        domain = Domain("commercial_partner_id.club_membership_ids", "any!", condition)
        return ~domain if absent else domain

    @api.model
    def _search_club_membership_id(self, operator, value):
        if operator == "any":
            return self._club_domain(Domain(value))
        if operator != "in" or any(isinstance(item, str) for item in value):
            return NotImplemented
        domain = self._club_domain(Domain("id", "in", [item for item in value if item]))
        return domain | self._club_domain(Domain.TRUE, absent=True) if False in value else domain

    @api.model
    def _search_club_tier_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        active = Domain("state", "=", "active")
        if operator == "any":
            return self._club_domain(active & Domain("tier_id", "any", value))
        if any(isinstance(item, str) for item in value):
            return NotImplemented
        domain = self._club_domain(
            active & Domain("tier_id", "in", [item for item in value if item])
        )
        return domain | self._club_domain(active, absent=True) if False in value else domain

    @api.model
    def _search_club_card_number(self, operator, value):
        if operator == "in":
            numbers = [clean(number) for number in value if number]
            found = Domain("number", "in", numbers) | Domain(
                "former_card_ids.number", "in", numbers
            )
            domain = self._club_domain(found)
            none = self._club_domain(Domain.TRUE, absent=True)
            return domain | none if False in value else domain
        if operator != "ilike":
            return NotImplemented
        number = clean(value)
        return self._club_domain(
            Domain("number", "ilike", number) | Domain("former_card_ids.number", "ilike", number)
        )

    @api.model
    def _search_display_name(self, operator, value):
        """A whole card number finds its member wherever customers are looked up."""
        domain = super()._search_display_name(operator, value)
        if operator in ("ilike", "=") and isinstance(value, str) and may_be_card(value):
            number = self.env["crm.club.membership"]._number_domain(clean(value))
            domain = Domain(domain) | Domain("club_membership_ids", "any!", number)
        return domain

    def _club_tier_to_sql(self, alias, _name, query):
        member = self._join_of_customer(
            alias, query, "crm_club_membership", "club", ("state", "active")
        )
        return SQL.identifier(member, "tier_id")

    # ------------------------------------------------------------ what happens to members

    def write(self, vals):
        result = super().write(vals)
        if not _TRIGGERS.isdisjoint(vals):
            # sudo: who may make a contact of a person says whose card it is.
            members = self.env["crm.club.membership"].sudo()
            found = members.search([("partner_id", "in", self.ids)])
            found._follow_customer()
        return result

    @api.model
    def _following_dealer(self):
        return (
            *super()._following_dealer(),
            "crm.club.membership",
            "crm.club.membership.change",
            "crm.club.card",
        )

    # ------------------------------------------------------------ actions

    def action_enrol(self):
        """Enrol the chosen customers; who cannot be is left out and counted (list and form).

        :raise AccessError: the user may not enrol the only one
        :raise UserError: none of them can be enrolled
        """
        members = self.env["crm.club.membership"]
        customers = self.commercial_partner_id
        new = members._may_enrol(customers)
        if len(customers) == 1:
            return members.enrol(customers)._get_records_action()
        if not new:
            raise UserError(
                self.env._(
                    "None of these customers can be enrolled: they are members already, or not "
                    "your own dealer's, or archived or given up."
                )
            )
        members.enrol(new)
        message = self.env._(
            "%(new)s customers enrolled; %(others)s left out: members already, not your "
            "own dealer's, archived or given up.",
            new=len(new),
            others=len(customers) - len(new),
        )
        return notification(message)

    def action_open_club_membership(self):
        """Open the customer's card."""
        self.ensure_one()
        return self.club_membership_id.sudo(self.env.su)._get_records_action()
