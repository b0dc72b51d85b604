"""What is due, once more in plain Python over the records: slow, and easy to read."""

from calendar import isleap
from datetime import date, timedelta

import pytz


def days(date_from, date_to):
    return [date_from + timedelta(n) for n in range((date_to - date_from).days)]


def comes_back(day, year):
    """The day of a year on which ``day`` comes back."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


class DueOracle:
    """Asks every record whether it is due in ``[date_from, date_to)``, by the rule's trigger."""

    def __init__(self, rule, date_from, date_to, zone="UTC"):
        self.rule, self.window = rule, days(date_from, date_to)
        self.zone = pytz.timezone(zone)

    def due(self):
        return sorted(getattr(self, self.rule.trigger)(), key=str)

    # -- Subjects ----------------------------------------------------------------------------

    def _people(self):
        partners = self.rule.env["res.partner"].search([])
        return partners.filtered(lambda p: self._wanted(p) and p.commercial_partner_id.dealer_id)

    def _wanted(self, partner):
        customer = partner.commercial_partner_id
        return partner.active and customer.active and not customer.given_up_on

    def _vehicles(self):
        return self.rule.env["crm.vehicle"].search([]).filtered(
            lambda v: v.partner_id and self._wanted(v.partner_id)
        )  # fmt: skip

    def _booked(self, vehicle):
        return any(v.stage == "booked" and v.date.year > 2025 for v in vehicle.visit_ids)

    def _dates(self, day_of, booked=True):
        for vehicle in self._vehicles():
            day = day_of(vehicle)
            if day in self.window and (booked or not self._booked(vehicle)):
                yield vehicle.partner_id.id, vehicle.id, day

    # -- Triggers ----------------------------------------------------------------------------

    def insurance(self):
        return self._dates(lambda v: v.insurance_expiry)

    def inspection(self):
        return self._dates(lambda v: v.inspection_due)

    def first_service(self):
        return self._dates(lambda v: not v.first_service_done and v.first_service_due, booked=False)

    def maintenance_date(self):
        return self._dates(lambda v: v.next_service_date, booked=False)

    def _forecast(self, vehicle, name):
        row = self.rule.env["crm.vehicle.forecast"].search([("vehicle_id", "=", vehicle.id)])
        levels = ["high", "medium", "low"]
        known = row and levels.index(row.confidence) <= levels.index(self.rule.km_confidence)
        return known and row[name] or None

    def maintenance_km(self):
        def day_of(vehicle):
            day = self._forecast(vehicle, "service_date")
            by_date = vehicle.next_service_date
            return day if day and not (by_date and by_date <= day) else None

        return self._dates(day_of, booked=False)

    def warranty(self):
        def day_of(vehicle):
            ends = [vehicle.warranty_end, self._forecast(vehicle, "warranty_date")]
            return min(filter(None, ends), default=None)

        return self._dates(day_of)

    def lapse(self):
        def day_of(vehicle):
            came, owner = vehicle.last_visit_date, vehicle.partner_id
            if came:
                came = pytz.utc.localize(came).astimezone(self.zone).date()
            came = came or vehicle.delivery_date
            lines = vehicle.ownership_ids.filtered(lambda o: o.partner_id == owner)
            if not came or not any(line.date_from <= came for line in lines):
                return None
            return came + timedelta(self.rule.lapse_days)

        return self._dates(day_of, booked=False)

    def birthday(self):
        for person in self._people():
            born = person.birthdate_date
            for day in self.window:
                if born and not person.is_company and day.year > born.year:
                    if comes_back(born, day.year) == day:
                        yield person.id, None, day

    def anniversary(self):
        for vehicle in self._vehicles():
            lines, owner = vehicle.ownership_ids, vehicle.partner_id
            bought = vehicle.purchase_date or vehicle.delivery_date
            if lines.partner_id - owner:
                bought = min(o.date_from for o in lines if o.partner_id == owner)
            for day in self.window:
                if bought and day.year > bought.year and comes_back(bought, day.year) == day:
                    yield owner.id, vehicle.id, day

    def _everybody(self, wanted):
        customers = self._people().filtered(lambda p: p.commercial_partner_id == p)
        return [(p.id, None, day) for p in customers for day in self.window if wanted(day)]

    def _owners(self, wanted):
        owners = self._vehicles().partner_id
        return [(p.id, None, day) for p in owners for day in self.window if wanted(day)]

    def festival(self):
        month, day_ = self.rule.festival_id.month, self.rule.festival_id.day
        return self._everybody(lambda day: (day.month, day.day) == (month, day_))

    def season(self):
        month, day_ = self.rule.season_month, self.rule.season_day
        return self._owners(lambda day: day == comes_back(date(2024, month, day_), day.year))

    def alert(self):
        return self._owners(lambda day: day == self.rule.alert_date)
