"""Three activities of the club and referrals in every state, for the demo network."""

from datetime import datetime, timedelta
from random import Random

from odoo import fields

from odoo.addons.crm_dealer_grading.demo.catalogue import make_vin
from odoo.addons.crm_dealer_grading.demo.load_base import Loader

_SEED = 9
_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "install_mode": True,
    "tz": "Asia/Shanghai",
}
_FRIENDS = [
    # name, phone, what becomes of the referral
    ("陈立群", "+86 139 1000 2001", "new"),
    ("林晓燕", "+86 139 1000 2002", "contacted"),
    ("吴志强", "+86 139 1000 2003", "won"),
    ("徐佳怡", "+86 139 1000 2004", "rewarded"),
    ("何建华", "+86 139 1000 2005", "lost"),
    ("高文静", None, "refused"),
]
_VIN_SERIAL = 981_000


class ActivityLoader(Loader):
    """Members, activities in the past and to come, their effect, and who recommended whom."""

    def __init__(self, env, today):
        super().__init__(env(context={**env.context, **_QUIET}), None)
        self.today = today
        self.rng = Random(_SEED)

    def load(self):
        """Load everything, with the members of the demo network."""
        members = self._members()
        self._tour(members)
        self._family_day(members)
        self._check_day(members)
        self._referrals(members)

    def _members(self):
        """Private members with a workshop visit who joined before the first activity."""
        visited = self.env["crm.service.visit"].search([("stage", "=", "followed_up")])
        members = self.env["crm.club.membership"].search(
            [
                ("partner_id", "in", visited.commercial_partner_id.ids),
                ("partner_id.is_company", "=", False),
                ("state", "=", "active"),
            ],
            order="id",
        )
        for member in members:
            if member.join_date > self.today - timedelta(150):
                member._store({"join_date": self.today - timedelta(150)})
        return members

    def _event(self, name, days, **vals):
        """An activity that is going to begin in ten days, and is moved to its day afterwards."""
        begin = datetime.combine(self.today + timedelta(10), datetime.min.time())
        begin += timedelta(hours=2)
        event = self.env["event.event"].create(
            {
                "name": name,
                "description": False,
                "is_club_activity": True,
                "club_announced": True,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=vals.pop("hours", 7)),
                "date_tz": "Asia/Shanghai",
                "address_id": self._venue(vals.get("dealer_id")),
                "stage_id": self.env.ref("event.event_stage_announced").id,
                "user_id": vals.pop("user_id", self.env.uid),
                **vals,
            }
        )
        return event, timedelta(days - 10)

    def _venue(self, dealer_id):
        return self.env["crm.dealer"].browse(dealer_id or ()).partner_id.id

    def _attend(self, event, shift, members, share):
        """Register members, some with a guest; mark who came, and move the activity to its day."""
        for number, member in enumerate(members):
            guests = ["亲友"] if event.club_guests_max and number % 3 == 0 else []
            own = event._club_register(member, guests)
            if own.state == "open" and self.rng.random() < share:
                (own | own.guest_ids).action_set_done()
        event.write({"date_begin": event.date_begin + shift, "date_end": event.date_end + shift})
        if event._club_is_over():
            event.action_set_done()

    def _tour(self, members):
        event, shift = self._event(
            "千岛湖自驾游 Self-Drive Tour",
            -140,
            hours=31,
            dealer_id=False,
            seats_limited=True,
            seats_max=80,
            club_guests_max=2,
            club_points=200,
            club_fee_amount=self.money(280),
            club_cost_planned=self.money(40_000),
            club_cost=self.money(37_600),
        )
        chosen = self.rng.sample(list(members), min(46, len(members) // 3))
        self._attend(event, shift, chosen, 0.9)
        self.env["event.registration"]._club_credit_attendance(event)
        self.env["crm.club.effect"]._measure(event)

    def _family_day(self, members):
        event, shift = self._event(
            "亲子开放日 Parent-Child Day",
            -32,
            hours=4,
            dealer_id=self.dealer("SH01"),
            user_id=self.ref("user_manager"),
            seats_limited=True,
            seats_max=30,
            club_guests_max=2,
            club_points=100,
            club_cost_planned=self.money(6_000),
            club_cost=self.money(5_480),
        )
        own = members.filtered(lambda m: m.partner_id.dealer_id == event.dealer_id)
        self._attend(event, shift, own[:16], 0.8)
        self.env["event.registration"]._club_credit_attendance(event)

    def _check_day(self, members):
        event, shift = self._event(
            "冬季检测日 Winter Check Day",
            14,
            dealer_id=self.dealer("SH01"),
            user_id=self.ref("user_manager"),
            seats_limited=True,
            seats_max=8,
            club_guests_max=1,
            club_points=50,
            club_cost_planned=self.money(2_500),
            club_deadline=datetime.combine(self.today + timedelta(12), datetime.min.time()),
        )
        own = members.filtered(lambda m: m.partner_id.dealer_id == event.dealer_id)
        self._attend(event, shift, own[4:12], 0)

    def _referrals(self, members):
        referrals = self.env["crm.club.referral"]
        own = members.filtered(lambda m: m.partner_id.dealer_id.code == "SH01")
        for number, (name, phone, state) in enumerate(_FRIENDS):
            known = next(iter(reversed(own))).partner_id.phone
            referral = referrals._new_by_member(
                {
                    "recommender_id": own[number % 4].partner_id.id,
                    "person_name": name,
                    "phone": phone or known,
                    "dealer_id": self.dealer("SH01"),
                    "vehicle_model_id": self.ref("model_tiguan"),
                    "date": self.today - timedelta(20 + 9 * number),
                    "source": "portal",
                    "consent": True,
                    "consent_date": fields.Datetime.now(),
                }
            )
            self._carry_on(referral, state)

    def _carry_on(self, referral, state):
        card = referral.lead_id
        if not card:
            return
        card.user_id = self.ref("user_sales")
        if state == "contacted":
            referral._contacted()
        elif state == "lost":
            reason = self.env["crm.lost.reason"].search(
                [("asks_competitor", "=", False)], limit=1
            )
            card.action_set_lost(lost_reason_id=reason.id)
        elif state in ("won", "rewarded"):
            card.action_set_won()
        if state == "rewarded":
            card._deliver(
                make_vin("tiguan", self.today.year, _VIN_SERIAL),
                {
                    "model_id": self.ref("model_tiguan"),
                    "selling_dealer_id": card.dealer_id.id,
                    "delivery_date": self.today - timedelta(2),
                    "purchase_date": self.today - timedelta(6),
                },
            )

    def mark_vehicles(self):
        """The demo vehicles' products belong to a category of vehicles."""
        category = self.env["product.category"].create({"name": "Vehicles", "is_vehicle": True})
        products = self.env["product.product"].search([("name", "ilike", "Volkswagen")])
        products |= self.env["product.product"].search([("name", "=ilike", "Skoda%")])
        products |= self.env["product.product"].search([("name", "=ilike", "Audi%")])
        products.categ_id = category
        return category


def load(env, today=None):
    """Load activities and referrals of the demo network."""
    today = today or fields.Date.context_today(env.user.with_context(tz="Asia/Shanghai"))
    loader = ActivityLoader(env, today)
    loader.mark_vehicles()
    loader.load()

