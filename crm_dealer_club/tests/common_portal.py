"""Members who sign in, with what nobody else may see of them."""

import base64
from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields, http
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.tests.common_workshop import WorkshopCase

from ..tools.picture import clean
from .common_activity import make_activity

# Every route of the club's pages: how it is called rightly. {method, what is in the path, the
# parameters it takes}. A route that is not here fails test_portal_attacks: add yours, with a
# value for each parameter, and it is attacked with all others.
ROUTES = {
    "/my/club": ("GET", None, {"region": "1", "joined": "1"}),
    "/my/club/join": ("POST", None, {"dealer": "", "agree": "1"}),
    "/my/club/vehicles": ("GET", None, {}),
    "/my/club/vehicles/<int:vehicle_id>": ("GET", "vehicle", {"saved": "1"}),
    "/my/club/vehicles/<int:vehicle_id>/mileage": ("POST", "vehicle", {"km": "12"}),
    "/my/club/book": (
        "GET,POST",
        None,
        {
            "vehicle": "vehicle", "dealer": "dealer", "type": "maintenance", "day": "",
            "slot": "slot", "wishes": "Please wash it",
        },
    ),
    "/my/club/visits": ("GET", None, {}),
    "/my/club/visits/page/<int:page>": ("GET", "page", {}),
    "/my/club/visits/<int:visit_id>": ("GET", "visit", {"booked": "1", "cancelled": "1"}),
    "/my/club/visits/<int:visit_id>/cancel": ("POST", "visit", {}),
    "/my/club/profile": ("GET", None, {"saved": "1"}),
    "/my/club/profile/language": ("POST", None, {"lang": "en_US"}),
    "/my/club/profile/consents": ("POST", None, {"consent_0_sms": "1"}),
    "/my/club/profile/download": ("POST", None, {"form": "json"}),
    "/my/club/points": ("GET", None, {}),
    "/my/club/points/page/<int:page>": ("GET", "page", {}),
    "/my/club/benefits": ("GET", None, {"city": ""}),
    "/my/club/merchants/<int:merchant_id>/image": ("GET", "merchant", {}),
    "/my/club/activities": ("GET", None, {}),
    "/my/club/activities/<int:activity_id>": (
        "GET", "activity", {"registered": "1", "cancelled": "1"},
    ),
    "/my/club/activities/<int:activity_id>/calendar": ("GET", "activity", {}),
    "/my/club/activities/<int:activity_id>/register": (
        "POST", "activity", {"guest_1": "Marker Guest"},
    ),
    "/my/club/activities/<int:activity_id>/cancel": ("POST", "activity", {}),
    "/my/club/referral": (
        "GET,POST",
        None,
        {"name": "Li Lei", "phone": "13700000001", "model": "", "consent": "1", "thanks": "1"},
    ),
    "/club/r/<string:token>": (
        "GET,POST",
        "token",
        {"name": "Li Lei", "phone": "13700000002", "model": "", "consent": "1", "thanks": "1"},
    ),
    "/my/club/rescues": ("GET", None, {}),
    "/my/club/rescues/new": (
        "GET,POST",
        None,
        {
            "vehicle": "vehicle", "fault": "fault", "place": "By the bridge", "latitude": "39.9",
            "longitude": "116.4", "plate": "", "phone": "13700000009", "people": "2",
            "danger": "1", "text": "Please hurry", "photos": "",
        },
    ),
    "/my/club/rescues/<int:ticket_id>": (
        "GET", "rescue", {"called": "1", "sent": "1", "rated": "1"},
    ),
    "/my/club/rescues/<int:ticket_id>/reply": ("POST", "rescue", {"text": "Hello", "photos": ""}),
    "/my/club/rescues/<int:ticket_id>/rate": ("POST", "rescue", {"stars": "4", "words": "Fine"}),
    "/my/club/complaints": ("GET", None, {}),
    "/my/club/complaints/new": (
        "GET,POST",
        None,
        {
            "cause": "cause", "vehicle": "vehicle", "visit": "visit", "text": "It squeaks",
            "photos": "",
        },
    ),
    "/my/club/complaints/<int:ticket_id>": (
        "GET", "complaint", {"sent": "1", "rated": "1", "reopened": "1"},
    ),
    "/my/club/complaints/<int:ticket_id>/reply": ("POST", "complaint", {"text": "Hello"}),
    "/my/club/complaints/<int:ticket_id>/rate": ("POST", "complaint", {"stars": "4", "words": ""}),
    "/my/club/complaints/<int:ticket_id>/reopen": ("POST", "complaint", {"text": "Still"}),
    "/my/club/photos/<int:photo_id>/file": ("GET", "photo", {}),
    "/club/stop/<string:token>": ("GET,POST", "stop", {}),
    "/my/club/leave": ("GET,POST", None, {"reason": "I moved", "sure": "1"}),
}  # fmt: skip
# Routes that need no signing in.
PUBLIC = {"/club/r/<string:token>", "/club/stop/<string:token>"}
# To which mail programs post by themselves: the signed link is the right, no session is.
TOKENLESS = {"/club/stop/<string:token>"}
# Whose path says what belongs to one member only.
PRIVATE = ("vehicle", "visit", "activity", "merchant", "rescue", "complaint", "photo")
# What is answered by something else than a page.
FILES = ("/image", "/calendar", "/file")
# A picture of one pixel.
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)
# Strings that stand on no page but the owner's.
MARKERS = {
    "member_a": (
        "Marker Anna", "LMARKAAAA00000001", "京A9M4RK", "+86 139 1111 1111", "a@mark.er",
        "Points of Anna", "Tour of Anna", "Friend of Anna", "+86 138 3333 3331",
        "Rescue of Anna", "Complaint of Anna",
    ),
    "member_b": (
        "Marker Boris", "LMARKBBBB00000002", "京B9M4RK", "+86 139 2222 2222", "b@mark.er",
        "Points of Boris", "Tour of Boris", "Friend of Boris", "+86 138 3333 3332",
        "Rescue of Boris", "Complaint of Boris",
    ),
}  # fmt: skip


class PortalCase(WorkshopCase, HttpCase):
    """Two members of two dealers, a driver of a company, and who is no member yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        always = cls._calendar(spans=((0, 24),), days=range(7))
        (cls.dealer_a | cls.dealer_b).write(
            {"service_calendar_id": always.id, "bookings_per_hour": 4}
        )
        cls.env["crm.club.portal.limit"].search([]).write(
            {"per_user": 10_000, "per_address": 10_000}
        )
        cls.customers = {
            "member_a": cls._marked("member_a", cls.dealer_a),
            "member_b": cls._marked("member_b", cls.dealer_b),
            "guest": cls._customer(False, name="Test Guest"),
        }
        cls.company = cls._customer(cls.dealer_a, name="Test Fleet Ltd", is_company=True)
        cls.driver = cls.env["res.partner"].create(
            {"name": "Test Driver", "parent_id": cls.company.id}
        )
        for login, customer in (*cls.customers.items(), ("driver", cls.driver)):
            cls._portal_user(login, customer)
        members = cls.customers["member_a"] | cls.customers["member_b"] | cls.company
        cls.env["crm.club.membership"].enrol(members)
        cls.cars, cls.visits = {}, {}
        for login in MARKERS:
            vin, plate = MARKERS[login][1:3]
            car = cls._vehicle(
                cls.customers[login], vin=vin, plate=plate, delivery_date="2025-01-06"
            )
            cls.cars[login] = car
            cls.visits[login] = cls._visit(car, date="2026-01-05 09:00:00", mileage=5000)
        cls.van = cls._vehicle(cls.company, plate="京C10001")
        cls.merchants, cls.tours = {}, {}
        cls.rescues, cls.complaints, cls.photos = {}, {}, {}
        for login, dealer in (("member_a", cls.dealer_a), ("member_b", cls.dealer_b)):
            cls._club_life(login, dealer)
            cls._tickets(login)
        cls.env.flush_all()

    @classmethod
    def _marked(cls, login, dealer):
        name, _vin, _plate, phone, email = MARKERS[login][:5]
        return cls._customer(dealer, name=name, phone=phone, email=email)

    @classmethod
    def _club_life(cls, login, dealer):
        """Points, a partner, an activity, and a recommendation that are this member's alone."""
        points, tour, friend, phone = MARKERS[login][5:9]
        member = cls.customers[login].club_membership_id
        tier = cls.env["crm.club.tier"].search([("code", "=", "G")])
        member._store({"tier_id": tier.id})
        member._post_points("bonus", 1500, description=points)
        # Of the tier of members A and B: the company at the same dealer is not offered it.
        cls.merchants[login] = cls.env["crm.club.merchant"].create(
            {
                "name": f"Test Merchant {login}",
                "offer": f"Tea for {login}",
                "city": f"City {login}",
                "dealer_ids": [Command.set(dealer.ids)],
                "tier_ids": [Command.set(tier.ids)],
                "image_1920": PIXEL,
            }
        )
        # It is announced to nobody any more: who has a seat finds it, nobody else.
        cls.tours[login] = cls._tour(dealer, name=tour)
        cls.tours[login]._club_register(member, ["Marker Guest"])
        cls.tours[login].club_announced = False
        cls.env["crm.club.referral"]._refer(member, friend, phone, consent=True)

    @classmethod
    def _tickets(cls, login):
        """A rescue with a photo, and a complaint."""
        place, words = MARKERS[login][9:11]
        tickets, author = cls.env["helpdesk.ticket"], cls.customers[login]
        photo = clean(base64.b64decode(PIXEL))
        fault = cls.env.ref("crm_dealer_club.rescue_fault_tyre")
        car = cls.cars[login].id
        vals = {"rescue_fault_id": fault.id, "rescue_place": place, "vehicle_id": car}
        rescue = tickets._rescue_by_member(author, vals, "Come soon", [photo])
        cause = tickets._complaint_causes()[0]
        complaint = tickets._complaint_by_member(author, {"category_id": cause.id}, words)
        cls.rescues[login], cls.complaints[login] = rescue, complaint
        cls.photos[login] = rescue._member_messages().attachment_ids

    @classmethod
    def _tour(cls, dealer, days=10, **vals):
        """An announced activity of ``dealer`` that begins in so many days."""
        return make_activity(dealer, days, **{"club_guests_max": 2, **vals})

    @classmethod
    def _ids(cls, login):
        """What a route's path and parameters say of this member: ``{key of ROUTES: value}``."""
        token = cls.env["crm.club.referral"]._token(cls.customers[login].club_membership_id)
        return {
            "vehicle": cls.cars[login].id,
            "visit": cls.visits[login].id,
            "merchant": cls.merchants[login].id,
            "activity": cls.tours[login].id,
            "token": token,
            "rescue": cls.rescues[login].id,
            "complaint": cls.complaints[login].id,
            "photo": cls.photos[login].id,
            "fault": cls.env.ref("crm_dealer_club.rescue_fault_battery").id,
            "cause": cls.env["helpdesk.ticket"]._complaint_causes()[0].id,
            "stop": cls._stop_token(cls.customers[login]),
            "page": 1,
        }

    @classmethod
    def _stop_token(cls, partner):
        purpose = cls.env.ref("crm_dealer_club.consent_purpose_reminder")
        return cls.env["crm.club.consent"]._stop_token(partner.id, purpose.ids, "email")

    @classmethod
    def _portal_user(cls, login, partner):
        cls.users[login] = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "partner_id": partner.id,
                    "login": login,
                    "password": login.ljust(8, "x"),
                    "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                    "tz": "Asia/Shanghai",
                }
            )
        )

    # -- Asking the server ---------------------------------------------------------------------

    def _sign_in(self, login):
        self.authenticate(login, login and login.ljust(8, "x"))

    def _get(self, path, status=200, **params):
        """The page at ``path``, with this status."""
        response = self.url_open(path, params=params, allow_redirects=False)
        self.assertEqual(response.status_code, status, f"GET {path} {params}")
        return response

    def _post(self, path, status=303, **data):
        """Send a form with its token; by default the answer leads to another page."""
        data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(path, data=data, allow_redirects=False)
        self.assertEqual(response.status_code, status, f"POST {path}: {response.text[:2000]}")
        return response

    @contextmanager
    def _quiet(self):
        """Refusals are logged; here they are what is wanted."""
        with mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http", "odoo.sql_db"):
            yield

    def _slot(self, dealer=None, partner=None):
        """A free time a day or more from now, at any hour of the test; naive UTC."""
        dealer = dealer or self.dealer_a
        days = dealer._days_open(dealer._booking_span()[0], "maintenance", partner)
        later = fields.Datetime.now() + timedelta(days=1)
        return next(moment for _day, times in days for moment, _clock in times if moment > later)

    def _book_data(self, login="member_a", **changed):
        data = {
            "vehicle": self.cars[login].id,
            "dealer": self.cars[login].dealer_id.id,
            "type": "maintenance",
        }
        if "slot" not in changed:
            data["slot"] = f"{self._slot(self.cars[login].dealer_id):%Y-%m-%dT%H:%M}"
        return data | changed
