from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, html2plaintext


class EventEvent(models.Model):
    """An activity of the club on its page (M10); called as superuser."""

    _inherit = "event.event"

    # The ERP's sample text is about a trade fair; members would read it.
    description = fields.Html(
        default=lambda self: not self._default_is_club_activity() and self._default_description()
    )

    def _club_offer_to(self, membership):
        """This activity as the member meets it, as in ``_club_activities_for``.

        :return: a dictionary, None where the activity is none of the member's: neither offered
            to it, nor with a registration of its own
        """
        self.ensure_one()
        if own := self._own_registration(membership):
            return self._club_offer(membership, own)
        offers = self._club_activities_for(membership)
        return next((offer for offer in offers if offer["event"] == self), None)

    def _own_registration(self, membership):
        return self.env["event.registration"].search(
            [
                ("event_id", "=", self.id),
                ("membership_id", "=", membership.id),
                ("guest_of_id", "=", False),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )

    @api.model
    def _next_own_in_words(self, membership):
        """When the member's next activity is, for the home of the club."""
        coming = membership._seats_to_give_back().event_id.sorted("date_begin")[:1]
        if coming:
            args = {"name": coming.name, "day": coming._day_in_words()}
            return self.env._("%(day)s: %(name)s", **args)
        return self.env._("Come along, and bring your family")

    def _day_in_words(self):
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=self.date_tz), self.date_begin
        )
        return format_date(self.env, moment.date())

    def _moment_in_words(self, moment):
        """On the clock where the activity takes place."""
        return format_datetime(self.env, moment, tz=self.date_tz, dt_format="yyyy-MM-dd HH:mm")

    def _plain_description(self):
        """The description as plain text: what staff typed becomes no element of the page."""
        return html2plaintext(self.description or "", include_references=False).strip()

    def _is_open_for_cancelling(self, registration):
        return registration.state in ("draft", "open") and self.date_begin > fields.Datetime.now()

    def _place_in_queue(self, registration):
        """Where a waiting party stands, the first being 1."""
        return self.env["event.registration"].search_count(
            [
                ("event_id", "=", self.id),
                ("state", "=", "draft"),
                ("guest_of_id", "=", False),
                ("id", "<=", registration.id),
            ]
        )
