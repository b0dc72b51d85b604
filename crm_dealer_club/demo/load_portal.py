"""Two members of the demo network who sign in on the portal (the password is the login)."""

from datetime import datetime, time, timedelta

from odoo import Command, fields

from odoo.addons.crm_dealer_grading.demo.catalogue import MODELS, make_vin
from odoo.addons.crm_dealer_grading.demo.load_base import Loader

_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_activity_automation_skip": True,
    "no_reset_password": True,
    "tz": "Asia/Shanghai",
}
_PEOPLE = (
    {
        "login": "member", "name": "林悦 Lin Yue", "dealer": "SH01", "phone": "+86 139 0000 0101",
        "street": "浦东南路500号", "city": "上海市", "zip": "200120", "state": "SH",
        "advisor": "user_sh01_advisor", "gender": "female",
        "vehicles": (
            ("teramont", "沪A6F828", 820, 24_600, (700, 540, 360, 170, 60)),
            ("id4", "沪ADL5206", 300, 8_900, (210,)),
        ),
    },
    {
        "login": "member2", "name": "郝立群 Hao Liqun", "dealer": "HZ01",
        "phone": "+86 139 0000 0102", "street": "文三路88号", "city": "杭州市", "zip": "310012",
        "state": "ZJ", "advisor": "user_hz01_advisor", "gender": "male",
        "vehicles": (("passat", "浙A7K119", 1500, 61_000, (400, 120)),),
    },
)  # fmt: skip
_FRIENDS = (("周敏 Zhou Min", "13900000161"), ("许航 Xu Hang", "13900000162"))
_FIRST_SERIAL = 980_201
_SOON, _LATER = 12, 160


class PortalLoader(Loader):
    def load(self, today):
        """Create customers, users, vehicles, visits and memberships."""
        customers = self.env["res.partner"]
        for number, person in enumerate(_PEOPLE):
            customer = self._customer(person)
            customers |= customer
            self._user(customer, person["login"])
            for place, row in enumerate(person["vehicles"]):
                vehicle = self._vehicle(customer, 10 * number + place, row, today)
                self._visits(vehicle, person, row, today)
        self.env.flush_all()
        self.env["crm.grading.scheme"].regrade(customers)
        self.env["crm.club.membership"].enrol(customers)
        self._under_way(customers[0], _PEOPLE[0], today)
        self._club_life(customers[0], today)

    def _customer(self, person):
        same = ("name", "phone", "street", "city", "zip", "gender")
        return self.env["res.partner"].create(
            {name: person[name] for name in same}
            | {
                "email": f"{person['login']}@example.com",
                "dealer_id": self.dealer(person["dealer"]),
                "state_id": self.ref(f"state_cn_{person['state']}", "base"),
                "country_id": self.ref("cn", "base"),
                "lang": self.language(person["name"]),
            }
        )

    def _user(self, customer, login):
        user = self.env["res.users"].create(
            {
                "partner_id": customer.id,
                "login": login,
                "password": login,
                "tz": "Asia/Shanghai",
                "company_id": self.ref("main_company", "base"),
                "company_ids": [Command.set([self.ref("main_company", "base")])],
                "group_ids": [Command.set([self.ref("group_portal", "base")])],
            }
        )
        # Tests and screens find the users by name.
        self.env["ir.model.data"].create(
            {
                "module": "crm_dealer_club",
                "name": f"user_{login}",
                "model": "res.users",
                "res_id": user.id,
                "noupdate": True,
            }
        )

    def _vehicle(self, customer, number, row, today):
        model, plate, age, _km, _visits = row
        delivered = today - timedelta(age)
        return self.env["crm.vehicle"].create(
            {
                "vin": make_vin(model, delivered.year, _FIRST_SERIAL + number),
                "plate": plate,
                "model_id": self.ref(f"model_{model}"),
                "model_year": delivered.year,
                "color": "White",
                "usage": "private",
                "partner_id": customer.id,
                "purchase_date": delivered,
                "delivery_date": delivered,
                "purchase_channel": "dealer",
                "purchase_type": "new",
                "purchase_price": self.money(MODELS[model].price),
                "selling_dealer_id": customer.dealer_id.id,
                "insurance_expiry": today + timedelta(_SOON + 40 * number),
                "inspection_due": today + timedelta(_LATER) if number else today - timedelta(5),
                "first_service_done": delivered + timedelta(90),
                "warranty_end": delivered + timedelta(3 * 365),
                "warranty_end_km": 100_000,
                "next_service_date": today + timedelta(_LATER - 60),
                "next_service_km": 25_000 if not number else 70_000,
            }
        )

    def _visits(self, vehicle, person, row, today):
        _model, _plate, age, km, days_ago = row
        self.env["crm.service.visit"].create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "dealer_id": self.dealer(person["dealer"]),
                    "user_id": self.ref(person["advisor"]),
                    "stage": "followed_up",
                    "visit_type": "maintenance",
                    "date": datetime.combine(today - timedelta(days), time(2)),
                    "date_delivered": datetime.combine(today - timedelta(days), time(6)),
                    "mileage": km * (age - days) // age,
                    "labour_amount": self.money(1680),
                    "parts_amount": self.money(6320),
                }
                for days in days_ago
            ]
        )

    def _under_way(self, customer, person, today):
        """The second vehicle is in the workshop, for the progress on its page."""
        self.env["crm.service.visit"].create(
            {
                "vehicle_id": customer.vehicle_ids[:1].id,
                "dealer_id": customer.dealer_id.id,
                "user_id": self.ref(person["advisor"]),
                "stage": "in_work",
                "visit_type": "repair",
                "date": fields.Datetime.now() - timedelta(hours=2),
                "date_promised": fields.Datetime.now() + timedelta(hours=3),
                "mileage": customer.vehicle_ids[:1].mileage + 500,
            }
        )

    def _club_life(self, customer, today):
        """Points, an activity with free seats, and two people whom the member recommended."""
        member = customer.club_membership_id
        member._post_points("bonus", 800, description="入会礼 Welcome Gift")
        member._post_points("bonus", 460, description="周年礼 Anniversary Gift")
        begin = datetime.combine(today + timedelta(23), time(6))
        self.env["event.event"].create(
            {
                "name": "插花下午茶 Flowers and Tea",
                "description": "与花艺师一起完成一份作品并带回家。Bring home what you arrange.",
                "is_club_activity": True,
                "club_announced": True,
                "dealer_id": customer.dealer_id.id,
                "address_id": customer.dealer_id.partner_id.id,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=3),
                "date_tz": "Asia/Shanghai",
                "stage_id": self.ref("event_stage_announced", "event"),
                "seats_limited": True,
                "seats_max": 24,
                "club_guests_max": 2,
                "club_points": 80,
            }
        )
        referrals = self.env["crm.club.referral"]
        for name, phone in _FRIENDS:
            referrals._refer(member, name, phone, consent=True)
        referrals.search([("told_name", "=", _FRIENDS[0][0])])._contacted()


def load(env, today=None):
    """Create the two members; today in China is what the dates are relative to."""
    env = env(context={**env.context, **_QUIET})
    today = today or fields.Date.context_today(env.user)
    PortalLoader(env, {}).load(today)
