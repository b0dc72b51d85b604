"""Vehicles, mileage and bookings on the club's pages (M10)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install")
class TestPortalVisits(PortalCase):
    def test_mileage(self):
        self._sign_in("member_a")
        car = self.cars["member_a"]
        path = f"/my/club/vehicles/{car.id}/mileage"
        self._post(path, km="6,100")
        reading = car.mileage_ids[0]
        self.assertEqual((reading.km, reading.source), (6100, "owner"))
        self.assertEqual(
            reading.date, fields.Date.context_today(car.with_context(tz="Asia/Shanghai"))
        )
        self.assertEqual(reading.dealer_id, self.dealer_a)
        for wrong in ("6099", "9000000", "0"):
            self.assertIn('role="alert"', self._post(path, 422, km=wrong).text)
        with self._quiet():
            for wrong in ("", "-5", "6.2", "6e9", "9" * 20):
                self._post(path, 400, km=wrong)
        self.assertEqual(car.mileage, 6100)

    def test_dues_in_words(self):
        car = self.cars["member_a"].with_context(tz="Asia/Shanghai")
        today = fields.Date.context_today(car)
        self.cars["member_a"].write(
            {
                "insurance_expiry": today - timedelta(days=3),
                "inspection_due": today + timedelta(days=10),
                "next_service_km": 5400,
            }
        )
        self._sign_in("member_a")
        text = self._get(f"/my/club/vehicles/{self.cars['member_a'].id}").text
        for words in ("overdue by 3 days", "in 10 days", "400 km to go"):
            self.assertIn(words, text)

    # -- Booking -------------------------------------------------------------------------------

    def test_book_and_cancel(self):
        self._sign_in("member_a")
        data = self._book_data()
        self.assertIn("Book this visit", self._get("/my/club/book", **data).text)
        answer = self._post("/my/club/book", **data, wishes="Squeaks\nin the cold")
        visit = self.cars["member_a"]._open_booking()
        self.assertIn(f"/my/club/visits/{visit.id}?booked=1", answer.headers["Location"])
        self.assertEqual(f"{visit.date:%Y-%m-%dT%H:%M}", data["slot"])
        self.assertEqual((visit.partner_id, visit.stage), (self.customers["member_a"], "booked"))
        self.assertFalse(visit.user_id, "The member is no advisor")
        self.assertNotIn(self.customers["member_a"], visit.message_partner_ids)
        self.assertTrue(visit.name)
        page = self._get(f"/my/club/visits/{visit.id}").text
        self.assertIn('aria-current="step"', page)
        # Pressed twice: the second says what is booked.
        self.assertIn("is booked for", self._post("/my/club/book", 409, **data).text)
        self._post(f"/my/club/visits/{visit.id}/cancel")
        self.assertEqual(visit.stage, "cancelled")
        self.assertIn(
            "cannot be cancelled", self._post(f"/my/club/visits/{visit.id}/cancel", 422).text
        )

    def test_what_is_kept_for_members_is_shown_to_them(self):
        self.dealer_a.write({"priority_share": 100, "priority_hours": 0})
        self.env["crm.club.benefit"].create(
            {
                "name": "First",
                "tier_id": self.customers["member_a"].club_tier_id.id,
                "kind": "priority_booking",
            }
        )
        data = self._book_data(slot="")
        self._sign_in("driver")
        theirs = {**data, "vehicle": self.van.id}
        self.assertNotIn("o_club_slots", self._get("/my/club/book", **theirs).text)
        slot = f"{self._slot(partner=self.customers['member_a']):%Y-%m-%dT%H:%M}"
        self.assertIn(
            "not free any more", self._post("/my/club/book", 409, **{**theirs, "slot": slot}).text
        )
        self._sign_in("member_a")
        self.assertIn("o_club_slots", self._get("/my/club/book", **data).text)
        data["slot"] = slot
        self.assertIn("Book this visit", self._get("/my/club/book", **data).text)
        self._post("/my/club/book", **data)
        self.assertTrue(self.cars["member_a"]._open_booking().club_priority)

    def test_too_late_to_cancel(self):
        self._sign_in("member_a")
        self._post("/my/club/book", **self._book_data())
        visit = self.cars["member_a"]._open_booking()
        self.dealer_a.booking_cancel_hours = 24 * 10
        self.assertNotIn("Cancel this visit", self._get(f"/my/club/visits/{visit.id}").text)
        self._post(f"/my/club/visits/{visit.id}/cancel", 422)
        self.assertEqual(visit.stage, "booked")

    def test_time_taken_meanwhile(self):
        """The capacity is used up between the page and the button: words, and other times."""
        self._sign_in("member_a")
        self.dealer_a.bookings_per_hour = 1
        data = self._book_data()
        self._get("/my/club/book", **data)
        self._booking(self._slot(), vehicle_id=self.van.id)
        page = self._post("/my/club/book", 409, **data).text
        self.assertIn("is not free any more", page)
        self.assertIn("o_club_slots", page)
        self.assertFalse(self.cars["member_a"]._open_booking())
        self.assertIn("not free any more", self._get("/my/club/book", **data).text)

    def test_only_free_times_are_booked(self):
        """A time between two, in the past, or outside the hours is no time."""
        self._sign_in("member_a")
        slot = self._slot()
        for odd in (slot + timedelta(minutes=7), slot - timedelta(days=9), slot.replace(year=2150)):
            self._post("/my/club/book", 409, **self._book_data(slot=f"{odd:%Y-%m-%dT%H:%M}"))
        self.assertFalse(self.cars["member_a"]._open_booking())
