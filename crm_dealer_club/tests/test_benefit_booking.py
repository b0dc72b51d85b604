from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_benefit import BenefitCase


@tagged("post_install", "-at_install")
@freeze_time("2026-05-04 00:30:00")
class TestBenefitBooking(BenefitCase):
    """Places that a workshop keeps for members with priority booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls._benefit("G", "priority_booking", name="Priority")
        hours = {"name": "Day", "hour_from": 8, "hour_to": 12}
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Test Workshop",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    (5, 0, 0),
                    *[(0, 0, {**hours, "dayofweek": str(day)}) for day in range(7)],
                ],
            }
        )
        # Four hours of one vehicle; half of the day is kept until two days before.
        cls.dealer_a.write(
            {
                "service_calendar_id": calendar.id,
                "bookings_per_hour": 1,
                "priority_share": 50,
                "priority_hours": 48,
            }
        )
        cls.stranger = cls._customer(cls.dealer_a)
        cls.car_of = {partner: cls._vehicle(partner) for partner in (cls.customer_a, cls.stranger)}

    def _refused(self, words, *booking):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._book(*booking)

    def _book(self, partner, day, hour):
        """Book for ``hour`` o'clock in Shanghai on the day of May 2026."""
        return self.env["crm.service.visit"].create(
            {
                "vehicle_id": self.car_of[partner].id,
                "dealer_id": self.dealer_a.id,
                "date": f"2026-05-{day:02} {hour - 8:02}:00:00",
                "stage": "booked",
                "visit_type": "maintenance",
                "duration_hours": 1,
            }
        )

    def test_others_leave_the_kept_places(self):
        for hour in (8, 9):
            self._book(self.stranger, 8, hour)
        self._refused("kept for members.*next free time is 2026-05-09", self.stranger, 8, 10)
        for hour in (10, 11):
            self.assertTrue(self._book(self.customer_a, 8, hour).club_priority)
        self._refused("no booking left in the hour", self.customer_a, 8, 8)

    def test_members_first_takes_nothing_from_the_others(self):
        for hour in (8, 9):
            self._book(self.customer_a, 8, hour)
        for hour in (10, 11):
            self._book(self.stranger, 8, hour)

    def test_moving_to_a_kept_day_is_a_booking(self):
        for hour in (8, 9):
            self._book(self.stranger, 8, hour)
        visit = self._book(self.stranger, 9, 8)
        with self.assertRaisesRegex(UserError, "kept for members"), self.env.cr.savepoint():
            visit.date = "2026-05-08 02:00:00"
        self._book(self.customer_a, 9, 9).date = "2026-05-08 02:00:00"

    def test_released_two_days_before(self):
        for hour in (8, 9, 10, 11):
            self._book(self.stranger, 5, hour)

    def test_nothing_kept_by_default(self):
        self.dealer_a.priority_share = 0
        for hour in (8, 9, 10, 11):
            self._book(self.stranger, 8, hour)

    def test_suspended_card_gives_no_priority(self):
        self.member_a._store({"state": "suspended"})
        for hour in (8, 9):
            self.assertFalse(self._book(self.customer_a, 8, hour).club_priority)
        self._refused("kept for members", self.customer_a, 8, 10)

    def test_proposed_times_are_those_that_can_be_booked(self):
        for hour in (8, 9):
            self._book(self.stranger, 8, hour)

        def times(**options):
            found = self.dealer_a._free_slots(
                self._day(8), self._day(9), "maintenance", hours=1, **options
            )
            return sorted({slot["start"].hour + 8 for slot in found})

        self.assertEqual(times(), [])
        self.assertEqual(times(partner=self.stranger), [])
        self.assertEqual(times(partner=self.customer_a), [10, 11])

    def test_the_dialog_shows_members_what_is_kept_for_them(self):
        """Whoever books for them, and whether they book or move their visit."""
        for hour in (8, 9):
            self._book(self.stranger, 8, hour)
        books = self._as("sales_a", self.env["crm.service.book"])

        def times(partner, **vals):
            book = books.create(
                {"vehicle_id": self.car_of[partner].id, "date_from": "2026-05-08", **vals}
            )
            book.action_find()
            return book.slot_ids.filtered(lambda slot: slot.date < self._day(9))

        self.assertFalse(times(self.stranger))
        found = times(self.customer_a)
        self.assertEqual({slot.date.hour + 8 for slot in found}, {10, 11})
        found[0].action_book()
        visit = found.book_id.visit_id
        self.assertTrue(visit.club_priority)
        moved = times(self.customer_a, visit_id=visit.id)
        self.assertEqual({slot.date.hour + 8 for slot in moved}, {10, 11})

    def test_place_of_a_member_is_not_handed_on(self):
        for hour in (8, 9):
            self._book(self.stranger, 8, hour)
        visit = self._book(self.customer_a, 8, 10)
        with self.assertRaisesRegex(UserError, "kept for members"), self.env.cr.savepoint():
            visit.partner_id = self.stranger

    @staticmethod
    def _day(day):
        return datetime(2026, 5, day)
