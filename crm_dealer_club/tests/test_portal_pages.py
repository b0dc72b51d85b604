"""What members see and do on the club's pages (M10)."""

import json
import re
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common_portal import MARKERS, ROUTES, PortalCase


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    def _pages(self):
        """Every page of member A, booking steps included."""
        mine = {"vehicle": self.cars["member_a"].id, "visit": self.visits["member_a"].id, "page": 1}
        for rule, (methods, key, _params) in ROUTES.items():
            if "GET" in methods:
                yield re.sub(r"<.*?>", str(mine.get(key)), rule), {}
        data = self._book_data()
        yield "/my/club/book", {name: data[name] for name in ("vehicle", "dealer", "type")}
        yield "/my/club/book", data

    # -- For everybody -------------------------------------------------------------------------

    def test_accessible(self):
        """What a screen reader and a keyboard need, on each page and in each language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        for login in ("member_a", "guest"):
            self._sign_in(login)
            for path, params in self._pages():
                if login == "guest" and (params or re.search(r"\d|leave", path)):
                    continue
                with self.subTest(path, login=login, params=params):
                    response = self.url_open(path, params=params)
                    self.assertEqual(response.status_code, 200)
                    self._check_accessible(html.fromstring(response.content))

    def _check_accessible(self, page):
        self.assertTrue(page.get("lang"), "The language is told")
        self.assertTrue(page.findtext(".//title").strip())
        self.assertEqual(len(page.xpath("//h1")), 1)
        levels = [int(node.tag[1]) for node in page.xpath("//main//*[re:test(name(), '^h[1-6]$')]",
                  namespaces={"re": "http://exslt.org/regular-expressions"})]  # fmt: skip
        self.assertEqual(levels[0], 1)
        for before, after in zip(levels, levels[1:], strict=False):
            self.assertLessEqual(after - before, 1, f"Headings jump: {levels}")
        ids = page.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)), "An id is there twice")
        for node in page.xpath("//main//*[self::input or self::select or self::textarea]"):
            if node.get("type") != "hidden":
                label = page.xpath(f"//label[@for='{node.get('id')}']")
                self.assertTrue(label and label[0].text_content().strip(), node.get("name"))
        self.assertFalse(page.xpath("//main//img[not(@alt)]"))
        self.assertFalse(page.xpath("//main//*[name()='svg'][not(@aria-label)]"))
        for node in page.xpath("//main//a | //main//button"):
            self.assertTrue(node.text_content().strip() or node.get("aria-label"))
        for name in page.xpath("//main//@aria-labelledby | //main//@aria-describedby"):
            self.assertIn(name, ids)

    def test_home_costs_next_to_nothing(self):
        """The portal's home with our tiles against the bare one: two queries more at most."""
        self._sign_in("member_a")
        views = self.env.ref("crm_dealer_club.portal_my_home_club")
        views |= self.env.ref("crm_dealer_club.portal_breadcrumbs_club")
        counts = []
        for active in (False, True):
            views.active = active
            counts.append(self._queries("/my"))
        self.assertIn("/my/club", self._get("/my").text)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)

    def _queries(self, path):
        for _warm_up in range(2):
            self._get(path)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self._get(path)
        return self.env.cr.sql_log_count - before

    def test_constant_number_of_queries(self):
        self._sign_in("member_a")
        paths = ("/my/club", "/my/club/vehicles", "/my/club/visits", "/my/club/book")
        few = [self._queries(path) for path in paths]
        for number in range(8):
            car = self._vehicle(self.customers["member_a"], plate=f"京D{number:05}")
            self._visit(car, date="2026-02-02 09:00:00")
        many = [self._queries(path) for path in paths]
        for path, before, after in zip(paths, few, many, strict=True):
            self.assertLessEqual(after, before + 1, path)

    # -- The card ------------------------------------------------------------------------------

    def test_card(self):
        self._sign_in("member_a")
        member = self.customers["member_a"].club_membership_id
        text = self._get("/my/club").text
        for words in (
            member._grouped_number(),
            member.tier_id.name,
            "Test Dealer A",
            "Marker Anna",
        ):
            self.assertIn(words, text)
        self.assertNotIn(MARKERS["member_b"][0], text)

    def test_colours_only_on_the_card(self):
        """What a manager types as a colour becomes no style sheet."""
        tier = self.customers["member_a"].club_membership_id.sudo().tier_id
        self.env.cr.execute(
            "UPDATE crm_club_tier SET card_color = 'red; background: url(//evil)' WHERE id = %s",
            [tier.id],
        )
        tier.invalidate_recordset()
        self.assertNotIn("evil", tier._card_style())
        self.assertIn("#", tier._card_style())

    def test_driver_sees_the_companys_card(self):
        self._sign_in("driver")
        self.assertIn("Test Fleet Ltd", self._get("/my/club").text)
        self.assertIn("京C10001", self._get("/my/club/vehicles").text)
        self._post(f"/my/club/vehicles/{self.van.id}/mileage", km="1200")
        with self._quiet():
            self._post("/my/club/leave", 403, reason="Bye", sure="1")
            self._post("/my/club/join", 403, agree="1")
        self.assertEqual(self.company.club_membership_id.state, "active")

    # -- Joining and leaving -------------------------------------------------------------------

    def test_join_and_leave(self):
        self._sign_in("guest")
        guest = self.customers["guest"]
        self.assertIn("Join the club", self._get("/my/club").text)
        self._post("/my/club/join", 422, dealer=str(self.dealer_b.id))
        self._post("/my/club/join", 422, agree="1")
        self.assertFalse(guest.club_membership_id)
        self._post("/my/club/join", dealer=str(self.dealer_b.id), agree="1")
        self.assertEqual(guest.dealer_id, self.dealer_b)
        guest.invalidate_recordset()
        self.assertEqual(guest.club_membership_id.state, "active")
        number = guest.club_membership_id.number
        self._post("/my/club/leave", 422, reason="Moved away")
        self._post("/my/club/leave", 422, reason=" ", sure="1")
        self._post("/my/club/leave", reason="Moved away", sure="1")
        self.assertEqual(guest.club_membership_id.state, "left")
        self._get("/my/club/leave", status=303)
        self._post("/my/club/join", agree="1")
        self.assertEqual(guest.club_membership_id.state, "active")
        self.assertEqual(guest.club_membership_id.number, number)
        given = self.env["crm.club.consent"].search([("partner_id", "=", guest.id)], order="id")
        self.assertEqual(given.mapped("given"), [True, False, True])
        self.assertEqual(set(given.mapped("source")), {"portal"})

    def test_why_not_is_not_told(self):
        """A customer who was given up reads no more than whom to call."""
        customer = self._customer(self.dealer_a, name="Test Lost")
        self._portal_user("lost", customer)
        customer.given_up_on = "2026-01-05"
        self._sign_in("lost")
        text = self._post("/my/club/join", 422, agree="1").text
        self.assertIn("call your dealer", text)
        self.assertNotIn("given up", text)
        self.assertFalse(customer.club_membership_id)

    def test_not_in_a_frame(self):
        self._sign_in("member_a")
        headers = self._get("/my/club/leave").headers
        self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN")
        self.assertIn("frame-ancestors", headers["Content-Security-Policy"])
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_own_dealer_stays(self):
        """Who has a dealer joins there, whatever the form says."""
        customer = self._customer(self.dealer_a, name="Test Newcomer")
        self._portal_user("newcomer", customer)
        self._sign_in("newcomer")
        self._post("/my/club/join", dealer=str(self.dealer_b.id), agree="1")
        self.assertEqual(customer.dealer_id, self.dealer_a)
        self.assertEqual(customer.club_membership_id.dealer_id, self.dealer_a)

    # -- Vehicles ------------------------------------------------------------------------------

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
        today = fields.Date.context_today(self.cars["member_a"])
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

    # -- Own data ------------------------------------------------------------------------------

    def test_consents(self):
        self._sign_in("member_a")
        purpose = self.env.ref("crm_dealer_club.consent_purpose_offer")
        reminder = self.env.ref("crm_dealer_club.consent_purpose_reminder")
        consents, anna = self.env["crm.club.consent"], self.customers["member_a"]
        self.assertFalse(consents._allowed(anna, "offer", "sms"))
        self.assertTrue(consents._allowed(anna, "reminder", "sms"))
        sent = {f"consent_{reminder.id}_{way}": "1" for way in ("phone", "email", "wechat")}
        self._post("/my/club/profile/consents", **sent, **{f"consent_{purpose.id}_sms": "1"})
        self.assertEqual(consents._allowed(anna, "offer", "sms"), anna)
        self.assertFalse(consents._allowed(anna, "offer", "phone"))
        self.assertFalse(consents._allowed(anna, "reminder", "sms"))
        lines = consents.search([("partner_id", "=", anna.id), ("purpose_id", "!=", False)])
        lines = lines.filtered(lambda line: line.purpose_id in purpose | reminder)
        self.assertEqual(len(lines), 2, "Only what changed is a decision")
        self.assertEqual(lines.user_id, self.users["member_a"])
        self.assertEqual(set(lines.mapped("wording")), {purpose.description, reminder.description})
        with self._quiet():
            self._post("/my/club/profile/consents", 400, consent_0_sms="1")

    def test_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._sign_in("member_a")
        answer = self._post("/my/club/profile/language", lang="zh_CN")
        self.assertIn("frontend_lang=zh_CN", answer.headers["Set-Cookie"])
        self.assertEqual(self.users["member_a"].lang, "zh_CN")
        page = html.fromstring(self.url_open("/my/club/profile").content)
        self.assertEqual(page.get("lang"), "zh-CN")
        with self._quiet():
            self._post("/my/club/profile/language", 400, lang="tlh")

    def test_download(self):
        self._sign_in("member_a")
        answer = self._post("/my/club/profile/download", 200, form="json")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        data = json.loads(answer.text)
        self.assertEqual(data["person"]["rows"][0]["phone"], MARKERS["member_a"][3])
        self.assertEqual([row["vin"] for row in data["vehicles"]["rows"]], [MARKERS["member_a"][1]])
        self.assertEqual([row["mileage"] for row in data["visits"]["rows"]], [5000])
        self.assertEqual([row["km"] for row in data["mileage"]["rows"]], [5000])
        self.assertEqual(
            data["membership"]["rows"][0]["number"],
            self.customers["member_a"].club_membership_id.number,
        )
        page = self._post("/my/club/profile/download", 200, form="html").text
        for login, marker in (("member_a", self.assertIn), ("member_b", self.assertNotIn)):
            for words in MARKERS[login]:
                marker(words, page)

    def test_driver_downloads_what_is_about_the_driver(self):
        self._sign_in("driver")
        data = json.loads(self._post("/my/club/profile/download", 200, form="json").text)
        self.assertEqual(set(data), {"person", "consents"})
        self.assertEqual(data["person"]["rows"][0]["name"], "Test Driver")

    # -- Limits --------------------------------------------------------------------------------

    def test_limits(self):
        """After so many times the page asks to wait, and nothing is done."""
        limits = self.env["crm.club.portal.limit"].search([])
        limits.write({"per_user": 2, "minutes": 10080})
        car = self.cars["member_a"]
        forms = {
            "mileage": (f"/my/club/vehicles/{car.id}/mileage", {"km": "6000"}, 303),
            "book": ("/my/club/book", self._book_data(), None),
            "join": ("/my/club/join", {"agree": "1"}, 303),
            "profile": ("/my/club/profile/language", {"lang": "en_US"}, 303),
            "download": ("/my/club/profile/download", {"form": "json"}, 200),
        }
        self.assertEqual(set(forms), set(limits.mapped("action")))
        self._sign_in("member_a")
        for action, (path, data, status) in forms.items():
            with self.subTest(action):
                for wanted in (status or 303, status or 409):
                    self._post(path, wanted, **data)
                answer = self._post(path, 429, **data)
                self.assertIn("Please wait", answer.text)
                self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertEqual(len(car.mileage_ids.filtered(lambda r: r.source == "owner")), 2)
        # Another user is not concerned, until the address has done it too often.
        self._sign_in("member_b")
        self._post("/my/club/profile/language", lang="en_US")
        limits.write({"per_address": 3})
        self._post("/my/club/profile/language", 429, lang="en_US")

    def test_uses_are_forgotten(self):
        uses = self.env["crm.club.portal.use"]
        self.assertEqual(uses._minutes_to_wait("book", "192.0.2.7"), 0)
        self.assertFalse(uses.search([("who", "ilike", "192.0.2.7")]), "No address is kept")
        old = uses.create({"action": "book", "who": "x", "begins": "2020-01-01", "hits": 1})
        uses._gc_uses()
        self.assertFalse(old.exists())
        self.assertTrue(uses.search_count([("action", "=", "book")]))
