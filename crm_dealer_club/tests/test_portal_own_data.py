"""Joining, leaving, consents, download, limits of the club's pages (M10)."""

import json

from lxml import html

from odoo.tests import tagged

from .common_portal import MARKERS, PortalCase


@tagged("post_install", "-at_install")
class TestPortalOwnData(PortalCase):
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

    def test_nobody_agrees_to_what_was_not_read(self):
        self._sign_in("member_a")
        purpose = self.env.ref("crm_dealer_club.consent_purpose_offer")
        anna, key = self.customers["member_a"], f"consent_{purpose.id}_sms"
        read = {f"wording_{purpose.id}": str(purpose.text_number)}
        self.assertIn(f'name="wording_{purpose.id}"', self._get("/my/club/profile").text)
        purpose._reword({"en_US": "We also tell our partners."}, in_substance=True)
        answer = self._post("/my/club/profile/consents", **read, **{key: "1"})
        self.assertIn("reworded=1", answer.headers["Location"])
        self.assertFalse(self.env["crm.club.consent"]._allowed(anna, "offer", "sms"))
        read = {f"wording_{purpose.id}": str(purpose.text_number)}
        self._post("/my/club/profile/consents", **read, **{key: "1"})
        said = self.env["crm.club.consent"].search(
            [("partner_id", "=", anna.id), ("purpose_id", "=", purpose.id)], limit=1
        )
        self.assertEqual((said.text_number, said.wording), (2, "We also tell our partners."))
        with self._quiet():
            self._post("/my/club/profile/consents", 400, **{f"wording_{purpose.id}": "x"})
        purpose._reword({"en_US": "And others."}, in_substance=True)
        self.assertIn("Please decide anew", self._get("/my/club/profile").text)

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
        self.assertEqual(sum(row["points"] for row in data["points"]["rows"]), 1500)
        self.assertEqual(len(data["activities"]["rows"]), 2)
        [friend] = data["referrals"]["rows"]
        self.assertEqual((friend["told_name"], friend["told_phone"]), MARKERS["member_a"][7:9])
        for section, marker in (("rescues", 9), ("complaints", 10)):
            self.assertIn(MARKERS["member_a"][marker], str(data[section]))
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

    def _limited(self):
        """``{action: (path, form, status of the answer)}`` of all that is limited."""
        car, tour = self.cars["member_a"], self._tour(self.dealer_a)
        ids = self._ids("member_a")
        return {
            "rescue": (
                "/my/club/rescues/new",
                {"fault": ids["fault"], "place": "By the bridge", "phone": "13700000009"},
                303,
            ),
            "complaint": (
                "/my/club/complaints/new",
                {"cause": ids["cause"], "text": "It squeaks"},
                303,
            ),
            "reply": (f"/my/club/complaints/{ids['complaint']}/reply", {"text": "Hello"}, 303),
            "mileage": (f"/my/club/vehicles/{car.id}/mileage", {"km": "6000"}, 303),
            "book": ("/my/club/book", self._book_data(), None),
            "join": ("/my/club/join", {"agree": "1"}, 303),
            "profile": ("/my/club/profile/language", {"lang": "en_US"}, 303),
            "download": ("/my/club/profile/download", {"form": "json"}, 200),
            "activity": (f"/my/club/activities/{tour.id}/register", {}, None),
            "refer": (
                "/my/club/referral",
                {"name": "Li Lei", "phone": "13700000001", "consent": "1"},
                303,
            ),
            "link": (
                f"/club/r/{self._ids('member_a')['token']}",
                {"name": "Li Lei", "phone": "13700000001", "consent": "1"},
                303,
            ),
        }

    def test_limits(self):
        """After so many times the page asks to wait, and nothing is done."""
        limits = self.env["crm.club.portal.limit"].search([])
        limits.write({"per_user": 2, "minutes": 10080})
        car, forms = self.cars["member_a"], self._limited()
        self.assertEqual(set(forms) | {"times"}, set(limits.mapped("action")))
        self._sign_in("member_a")
        for action, (path, data, status) in forms.items():
            with self.subTest(action):
                second = {"book": 409, "activity": 422}.get(action)
                for wanted in (status or 303, status or second):
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

    def test_free_times_are_not_asked_for_without_end(self):
        """They are worked out anew for each look; the page without a choice costs nothing."""
        limits = self.env["crm.club.portal.limit"]
        limits.search([("action", "=", "times")]).write({"per_user": 2, "minutes": 10080})
        data = self._book_data()
        chosen = f"/my/club/book?vehicle={data['vehicle']}&type={data['type']}"
        self._sign_in("member_a")
        for status in (200, 200, 429):
            self.assertEqual(self.url_open(chosen).status_code, status)
        slot = f"{chosen}&dealer={data['dealer']}&slot={data['slot']}"
        self.assertEqual(self.url_open(slot).status_code, 429)
        self.assertEqual(self.url_open("/my/club/book").status_code, 200)

    def test_uses_are_forgotten(self):
        uses = self.env["crm.club.portal.use"]
        self.assertEqual(uses._minutes_to_wait("book", "192.0.2.7"), 0)
        self.assertFalse(uses.search([("who", "ilike", "192.0.2.7")]), "No address is kept")
        old = uses.create({"action": "book", "who": "x", "begins": "2020-01-01", "hits": 1})
        uses._gc_uses()
        self.assertFalse(old.exists())
        self.assertTrue(uses.search_count([("action", "=", "book")]))
