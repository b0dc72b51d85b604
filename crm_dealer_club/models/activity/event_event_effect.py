from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

from .event_event import ACCESS


class EventEvent(models.Model):
    """When and by whom the effect of an activity is measured (M4)."""

    _inherit = "event.event"

    club_effect_ids = fields.One2many("crm.club.effect", "event_id", string="Effect", groups=ACCESS)

    def _club_days(self):
        """First and last day of the activity in its own time zone."""
        zone = pytz.timezone(self.date_tz or "UTC")
        return tuple(
            pytz.utc.localize(moment).astimezone(zone).date()
            for moment in (self.date_begin, self.date_end)
        )

    def _club_today(self):
        return fields.Date.context_today(self.with_context(tz=self.date_tz or "UTC"))

    def _club_effect_days(self):
        company = (self.company_id or self.env.company).sudo()
        return company.club_effect_days, company.club_effect_minimum

    def _club_effect_due(self):
        """The first day on which the days after the activity are complete."""
        return self._club_days()[1] + timedelta(self._club_effect_days()[0] + 1)

    def _club_participants(self):
        """Memberships whose members attended, guests not counted."""
        # sudo: an effect is told of all participants.
        return self.env["event.registration"].sudo().search(
            [
                ("event_id", "=", self.id),
                ("state", "=", "done"),
                ("guest_of_id", "=", False),
                ("membership_id", "!=", False),
            ]
        ).membership_id  # fmt: skip

    def action_club_measure(self):
        """Open the activity's effect, measured now if it is due and was not yet."""
        self.ensure_one()
        self.check_access("read")
        effects = self.env["crm.club.effect"]
        effect = effects.search([("event_id", "=", self.id)])
        if not effect:
            effects._check_may_measure(self)
            due = self._club_effect_due()
            if not self.is_club_activity or due > self._club_today():
                raise UserError(self.env._("The effect can be measured from %s on.", due))
            # sudo: the result is written for everybody, the right was checked above.
            effect = effects.sudo()._measure(self.sudo())
        return effect.sudo(False)._get_records_action()

    def action_club_credit(self):
        """Credit the points for attendance of activities that are over."""
        self.check_access("write")
        self.env["event.registration"]._club_credit_attendance(self)
