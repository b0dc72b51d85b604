"""Complaints of the demo network: what customers said, and how far the dealers are."""

from datetime import timedelta

from odoo import fields

_DONE = {"call_back_result": "satisfied", "call_back_count": 1}
# Dealer, which of its customers, hours ago, title, cause, source, step, minutes until the answer,
# hours until the solution, and what else is known.
_ROWS = (
    ("SH01", 3, 700, "刹车异响 Brakes Squeak after the Service", "service_fault_not_repaired",
     "phone", "closed", 22, 19,
     {"liable": "dealer", "solution": "更换前刹车片并试车，异响消失。", "cost": 680,
      "compensation_kind": "service", "compensation_amount": 300, **_DONE}),
    ("SH01", 3, 180, "刹车又响 Brakes Squeak Again", "service_fault_not_repaired", "survey",
     "call_back", 41, 21,
     {"liable": "supplier", "solution": "更换刹车盘，供应商批次问题已上报。", "cost": 1450,
      "compensation_kind": "voucher", "compensation_amount": 500}),
    ("SH01", 9, 0.4, "等待三小时 Waited Three Hours", None, "portal", "receive", None, None, {}),
    ("SH01", 14, 420, "发票金额有误 Wrong Invoice", "service_price_and_invoice", "phone",
     "closed", 12, 3, {"liable": "dealer", "solution": "重开发票，退还差额。",
                       "compensation_kind": "apology", **_DONE}),
    ("HZ01", 2, 5, "电池续航下降 Range Dropped in Winter", "product_battery_and_charging",
     "portal", "analyse", 35, None, {"liable": "manufacturer", "risk_level": "medium"}),
    ("HZ01", 6, 260, "交车延期两周 Delivered Two Weeks Late", "sales_delivery_late", "phone",
     "closed", 95, 30, {"liable": "manufacturer", "solution": "赔付交车延期补偿。",
                        "compensation_kind": "voucher", "compensation_amount": 1500, **_DONE}),
    ("SU01", 4, 30, "车漆划伤 Paint Scratched in the Workshop",
     "service_damage_during_the_visit", "visit", "solve", 18, None,
     {"liable": "dealer", "cost": 1200, "compensation_kind": "service",
      "compensation_amount": 600, "risk_level": "medium"}),
    ("GZ01", 5, 0.8, "高速上失去动力 Lost Power on the Motorway", None, "social", "receive",
     None, None, {"risk_level": "high", "press_alert": True}),
    ("GZ01", 8, 330, "配件等了十天 Part Took Ten Days", "parts_part_not_available", "phone",
     "closed", 50, 23, {"liable": "supplier", "solution": "加急调货，上门更换。", **_DONE}),
    ("SZ01", 1, 52, "销售承诺未兑现 Promise Not Kept", "sales_promise_not_kept", "regulator",
     "solve", 28, None, {"liable": "dealer", "risk_level": "high",
                         "compensation_kind": "refund", "compensation_amount": 6800}),
    ("SZ01", 7, 140, "空调异味 Smell of the Air Conditioning", "product_noise_and_smell",
     "phone", "closed", 33, 16, {"liable": "manufacturer", "solution": "清洗蒸发箱，更换滤芯。",
                                 "cost": 260, **_DONE}),
    ("BJ01", 2, 26, "服务态度差 Rude at the Reception", "service_behaviour_of_staff", "survey",
     "analyse", 75, None, {"liable": "dealer", "dangerous_customer": True,
                           "risk_level": "high"}),
    ("BJ01", 5, 510, "中控黑屏 Screen Stays Black", "product_electronics_and_software",
     "portal", "closed", 15, 12, {"liable": "manufacturer", "solution": "升级软件。", **_DONE}),
    ("TJ01", 3, 2, "保养后漏油 Oil Leak after Maintenance", "service_fault_not_repaired",
     "phone", "analyse", 20, None, {"liable": "dealer"}),
    ("TJ01", 6, 390, "积分未到账 Points Missing", "club_points_and_benefits", "portal",
     "closed", 44, 5, {"liable": "dealer", "solution": "补记积分。",
                       "compensation_kind": "points", "compensation_amount": 50, **_DONE}),
    ("QD01", 1, 12, "救援来得太晚 Rescue Came Late", "club_rescue_came_late", "phone",
     "call_back", 9, 9, {"liable": "dealer", "solution": "减免拖车费，道歉。", "cost": 400}),
)  # fmt: skip


class ComplaintLoader:
    def __init__(self, tickets):
        self.tickets = tickets
        self.env = tickets.env
        self.now = fields.Datetime.now()
        self.team = self.env.ref("crm_dealer_club.team_complaint")

    def load(self):
        """Create the complaints as they are now, without telling anybody."""
        made = self.tickets
        for row in _ROWS:
            made |= self._complaint(row)
        made._log_complaints()
        made._flag_repeats()
        return made

    def _complaint(self, row):
        dealer_code, place, hours, title, cause, source, step, *times, more = row
        dealer = self.env.ref(f"crm_dealer_grading.dealer_{dealer_code.lower()}")
        vehicle = self._vehicle(dealer, place)
        begin = self.now - timedelta(hours=hours)
        return self.tickets.create(
            {
                "name": title,
                "description": title,
                "team_id": self.team.id,
                "stage_id": self.env.ref(f"crm_dealer_club.stage_complaint_{step}").id,
                "partner_id": vehicle.partner_id.id,
                "partner_name": vehicle.partner_id.name,
                "partner_email": vehicle.partner_id.email,
                "partner_phone": vehicle.partner_id.phone,
                "vehicle_id": vehicle.id,
                "channel_id": self.env.ref(f"crm_dealer_club.channel_{source}").id,
                "category_id": cause and self.env.ref(f"crm_dealer_club.cause_{cause}").id,
                "date_received": begin,
                **self._people(dealer_code, step),
                **self._times(begin, step, *times),
                **self._money(more),
            }
        )

    def _vehicle(self, dealer, place):
        vehicles = self.env["crm.vehicle"].search(
            [("dealer_id", "=", dealer.id), ("partner_id", "!=", False)], order="id", limit=place
        )
        return vehicles[-1:]

    def _people(self, dealer_code, step):
        advisor = self.env.ref(f"crm_dealer_grading.user_{dealer_code.lower()}_advisor", False)
        caller = self.env.ref("crm_dealer_grading.user_callcentre")
        return {
            "user_id": advisor.id if advisor and step != "receive" else False,
            "call_back_user_id": caller.id if step == "closed" else False,
        }

    def _times(self, begin, step, answer, solution):
        solved = solution and begin + timedelta(hours=solution)
        answered = answer and begin + timedelta(minutes=answer)
        caller = self.env.ref("crm_dealer_grading.user_callcentre")
        closed = solved + timedelta(hours=20) if step == "closed" else False
        return {
            "date_answered": answered or False,
            "answered_by_id": caller.id if answered else False,
            "date_solved": solved or False,
            "solution_missed": bool(solution) and solution > 24,
            "call_back_date": closed,
            "closed_date": closed,
        }

    def _money(self, more):
        """Amounts are in yuan; what is solved was approved."""
        values = dict(more)
        cny = self.env.company.currency_id.name == "CNY"
        for name in ("cost", "compensation_amount"):
            if values.get(name) and not cny:
                values[name] = round(values[name] / 7)
        if values.get("solution") and values.get("compensation_amount"):
            values["compensation_approved_by_id"] = self.env.ref("crm_dealer_grading.user_oem").id
            values["compensation_approved_on"] = self.now
        return values


def load(tickets):
    """Create the complaints; ``tickets`` may write what the steps own."""
    quiet = {
        "tracking_disable": True,
        "mail_create_nolog": True,
        "mail_create_nosubscribe": True,
        "mail_activity_automation_skip": True,
    }
    ComplaintLoader(tickets.with_context(**quiet)).load()
