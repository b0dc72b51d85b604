"""A workshop with hours, a limit and bays."""

from contextlib import contextmanager
from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError

from .common import DealerCommon

EARLY, LATE, CAPACITY = 9, 17, 2
# Monday; nine o'clock in Shanghai is one o'clock in UTC.
NOW = "2031-01-06 00:00:00"


def at(hour, minute=0, day=6):
    """Naive UTC of a time on the workshop's clock."""
    return datetime(2031, 1, day, hour - 8, minute)


class WorkshopCase(DealerCommon):
    """Dealer A works in Shanghai from 9 to 12 and 13 to 17 o'clock, Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._calendar()
        cls.dealer_a.write(
            {"service_calendar_id": cls.calendar.id, "bookings_per_hour": CAPACITY}
        )
        cls.quick, cls.mechanical = cls.env["crm.service.bay"].create(
            [
                {"name": "Quick 1", "kind": "quick", "dealer_id": cls.dealer_a.id},
                {"name": "Lift 1", "kind": "mechanical", "dealer_id": cls.dealer_a.id},
            ]
        )
        cls.vehicle = cls._vehicle(cls.customer_a, plate="沪A88821")

    @classmethod
    def _calendar(cls, spans=((9, 12), (13, 17)), days=(0, 1, 2, 3, 4), tz="Asia/Shanghai"):
        return cls.env["resource.calendar"].create(
            {
                "name": "Test Hours",
                "tz": tz,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Test",
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning" if start < 12 else "afternoon",
                            }
                        )
                        for day in days
                        for start, end in spans
                    ),
                ],
            }
        )

    @classmethod
    def _booking(cls, date, env=None, **vals):
        """A booking at ``date`` (naive UTC) at dealer A."""
        return cls._bookings([{"date": date, **vals}], env)

    @classmethod
    def _bookings(cls, vals_list, env=None):
        """Bookings at dealer A, made together."""
        mine = {"vehicle_id": cls.vehicle.id, "dealer_id": cls.dealer_a.id}
        return (env or cls.env)["crm.service.visit"].create(
            [{**mine, **vals} for vals in vals_list]
        )

    @contextmanager
    def _refused(self, words=""):
        """A refusal in these words; what was begun is taken back as the server does."""
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            yield
