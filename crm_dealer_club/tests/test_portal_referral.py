"""Recommending on the member's pages, and what a friend finds behind the link (M9, M10)."""

from odoo import http
from odoo.tests import tagged

from .common_portal import MARKERS, PortalCase

PHONE = "+86 137 0000 0009"


@tagged("post_install", "-at_install")
class TestPortalReferral(PortalCase):
    def setUp(self):
        super().setUp()
        self.member = self.customers["member_a"].club_membership_id
        self.link = f"/club/r/{self._ids('member_a')['token']}"
        self.data = {"name": "Li Lei", "phone": PHONE, "consent": "1"}

    def _made(self):
        return self.env["crm.club.referral"].search([("person_name", "=", "Li Lei")])

    # -- Without signing in --------------------------------------------------------------------

    def test_forged_links(self):
        """Another member's number with this signature, half a signature, a member who left."""
        self._sign_in(None)
        other = self.customers["member_b"].club_membership_id
        signature = self.link.partition("-")[2]
        with self._quiet():
            for link in (f"/club/r/{other.id}-{signature}", self.link[:-1], "/club/r/1"):
                self._get(link, 404)
                self._post(link, 404, **self.data)
            self.member._store({"state": "suspended"})
            self._get(self.link, 404)
            self._post(self.link, 404, **self.data)
        self.assertFalse(self._made())

    def test_another_sites_form(self):
        self._sign_in(None)
        with self._quiet():
            for token in ({}, {"csrf_token": "abc"}):
                answer = self.url_open(self.link, data=self.data | token, allow_redirects=False)
                self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._made())

    def test_the_page_names_nobody_but_the_dealer(self):
        self._sign_in(None)
        answer = self._get(self.link)
        self.assertIn("Test Dealer A", answer.text)
        for marker in (*MARKERS["member_a"], self.member.number):
            self.assertNotIn(marker, answer.text)
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_friend_answers(self):
        self._sign_in(None)
        model = self.env["fleet.vehicle.model"].search([], limit=1)
        self._post(self.link, **self.data, model=str(model.id))
        referral = self._made()
        self.assertEqual(referral.recommender_id, self.customers["member_a"])
        self.assertEqual((referral.source, referral.state), ("link", "new"))
        self.assertEqual(referral.lead_id.dealer_id, self.dealer_a)
        self.assertEqual(referral.vehicle_model_id, model)
        self.assertFalse(referral.told_name)
        # The member reads that somebody came, not who: the friend typed that for the dealer.
        self._sign_in("member_a")
        page = self._get("/my/club/referral").text
        self.assertIn("Somebody by your link", page)
        self.assertNotIn("Li Lei", page)
        self.assertNotIn(PHONE, page)

    def test_the_form_from_the_page_works(self):
        """As a browser does: the token of the page and the session's cookie, nothing else."""
        self._sign_in(None)
        page = self._get(self.link).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open(
            self.link, data={**self.data, "csrf_token": token}, allow_redirects=False
        )
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self._made())

    def test_what_the_friend_can_put_right(self):
        self._sign_in(None)
        for name, words in (("name", "your name"), ("phone", "phone number"), ("consent", "agree")):
            with self.subTest(name):
                answer = self._post(self.link, 422, **{**self.data, name: ""})
                self.assertIn(words, answer.text)
        with self._quiet():
            self._post(self.link, 400, **self.data, model="2147483647")
        self.assertFalse(self._made())

    def test_who_is_known_gets_the_same_answer(self):
        self._sign_in(None)
        self._post(self.link, **self.data)
        known = MARKERS["member_b"][3]
        answers = []
        for phone in (known, PHONE, "+86 137 0000 0010"):
            answer = self._post(self.link, **{**self.data, "phone": phone})
            answers.append((answer.headers["Location"], answer.text))
        self.assertEqual(len(set(answers)), 1)

    def test_limits_of_a_link(self):
        """So many answers a link, and so many an address, whoever signs in or not."""
        self._sign_in(None)
        limit = self.env["crm.club.portal.limit"].search([("action", "=", "link")])
        limit.write({"per_user": 1, "minutes": 10080})
        self._post(self.link, **self.data)
        answer = self._post(self.link, 429, **self.data)
        self.assertIn("Please wait", answer.text)
        other = f"/club/r/{self._ids('member_b')['token']}"
        self._post(other, **self.data)
        limit.per_address = 3
        third = self.company.club_membership_id
        link = f"/club/r/{self.env['crm.club.referral']._token(third)}"
        self._post(link, 429, **self.data)

    # -- The member ----------------------------------------------------------------------------

    def test_own_link_and_form(self):
        self._sign_in("member_a")
        self.assertIn(self.link, self._get("/my/club/referral").text)
        self._post("/my/club/referral", 422, **{**self.data, "consent": ""})
        answer = self._post("/my/club/referral", **self.data)
        self.assertIn("thanks=1", answer.headers["Location"])
        referral = self._made()
        self.assertEqual((referral.source, referral.told_name), ("portal", "Li Lei"))

    def test_what_staff_learn_is_not_shown(self):
        referral = self.env["crm.club.referral"].search([("told_name", "=", "Friend of Anna")])
        referral.write({"person_name": "Secret Name", "phone": "+86 135 9999 9999"})
        self._sign_in("member_a")
        for page in (
            self._get("/my/club/referral"),
            self._post("/my/club/profile/download", 200, form="json"),
        ):
            self.assertIn("Friend of Anna", page.text)
            self.assertNotIn("Secret Name", page.text)
            self.assertNotIn("9999 9999", page.text)

    def test_refused_at_once_reads_as_passed_on(self):
        referrals = self.env["crm.club.referral"]
        referrals._refer(self.member, "Li Lei", MARKERS["member_b"][3], consent=True)
        referrals._refer(self.member, "Han Mei", PHONE, consent=True)
        made = referrals.search([("told_name", "in", ("Li Lei", "Han Mei"))])
        self.assertEqual(set(made.mapped("state")), {"refused", "new"})
        self.assertEqual(len({one._state_for_member() for one in made}), 1)

    def test_a_driver_does_not_recommend(self):
        self._sign_in("driver")
        page = self._get("/my/club/referral").text
        self.assertNotIn("/club/r/", page)
        with self._quiet():
            self._post("/my/club/referral", 403, **self.data)
        self.assertFalse(self._made())

    def test_token_says_nothing_by_rpc(self):
        """A member cannot have another's link made, nor read referrals, by its session."""
        self._sign_in("member_b")
        token = http.Request.csrf_token(self)
        for method in ("_token", "_refer", "search_read"):
            answer = self.url_open(
                f"/web/dataset/call_kw/crm.club.referral/{method}",
                json={"params": {"model": "crm.club.referral", "method": method,
                                 "args": [[]], "kwargs": {}, "csrf_token": token}},
            ).json()  # fmt: skip
            self.assertIn("error", answer, method)
