"""Finding a member by what stands on the card (M1)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.card_number import clean, is_mistyped, may_be_card


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    @api.model
    def find_by_number(self, number):
        """The membership of a card, also of a replaced one, in the user's sight (M1).

        :param str number: as typed or scanned; spaces do not matter
        :raise UserError: mistyped, unknown, or a member of another dealer; says what to do
        """
        number = clean(number)
        if not number:
            raise UserError(self.env._("Type the number that stands on the card."))
        # sudo: only to tell a foreign member from a wrong number; nothing of it is shown.
        found = self.sudo().search(self._number_domain(number), limit=1).sudo(self.env.su)
        if found and found.has_access("read"):
            return found
        if found:
            raise UserError(
                self.env._(
                    "This card is a member's of another dealer. Receive the customer's vehicle by "
                    "its plate or VIN; then you see the card."
                )
            )
        if is_mistyped(number):
            raise UserError(
                self.env._("“%s” is mistyped: the last digit does not fit. Read it again.", number)
            )
        raise UserError(self.env._("No member has or had the card %s.", number))

    @api.model
    def _number_domain(self, number):
        """Members whose card has, or had, exactly this cleaned number."""
        return Domain("number", "=", number) | Domain("former_card_ids.number", "=", number)

    @api.model
    def _search_display_name(self, operator, value):
        """A number is found however it is spaced."""
        if isinstance(value, str) and operator in ("ilike", "=") and may_be_card(value):
            value = clean(value)
        return super()._search_display_name(operator, value)
