"""Calls for help in the demo network: from tonight's flat tyre to one of last week."""

from datetime import timedelta

from odoo import fields

from odoo.addons.crm_dealer_grading.demo.load_base import Loader

_CARS = (
    ("SH01", "救援1号 Rescue 1", "沪A3R118", "tow", "+86 139 0000 7118"),
    ("SH01", "救援2号 Rescue 2", "沪A5R226", "car", "+86 139 0000 7226"),
    ("HZ01", "救援1号 Rescue 1", "浙A7R331", "tow", "+86 137 0000 7331"),
    ("BJ01", "救援1号 Rescue 1", "京A2R445", "car", "+86 136 0000 7445"),
)
# dealer, breakdown, place, position, minutes ago, minutes to: dispatch, site, end; result, words
_CALLS = (
    ("SH01", "tyre", "延安高架江苏路出口 Yan'an Elevated Road, Jiangsu Road", (31.2222, 121.4318),
     6, (), None, "Left front, no spare wheel"),
    ("HZ01", "battery", "西湖文化广场地下车库 West Lake Culture Square, B2", (30.2794, 120.1614),
     25, (7,), None, "Does not start, parking fee runs"),
    ("SH01", "accident", "S20 外环高速 K42 S20 outer ring, km 42", (31.1502, 121.3651),
     95, (5, 38), None, "Rear-end collision, nobody hurt"),
    ("BJ01", "towing", "京承高速 38公里 Jingcheng Expressway, km 38", (40.2310, 116.6120),
     3 * 1440, (14, 83, 150), ("towed", "not_satisfied"), "Waited too long in the cold"),
    ("HZ01", "fuel", "杭甬高速 长安服务区 Hangyong Expressway, Chang'an", (30.4420, 120.4470),
     5 * 1440, (4, 41, 55), ("repaired", "satisfied"), "Ten litres brought"),
    ("SH01", "locked", "世纪公园 3号门 Century Park, gate 3", (31.2177, 121.5523),
     8 * 1440, (6, 29, 44), ("repaired", "satisfied"), "Key in the boot"),
)  # fmt: skip
_AFTER = ("rescue_dispatched_at", "rescue_on_site_at", "rescue_done_at")
_STEPS = ("answer", "dispatched", "on_site", "done")


class RescueLoader(Loader):
    def load(self):
        """Create service cars and rescues; the hotline where none is set."""
        company = self.env.company
        company.rescue_hotline = company.rescue_hotline or "+86 400 800 8000"
        self.env["crm.rescue.car"].create(
            [
                {
                    "dealer_id": self.dealer(code), "name": name, "plate": plate, "kind": kind,
                    "phone": phone,
                }  # fmt: skip
                for code, name, plate, kind, phone in _CARS
            ]
        )
        for number, call in enumerate(_CALLS):
            self._call(number, call)

    def _call(self, number, call):
        code, fault, place, (latitude, longitude), ago, spans, end, words = call
        begin = fields.Datetime.now() - timedelta(minutes=ago)
        ticket = self.env["helpdesk.ticket"].create(
            {
                "crm_kind": "rescue",
                "vehicle_id": self._vehicle(code, number).id,
                "rescue_fault_id": self.ref(f"rescue_fault_{fault}", "crm_dealer_club"),
                "rescue_place": place,
                "rescue_latitude": latitude,
                "rescue_longitude": longitude,
                "rescue_people": 1 + number % 3,
                "description": words,
                "name": self._title(fault, place),
                "dealer_id": self.dealer(code),
                "channel_id": self.ref("channel_phone", "crm_dealer_club"),
            }
        )
        ticket._store(self._times(ticket, begin, spans, end))

    def _title(self, fault, place):
        """Breakdown and place, in the language of the demo's stories: both."""
        fault = self.env["crm.rescue.fault"].browse(
            self.ref(f"rescue_fault_{fault}", "crm_dealer_club")
        )
        names = dict.fromkeys(fault.with_context(lang=lang).name for lang in ("zh_CN", "en_US"))
        return f"{' '.join(names)} · {place}"

    def _times(self, ticket, begin, spans, end):
        """What the steps would have written, had they been taken then."""
        car = self.env["crm.rescue.car"].search([("dealer_id", "=", ticket.dealer_id.id)], limit=1)
        times = {
            name: begin + timedelta(minutes=minutes)
            for name, minutes in zip(_AFTER, spans, strict=False)
        }
        step = _STEPS[len(spans)]
        if end:
            later = begin + timedelta(days=1)
            times |= {
                "rescue_called_back_at": later,
                "rescue_result": end[0],
                "rescue_call_back": end[1],
                "date_solved": times["rescue_done_at"],
            }
            step = "called_back"
            if end[1] == "satisfied":
                step = "closed"
                times |= {"rescue_closed_at": later, "closed_date": later}
        stage = self.env["helpdesk.ticket.stage"]._of_step("rescue", step, ticket.team_id)
        dues = ("rescue_answer_due", "rescue_dispatch_due", "rescue_arrival_due")
        shift = begin - ticket.date_received
        return times | {
            "date_received": begin,
            "date_answered": begin + timedelta(minutes=1),
            **{name: ticket[name] + shift for name in dues},
            "rescue_car_id": car.id if spans else False,
            "rescue_expected_at": begin + timedelta(minutes=45) if spans else False,
            "stage_id": stage.id,
        }

    def _vehicle(self, code, number):
        vehicles = self.env["crm.vehicle"].search(
            [("dealer_id", "=", self.dealer(code)), ("plate", "!=", False)], order="id", limit=20
        )
        return vehicles[number : number + 1] or vehicles[:1]


def load(env):
    quiet = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
    RescueLoader(env(context={**env.context, **quiet}), None).load()
