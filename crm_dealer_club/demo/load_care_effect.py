"""What care did in the last months: messages, and who came; forecasts of the vehicles."""

from datetime import timedelta
from random import Random

from odoo import fields

# Rule, days before the due date, share of vehicles that are written to, and of visits that follow.
_RULES = (
    ("care_rule_inspection", 30, 0.16, 0.5),
    ("care_rule_maintenance_km", 14, 0.3, 0.85),
    ("care_rule_insurance", 30, 0.1, 0.25),
)
_FIRST, _LAST = 150, 35  # days ago
_CHANNELS = ("email", "sms", "activity")


class CareLoader:
    def __init__(self, env, today):
        self.env, self.today, self.rng = env, today, Random(26)

    def load(self):
        """Forecasts, the reminders of past months, and the effect of those that are over."""
        self.env.flush_all()
        self.env["crm.vehicle.forecast"]._refresh(self.today)
        visits = self._visits_by_vehicle()
        vehicles = self.env["crm.vehicle"].search(
            [("partner_id", "!=", False), ("dealer_id", "!=", False)], order="id"
        )
        rows = []
        for name, lead, share, followed in _RULES:
            rule = self.env.ref(f"crm_dealer_club.{name}")
            for vehicle in vehicles:
                if self.rng.random() < share:
                    moment = self._moment(visits.get(vehicle.id), followed)
                    rows.append(self._row(rule, vehicle, moment, lead))
        reminders = self.env["crm.care.reminder"]
        # Others' demo data may remind of the same.
        known = {self._key(line) for line in reminders.search([])}
        reminders.create([row for row in rows if self._row_key(row) not in known])
        self.env.flush_all()
        effects = self.env["crm.care.effect"]
        for rule, month in effects._due_months():
            effects._measure(rule, month)

    def _visits_by_vehicle(self):
        begin = fields.Datetime.now() - timedelta(_FIRST)
        visits = self.env["crm.service.visit"].search(
            [("date", ">=", begin), ("stage", "not in", ("booked", "cancelled"))], order="id"
        )
        return {vehicle.id: found for vehicle, found in visits.grouped("vehicle_id").items()}

    def _moment(self, visits, followed):
        """When the message went out: some days before a visit, or on any day."""
        ago = timedelta(self.rng.randrange(_LAST, _FIRST), hours=self.rng.randrange(1, 9))
        moment = fields.Datetime.now().replace(hour=9, minute=30, second=0) - ago
        if visits and self.rng.random() < followed:
            before = visits[0].date - timedelta(self.rng.randrange(2, 16))
            moment = min(before, moment + timedelta(_FIRST - _LAST))
        return moment

    def _key(self, line):
        return line.rule_id.id, line.vehicle_id.id, line.due_date

    def _row_key(self, row):
        return row["rule_id"], row["vehicle_id"], row["due_date"]

    def _row(self, rule, vehicle, moment, lead):
        return {
            "rule_id": rule.id,
            "partner_id": vehicle.partner_id.id,
            "vehicle_id": vehicle.id,
            "dealer_id": vehicle.dealer_id.id,
            "company_id": vehicle.company_id.id,
            "date": moment.date(),
            "date_sent": moment,
            "due_date": moment.date() + timedelta(lead),
            "state": "sent",
            "channel": self.rng.choice(_CHANNELS),
        }


def load(env, today=None):
    """Write the story; today in China is what the dates are relative to."""
    env = env(context={**env.context, "tracking_disable": True, "tz": "Asia/Shanghai"})
    CareLoader(env, today or fields.Date.context_today(env.user)).load()
