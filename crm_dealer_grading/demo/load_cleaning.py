"""What careless hands left in the demo network: customers entered twice, faulty values."""

from dateutil.relativedelta import relativedelta

from .load_base import Loader

# Who was entered twice by the same dealer, and what of the first entry the second one has.
_TWICE = 4
_FAULTS = (
    {"phone": "+86 138 0000"},
    {"email": "li.na@example"},
    {"birthdate_date": "1890-05-01"},
    {"phone": "无"},
)
_MONTHS = 3  # told so far, this one included; there was more to clean before
_FAULTY_VEHICLES = ({"plate": "临A12"}, {"plate": "未上牌"})


class CleaningLoader(Loader):
    """Duplicates and faults, and the lists that show them."""

    def load(self, today):
        """Spoil some of what was loaded, then search for it."""
        persons = self.customers.filtered(lambda customer: not customer.is_company)
        # Spread over the dealers, the same ones on every run.
        twice = persons[5 :: len(persons) // _TWICE][:_TWICE]
        self.create_all(
            "res.partner",
            [self._again(customer, number) for number, customer in enumerate(twice)],
        )
        faulty = persons[9 :: len(persons) // len(_FAULTS)]
        for customer, vals in zip(faulty, _FAULTS, strict=False):
            customer.write(vals)
        vehicles = self.env["crm.vehicle"].search([("plate", "!=", False)], order="id")
        step = len(vehicles) // len(_FAULTY_VEHICLES)
        for vehicle, vals in zip(vehicles[3::step], _FAULTY_VEHICLES, strict=False):
            vehicle.write(vals)
        self.env["crm.duplicate.candidate"]._refresh()
        self.env["crm.suspicious.data"]._refresh()
        self._tell(today)

    def _tell(self, today):
        """The monthly lists: those of the past months, then this one with its to-dos."""
        lists = self.env["crm.cleaning.list"]
        dealers = self.env["crm.dealer"].search([])
        lists.create(
            [
                {
                    "dealer_id": dealer.id,
                    "month": today.replace(day=1) - relativedelta(months=ago),
                    "duplicate_count": pairs + ago,
                    "suspicious_count": faults + 2 * ago,
                }
                for ago in range(1, _MONTHS)
                for dealer in dealers
                for pairs, faults in [lists._count(dealer)[dealer.id]]
            ]
        )
        lists._tell_managers(lambda *_args, **_remaining: True)

    def _again(self, customer, number):
        """The same person as another colleague wrote it down: the phone without signs."""
        digits = "".join(char for char in customer.phone if char.isdigit())
        vals = {
            "name": customer.name if number % 2 else f"{customer.name[:1]}先生",
            "phone": digits.removeprefix("86"),
            "dealer_id": customer.dealer_id.id,
            "country_id": customer.country_id.id,
            "need_state": "unclear",
        }
        if number % 2:
            vals["email"] = customer.email.upper()
        return vals
