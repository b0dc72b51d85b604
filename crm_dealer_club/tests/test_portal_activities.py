"""Points, benefits and activities on the member's pages (M10)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install")
class TestPortalActivities(PortalCase):
    def setUp(self):
        super().setUp()
        self.member = self.customers["member_a"].club_membership_id
        self._sign_in("member_a")

    def _seats(self, event):
        seats = self.env["event.registration"].search(
            [("event_id", "=", event.id), ("state", "!=", "cancel")]
        )
        return {seat.name: seat.state for seat in seats}

    # -- Denials -------------------------------------------------------------------------------

    def test_what_is_not_for_the_member(self):
        """Another dealer's activity is not there; one above the tier says why, and is refused."""
        foreign = self._tour(self.dealer_b, name="Foreign Tour")
        above = self._tour(
            self.dealer_a,
            club_tier_ids=[Command.set(self.env["crm.club.tier"].search([], limit=1).ids)],
        )
        self.assertFalse(above._club_invites_tier(self.member.tier_id))
        plain = self.env["event.event"].create(
            {
                "name": "Plain Event",
                "is_club_activity": False,
                "date_begin": fields.Datetime.now() + timedelta(9),
                "date_end": fields.Datetime.now() + timedelta(10),
            }
        )
        with self._quiet():
            for event in (foreign, plain):
                self._get(f"/my/club/activities/{event.id}", 404)
                self._post(f"/my/club/activities/{event.id}/register", 404)
        self.assertNotIn("Foreign Tour", self._get("/my/club/activities").text)
        self.assertIn("Invited:", self._get(f"/my/club/activities/{above.id}").text)
        answer = self._post(f"/my/club/activities/{above.id}/register", 422)
        self.assertIn("Invited:", answer.text)
        for event in (foreign, plain, above):
            self.assertFalse(self._seats(event))

    def test_too_many_guests(self):
        tour = self._tour(self.dealer_a, club_guests_max=1)
        path = f"/my/club/activities/{tour.id}/register"
        with self._quiet():
            self._post(path, 400, guest_1="Li", guest_2="Wang")
            self._post(path, 400, guest_99999="Li")
            self._post(path, 400, guest_1="x" * 65)
        self.assertFalse(self._seats(tour))

    def test_a_driver_takes_no_seat(self):
        tour = self._tour(self.dealer_a)
        self._sign_in("driver")
        self._get(f"/my/club/activities/{tour.id}")
        with self._quiet():
            self._post(f"/my/club/activities/{tour.id}/register", 403)
            self._post(f"/my/club/activities/{tour.id}/cancel", 403)
        self.assertFalse(self._seats(tour))

    def test_no_calendar_without_a_seat(self):
        tour = self._tour(self.dealer_a)
        with self._quiet():
            self._get(f"/my/club/activities/{tour.id}/calendar", 404)
            self._sign_in("member_b")
            self._get(f"/my/club/activities/{self.tours['member_a'].id}/calendar", 404)

    # -- Registering ---------------------------------------------------------------------------

    def test_register_wait_and_cancel(self):
        tour = self._tour(self.dealer_a, seats_limited=True, seats_max=1, club_guests_max=1)
        first = self._customer(self.dealer_a, name="Test First")
        self.env["crm.club.membership"].enrol(first)
        tour._club_register(first.club_membership_id)
        path = f"/my/club/activities/{tour.id}"
        self.assertIn("Join the waiting list", self._get(path).text)
        self._post(f"{path}/register", guest_1="Test Daughter")
        self.assertEqual(
            self._seats(tour),
            {"Test First": "open", "Marker Anna": "draft", "Test Daughter": "draft"},
        )
        page = self._get(path).text
        self.assertIn("number <strong>1</strong>", page)
        self.assertIn("Test Daughter", page)
        self.assertNotIn("Test First", page)
        answer = self._post(f"{path}/register", 422)
        self.assertIn("You are registered for this activity already", answer.text)
        self._post(f"{path}/cancel")
        self.assertEqual(self._seats(tour), {"Test First": "open"})
        self.assertIn("not registered", self._post(f"{path}/cancel", 422).text)

    def test_seat_and_calendar(self):
        tour = self._tour(self.dealer_a, days=3, description="<h1>Bring</h1><p>boots</p>")
        path = f"/my/club/activities/{tour.id}"
        self._post(f"{path}/register")
        self.assertIn("You are registered", self._get(path, registered="1").text)
        self.assertIn("Bring", self._get(path).text)
        calendar = self._get(f"{path}/calendar")
        self.assertIn("BEGIN:VEVENT", calendar.text)
        self.assertIn("text/calendar", calendar.headers["Content-Type"])
        self.assertIn("Test Tour", self._get("/my/club").text)

    def test_leaving_gives_seats_back(self):
        tour = self._tour(self.dealer_a, club_fee_points=100)
        self._post(f"/my/club/activities/{tour.id}/register")
        self.assertEqual(self.member.points_balance, 1400)
        page = self._get("/my/club/leave").text
        for words in ("You lose 1,400", "“Test Tour” is cancelled", "link for friends"):
            self.assertIn(words, page)
        self._post("/my/club/leave", reason="Moved away", sure="1")
        self.assertFalse(self._seats(tour))
        self.env.invalidate_all()
        self.assertEqual(self.member.points_balance, 0)
        for path in ("points", "benefits", "activities", "referral"):
            self._get(f"/my/club/{path}", 303)

    # -- Points and benefits -------------------------------------------------------------------

    def test_points(self):
        for number in range(25):
            self.member._post_points("bonus", 1, description=f"Line {number:02}.")
        page = self._get("/my/club/points").text
        for words in ("1,525", "expire on", "Line 24.", "100 points", "next bill"):
            self.assertIn(words, page)
        self.assertNotIn("Line 04.", page)
        second = self._get("/my/club/points/page/2").text
        self.assertIn("Line 04.", second)
        self.assertIn("Points of Anna", second)

    def test_earning_in_words(self):
        """Points for 100 of the currency are rule and factor, times 100."""
        rules = self.member._program().point_rule_ids
        rules.filtered(lambda rule: rule.kind == "visit").points = 0.2
        self.member.tier_id.points_factor = 1.5
        lines = [line for line in self.member._earning_in_words() if "visits" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn("30 points", lines[0])

    def test_statement_is_the_companys(self):
        self.company.club_membership_id._post_points("bonus", 7, description="Company's line")
        self._sign_in("driver")
        page = self._get("/my/club/points").text
        self.assertIn("7 points", page)
        self.assertNotIn("Company&#39;s line", page)

    def test_benefits(self):
        gold = self.member.tier_id
        next_tier = self.member._progress()["next_tier"]
        self.assertTrue(next_tier)
        values = {"kind": "other", "member_text": "Two\nlines"}
        benefits = self.env["crm.club.benefit"]
        benefits.create({**values, "name": "Own benefit", "tier_id": gold.id})
        benefits.create({**values, "name": "Elsewhere", "tier_id": gold.id,
                         "dealer_ids": [Command.set(self.dealer_b.ids)]})  # fmt: skip
        benefits.create({**values, "name": "Better benefit", "tier_id": next_tier.id})
        benefits.create({**values, "name": "Own benefit", "tier_id": next_tier.id})
        page = self._get("/my/club/benefits").text
        self.assertEqual(page.count("Own benefit"), 1)
        self.assertEqual(page.count("Better benefit"), 1)
        self.assertNotIn("Elsewhere", page)
        self.assertIn("Tea for member_a", page)
        self.assertNotIn("Tea for member_b", page)

    def test_merchants_by_city(self):
        other = self.merchants["member_a"].copy(
            {"name": "Other Place", "city": "Far City", "website": "javascript:alert(1)"}
        )
        other.state = "released"
        page = self._get("/my/club/benefits", city="Far City").text
        self.assertIn("Other Place", page)
        self.assertNotIn("Test Merchant member_a", page)
        self.assertNotIn("javascript:alert", page)
        with self._quiet():
            self._get("/my/club/benefits", 400, city="City member_b")

    def test_merchant_image(self):
        merchant = self.merchants["member_a"]
        answer = self._get(f"/my/club/merchants/{merchant.id}/image")
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertIn("no-store", answer.headers["Cache-Control"])
        merchant.valid_until = fields.Date.today() - timedelta(5)
        with self._quiet():
            self._get(f"/my/club/merchants/{merchant.id}/image", 404)
