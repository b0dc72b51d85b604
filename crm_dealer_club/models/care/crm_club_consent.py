from odoo import api, fields, models
from odoo.tools import consteq, hmac, urls

_SCOPE = "crm_dealer_club.stop"


class CrmClubConsent(models.Model):
    """Withdrawing by a link in a message, without signing in (P4)."""

    _inherit = "crm.club.consent"

    source = fields.Selection(
        selection_add=[("link", "Link in a Message")], ondelete={"link": "set default"}
    )

    @api.model
    def _stop_url(self, partner, purposes, channel):
        """A link by which a person withdraws the consent to ``purposes`` on a channel.

        :param partner: the person that the message goes to
        :param purposes: records of ``crm.club.consent.purpose``
        """
        token = self._stop_token(partner.id, purposes.ids, channel)
        return urls.urljoin(partner.get_base_url(), f"/club/stop/{token}")

    @api.model
    def _stop_token(self, partner_id, purpose_ids, channel):
        content = "{}.{}.{}".format(partner_id, "-".join(map(str, sorted(purpose_ids))), channel)
        # sudo: the database's secret signs, and is not shown.
        signature = hmac(self.env(su=True), _SCOPE, content)[:32]
        return f"{content}.{signature}"

    @api.model
    def _from_stop_token(self, token):
        """``(person, purposes, channel)`` as superuser, or None for a forged or stale link."""
        parts = (token or "").split(".")
        if len(parts) != 4 or not parts[0].isdecimal():
            return None
        numbers = parts[1].split("-")
        if not all(number.isdecimal() and len(number) < 10 for number in (parts[0], *numbers)):
            return None
        person_id, purpose_ids, channel = int(parts[0]), [int(n) for n in numbers], parts[2]
        if not consteq(self._stop_token(person_id, purpose_ids, channel), token):
            return None
        # sudo: the link is the right.
        person = self.env["res.partner"].sudo().browse(person_id).exists()
        purposes = self.env["crm.club.consent.purpose"].sudo().browse(purpose_ids).exists()
        return (person, purposes, channel) if person and purposes else None

    @api.model
    def _stop(self, person, purposes, channel):
        """Record the withdrawal, unless it holds already; called as superuser."""
        latest = self._latest(person)
        values = []
        for purpose in purposes:
            way = channel if purpose.by_channel else False
            if latest.get((person.id, purpose.id, way), purpose.given_by_default):
                decision = self._decision(person, purpose, False)
                values.append({**decision, "channel": way, "source": "link"})
        return self.create(values)
