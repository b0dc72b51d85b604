from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from ...tools.qr import svg_path

CONSENT = "club"


class CrmClubMembership(models.Model):
    """The card on its member's pages, joining and leaving there (M10)."""

    _inherit = "crm.club.membership"

    def _card_code(self):
        """The number as a QR code inside the page, so that no log keeps the number.

        :return: ``(side, path)`` of an SVG
        """
        return svg_path(self.number)

    def _portal_progress(self):
        """How far it is to the next tier, and what keeps this one.

        :return: ``{"percent": 0 to 100 or None where money does not tell, "lines": sentences}``,
            None where there is nothing to say
        """
        if self.state != "active":
            return None
        progress = self._progress()
        lines = self._progress_in_words(progress)
        if not lines:
            return None
        spent, missing = max(progress["figure"], 0), progress["missing"]
        percent = int(100 * spent / (spent + missing)) if missing else None
        return {"percent": percent, "lines": lines}

    @api.model
    def _join_online(self, partner, dealer):
        """Make the customer ``partner`` a member at its own dealer; called as superuser.

        :param dealer: where it has none yet, the one that it chose
        :raise UserError: there is no dealer, or the dealer has to be asked
        """
        touch(partner)
        if not partner.active or partner.given_up_on:
            # Why is for staff to read.
            raise UserError(self.env._("Please call your dealer to join the club."))
        if not partner.dealer_id:
            if not dealer:
                raise UserError(self.env._("Choose a dealer near you to join the club."))
            partner.dealer_id = dealer
        known = self.search([("partner_id", "=", partner.id), ("state", "!=", "left")])
        if not known:
            self._enrol_by_request(partner)
            self._record_club_consent(partner, True)

    def _leave_online(self, reason):
        """The member leaves on its own page, and withdraws the consent; called as superuser."""
        self.ensure_one()
        touch(self.partner_id)
        self.action_leave(reason)
        self._record_club_consent(self.partner_id, False)

    @api.model
    def _record_club_consent(self, partner, given):
        consents = self.env["crm.club.consent"]
        purpose = self.env["crm.club.consent.purpose"].search([("code", "=", CONSENT)])
        if purpose:
            consents.create([consents._decision(partner, purpose, given)])
