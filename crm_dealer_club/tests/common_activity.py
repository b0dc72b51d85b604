"""Activities of the club for tests."""

from datetime import timedelta

from odoo import fields

from .common import ClubCase


def make_activity(dealer, days=10, **vals):
    """An announced activity of ``dealer`` that begins in so many days and takes two hours."""
    begin = fields.Datetime.now() + timedelta(days)
    return dealer.env["event.event"].create(
        {
            "name": "Test Tour",
            "is_club_activity": True,
            "club_announced": True,
            "date_begin": begin,
            "date_end": begin + timedelta(hours=2),
            "date_tz": "Asia/Shanghai",
            "dealer_id": dealer.id,
            **vals,
        }
    )


class ActivityCase(ClubCase):
    """An announced activity of dealer A in ten days, with two seats."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.activity = cls._activity()

    @classmethod
    def _activity(cls, days=10, **vals):
        """An activity with two seats that begins in so many days."""
        seats = {"seats_limited": True, "seats_max": 2, "club_guests_max": 1}
        return make_activity(cls.dealer_a, days, **{**seats, **vals})

    @classmethod
    def _members(cls, count, dealer=None, **vals):
        return [
            cls._member(cls._customer(dealer or cls.dealer_a, name=f"Test Member {i}", **vals))
            for i in range(count)
        ]

    @classmethod
    def _past(cls, activity, days=200):
        """Move an activity into the past, as time does."""
        begin = cls.now - timedelta(days)
        activity.write({"date_begin": begin, "date_end": begin + timedelta(hours=2)})

    def _register(self, member, activity=None, env=None, **vals):
        """Register as the desk, a form or an import does."""
        return (env or self.env)["event.registration"].create(
            {
                "event_id": (activity or self.activity).id,
                "partner_id": member.partner_id.id,
                **vals,
            }
        )
