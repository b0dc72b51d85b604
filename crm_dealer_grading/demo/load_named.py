"""Customers whom people named: the levels of the management class that nothing computes."""

from datetime import datetime, time, timedelta
from random import Random

from .catalogue import MODELS, make_plate, make_vin
from .load_base import Loader
from .load_customers import CustomerLoader
from .words import NAMED, PLACES

_FIRST_SERIAL = 970_101
_VISITS = (330, 190, 45)  # days ago
_YEAR = 365


class NamedLoader(Loader):
    """One customer of each region, with a vehicle that comes to the workshop."""

    def load(self, today):
        """Create customers, vehicles and visits; they are graded with all others."""
        rows = [self._row(number, *named[:-2], today) for number, named in enumerate(NAMED)]
        loader = CustomerLoader(self.env, {"customers": rows, "contacts": []})
        self.named = loader.load()
        for number, (customer, row) in enumerate(zip(self.named, rows, strict=True)):
            vehicle = self._vehicle(number, customer, row)
            self._visits(vehicle, row, today)

    def _row(self, number, name, dealer, facts, today):
        place = PLACES[dealer]
        since = today - timedelta(3000 + 31 * number)
        return {
            "name": name,
            "dealer": dealer,
            "seller": place.staff[0],
            "since": since,
            "number": f"CRM-{since:%Y%m}-0001",
            "phone": f"+86 139 0000 00{11 + number}",
            "email": f"named{number + 1:02d}@example.com",
            "street": f"{place.streets[0]}{88 + 8 * number}号",
            "zip": place.zip,
            "need": "clear",
            "channel": "outlet",
            "pattern": "active",
            "is_company": False,
            **facts,
        }

    def _vehicle(self, number, customer, row):
        model = "passat"
        delivery = row["since"] + timedelta(10)
        plates = {owner["plate"] for v in self.plan["vehicles"] for owner in v["owners"]}
        prefix = PLACES[row["dealer"]].plate
        return self.env["crm.vehicle"].create(
            {
                "vin": make_vin(model, delivery.year, _FIRST_SERIAL + 13 * number),
                "plate": make_plate(Random(number), prefix, MODELS[model].electric, plates),
                "model_id": self.ref(f"model_{model}"),
                "model_year": delivery.year,
                "color": "Black",
                "usage": row["usage"],
                "partner_id": customer.id,
                "purchase_date": delivery,
                "delivery_date": delivery,
                "purchase_channel": "dealer",
                "purchase_type": "new",
                "purchase_price": self.money(MODELS[model].price),
                "selling_dealer_id": self.dealer(row["dealer"]),
            }
        )

    def _visits(self, vehicle, row, today):
        self.env["crm.service.visit"].create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "dealer_id": self.dealer(row["dealer"]),
                    "user_id": self.ref(PLACES[row["dealer"]].staff[-1]),
                    "stage": "followed_up",
                    "visit_type": "maintenance",
                    "date": datetime.combine(day, time(2)),
                    "date_delivered": datetime.combine(day, time(5)),
                    "mileage": row["km_a_day"] * (day - row["since"]).days,
                    "labour_amount": self.money(420),
                    "parts_amount": self.money(980),
                }
                for day in (today - timedelta(days) for days in _VISITS)
            ]
        )

    def name_levels(self, today):
        """Give the levels; a year later they are looked at again."""
        scheme = self.env.ref("crm_dealer_grading.scheme_management")
        levels = {level.code: level for level in scheme.level_ids}
        self.env["crm.grading.manual"].create(
            [
                {
                    "partner_id": customer.id,
                    "scheme_id": scheme.id,
                    "level_id": levels[code].id,
                    "reason": reason,
                    "date_from": min(today, self.env.company._today_here()),
                    "date_until": today + timedelta(_YEAR),
                    "user_id": self.ref(PLACES[dealer].staff[1]),
                }
                for customer, (_name, dealer, _facts, code, reason) in zip(
                    self.named, NAMED, strict=True
                )
            ]
        )
