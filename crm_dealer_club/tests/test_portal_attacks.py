"""Every route of the club's pages, attacked by everybody (M10)."""

import itertools

from odoo import http
from odoo.tests import tagged
from odoo.tools import SQL

from .common_portal import MARKERS, PRIVATE, PUBLIC, ROUTES, TOKENLESS, PortalCase

# What forgers put where an id is expected; none of them is an id of anybody. A NUL is not here: on
# a path without a route, whichever, core asks the database for a file with that name, and fails.
FORGED_PATH = (
    "0", "-1", "-0", "1.5", "1e3", "abc", "2147483647", "2147483648", "9" * 30,
    "[1]", "1,2", "None", "true", "1%20OR%201=1", "..%2f1", "%F0%9F%9A%97", "1/../../2",
)  # fmt: skip
# A few of what test_portal_parse gives to the parsers, through the server.
FORGED_FLAG = "<script>alert(1)</script>"
FORGED_VALUES = ("-1", "9" * 30, "1\x00", "9999-12-31T23:59", FORGED_FLAG)
# Parameters of which bool() is all that is read, or a file: one value says as much as all.
FLAGS = {
    "booked", "called", "cancelled", "joined", "photos", "rated", "registered", "reopened",
    "saved", "sent", "thanks",
}  # fmt: skip
# Parameters that take any words: numbers and days are words like others.
FORGED_WORDS = ("1\x00", FORGED_FLAG, "🚗" * 2500)
WORDS = {"city", "guest_1", "name", "place", "plate", "reason", "text", "wishes", "words"}
SAFE = {200, 301, 303, 400, 403, 404, 405, 409, 422}


@tagged("post_install", "-at_install")
class TestPortalAttacks(PortalCase):
    def setUp(self):
        super().setUp()
        self.ids = {
            **self._ids("member_a"),
            "dealer": self.dealer_a.id,
            "slot": f"{self._slot():%Y-%m-%dT%H:%M}",
        }

    # -- Helpers -------------------------------------------------------------------------------

    def _routes(self):
        """``(rule, method, path of member A's, parameters of member A's)`` of each route."""
        for rule, (methods, key, params) in ROUTES.items():
            path = self._path(rule, self.ids.get(key))
            values = {name: str(self.ids.get(value, value)) for name, value in params.items()}
            for method in methods.split(","):
                yield rule, method, path, values

    def _path(self, rule, value):
        if "<" not in rule:
            return rule
        return f"{rule[: rule.index('<')]}{value}{rule[rule.index('>') + 1 :]}"

    def _call(self, method, path, params, token=True):
        if method == "GET":
            return self.url_open(path, params=params, allow_redirects=False)
        if token:
            return self._raw_post(path, params)
        return self.url_open(path, data=params or {"x": "1"}, allow_redirects=False)

    def _raw_post(self, path, params):
        data = {**params, "csrf_token": http.Request.csrf_token(self)}
        return self.url_open(path, data=data, allow_redirects=False)

    def _no_byte_of(self, login, response):
        for marker in MARKERS[login]:
            self.assertNotIn(marker, response.text, response.url)

    def _state(self):
        """What an attack might have changed."""
        self.env.flush_all()
        self.env.invalidate_all()
        tables = ("crm_service_visit", "crm_vehicle_mileage", "crm_club_consent",
                  "event_registration", "crm_club_referral", "loyalty_card", "helpdesk_ticket",
                  "rating_rating", "ir_attachment")  # fmt: skip
        counts = [
            self.env.execute_query(
                SQL("SELECT count(*), max(write_date) FROM %s", SQL.identifier(table))
            )
            for table in tables
        ]
        members = self.env["crm.club.membership"].search([])
        return counts, [(member.id, member.state, member.tier_id.id) for member in members]

    # -- Tests ---------------------------------------------------------------------------------

    def test_every_route_is_attacked(self):
        installed = self.env.registry._init_modules
        rules = self.env["ir.http"]._generate_routing_rules(installed, {})
        ours = {url for url, _endpoint in rules if url.startswith(("/my/club", "/club"))}
        self.assertEqual(ours, set(ROUTES), "Add the route to ROUTES in common_portal.py")

    def test_public(self):
        """Strangers are asked to sign in, and change nothing."""
        self._sign_in(None)
        before = self._state()
        with self._quiet():
            for rule, method, path, params in self._routes():
                if rule in PUBLIC:
                    continue
                with self.subTest(rule, method=method):
                    response = self._call(method, path, params)
                    self.assertEqual(response.status_code, 303)
                    self.assertIn("/web/login", response.headers["Location"])
                    self._no_byte_of("member_a", response)
        self.assertEqual(self._state(), before)

    def test_foreign_records(self):
        """Another member, a customer without a card, and staff without rights find nothing."""
        before = self._state()
        for login in ("member_b", "guest", "driver", "clerk"):
            self._sign_in(login)
            for rule, method, path, params in self._routes():
                if ROUTES[rule][1] not in PRIVATE:
                    continue
                with self.subTest(rule, login=login), self._quiet():
                    response = self._call(method, path, params)
                    self.assertEqual(response.status_code, 404)
                    self._no_byte_of("member_a", response)
        self.assertEqual(self._state(), before)

    def test_foreign_parameters(self):
        """Ids of another member in parameters, and every page, show nothing of the other."""
        for login in ("member_b", "guest", "driver", "clerk"):
            self._sign_in(login)
            for rule, method, path, params in self._routes():
                if rule in ("/my/club/leave", "/my/club/join") and method == "POST":
                    continue  # these act on the own membership, whatever the parameters
                with self.subTest(rule, login=login, method=method), self._quiet():
                    response = self._call(method, path, params)
                    self.assertIn(response.status_code, SAFE)
                    self._no_byte_of("member_a", response)
        self.assertFalse(self.cars["member_a"]._open_booking())

    def test_foreign_vehicle_is_not_booked(self):
        self._sign_in("member_b")
        with self._quiet():
            for method in ("GET", "POST"):
                response = self._call(method, "/my/club/book", self._book_data("member_a"))
                self.assertEqual(response.status_code, 404)
        self.assertFalse(self.cars["member_a"]._open_booking())

    def test_forged_paths(self):
        self._sign_in("member_b")
        with self._quiet():
            for rule, (methods, key, params) in ROUTES.items():
                if "<" not in rule:
                    continue
                for value, method in itertools.product(FORGED_PATH, methods.split(",")):
                    with self.subTest(rule, value=value):
                        response = self._call(method, self._path(rule, value), params)
                        if response.status_code == 301:  # "00" is written "0"
                            response = self.url_open(response.headers["Location"])
                        wanted = {200, 404} if key == "page" else {404}
                        self.assertIn(response.status_code, wanted)
                        self._no_byte_of("member_a", response)

    def test_forged_parameters(self):
        """Any value of any parameter: a page or a refusal, never an error of the server."""
        self._sign_in("member_b")
        mine = self._ids("member_b")
        with self._quiet():
            for rule, method, _path, params in self._routes():
                key = ROUTES[rule][1]
                path = self._path(rule, mine.get(key, 1))
                good = (
                    {**params, "vehicle": str(mine["vehicle"])} if "vehicle" in params else params
                )
                if "consent" in good:
                    good = {**good, "consent": ""}  # no prospect for each value
                for name, value in self._forged(params):
                    with self.subTest(rule, method=method, name=name, value=value[:40]):
                        response = self._call(method, path, {**good, name: value})
                        self.assertIn(response.status_code, SAFE)
                        self._no_byte_of("member_a", response)
                        self.assertNotIn("<script>alert(1)", response.text)

    def _forged(self, params):
        """``(parameter, value)`` of all that is worth forging."""
        for name in params:
            words = FORGED_WORDS if name in WORDS else FORGED_VALUES
            for value in [FORGED_FLAG] if name in FLAGS else words:
                yield name, value

    def test_odd_parameters(self):
        """Unknown names, a file where text is expected, a name twice."""
        self._sign_in("member_b")
        mine = self._ids("member_b")
        with self._quiet():
            for rule, method, _path, params in self._routes():
                path = self._path(rule, mine.get(ROUTES[rule][1], 1))
                with self.subTest(rule, method=method):
                    strange = {"context": "{}", "uid": "1", "partner_id": "1", "debug": "1"}
                    self.assertIn(self._call(method, path, params | strange).status_code, SAFE)
                    if method == "GET":
                        continue
                    files = {name: ("x.txt", b"\x00\xff") for name in params or {"x": 1}}
                    data = {"csrf_token": http.Request.csrf_token(self)}
                    response = self.url_open(path, data=data, files=files, allow_redirects=False)
                    self.assertIn(response.status_code, SAFE)

    def test_wrong_methods(self):
        self._sign_in("member_a")
        before = self._state()
        with self._quiet():
            for rule, _method, path, params in self._routes():
                allowed = {*ROUTES[rule][0].split(","), "HEAD", "OPTIONS"}
                for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed:
                    with self.subTest(rule, method=method):
                        if method in ("GET", "POST"):
                            response = self._call(method, path, params)
                        else:
                            response = self.url_open(path, method=method, allow_redirects=False)
                        self.assertIn(response.status_code, {400, 404, 405})
        self.assertEqual(self._state(), before)

    def test_without_token(self):
        """Another site's form does nothing (CSRF)."""
        self._sign_in("member_a")
        before = self._state()
        with self._quiet():
            for rule, method, path, params in self._routes():
                if method == "POST" and rule not in TOKENLESS:
                    for token in (None, "", "abc", "0" * 40 + "o9999999999"):
                        with self.subTest(rule, token=token):
                            data = (
                                dict(params) if token is None else {**params, "csrf_token": token}
                            )
                            response = self._call(method, path, data, token=False)
                            self.assertEqual(response.status_code, 400)
        self.assertEqual(self._state(), before)

    def test_former_owner(self):
        """Who sold the vehicle finds it no more, and the next owner's plate stays unknown."""
        car = self.cars["member_a"]
        car.write({"partner_id": self.customers["member_b"].id, "plate": MARKERS["member_b"][2]})
        self._sign_in("member_a")
        self._get("/my/club/vehicles")
        for path in ("/my/club/visits", f"/my/club/visits/{self.visits['member_a'].id}"):
            page = self._get(path)
            self.assertIn(MARKERS["member_a"][2], page.text)
            self._no_byte_of("member_b", page)
        with self._quiet():
            self._get(f"/my/club/vehicles/{car.id}", status=404)
        self._no_byte_of("member_b", self._post("/my/club/profile/download", 200, form="json"))
        self._sign_in("member_b")
        page = self._get(f"/my/club/vehicles/{car.id}")
        self.assertNotIn(f"/my/club/visits/{self.visits['member_a'].id}", page.text)
        for marker in ("Marker Anna", "京A9M4RK", "+86 139 1111 1111"):
            self.assertNotIn(marker, page.text)
            self.assertNotIn(marker, self._post("/my/club/profile/download", 200).text)
