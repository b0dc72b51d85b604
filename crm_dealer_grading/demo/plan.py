"""The story of the demo network as plain data: same seed and same day, same story."""

from random import Random

from .contacts import Telephone
from .leads import Showroom
from .people import People
from .sales import Counter
from .standing import Acquaintance
from .vehicles import Garage
from .visits import Workshop

SEED = 20


def build(today, seed=SEED):
    """Return the demo network as lists of dictionaries that name each other by their keys.

    A pure function: nothing is read but the arguments, nothing is written.

    :param datetime.date today: the day that all dates are relative to
    :param int seed: another one tells another story
    :return: ``{"customers", "contacts", "vehicles", "visits", "orders", "leads",
        "contact_log", "contact_plans", "standing", "said"}``; amounts in
        yuan without tax (vehicle prices with tax), moments in UTC, mileages in km
    """

    def rng(part):
        # One stream for each part: a change in one does not turn the others upside down.
        return Random(f"{seed} {part}")

    crowd = People(rng("people"), today)
    customers, contacts = crowd.draw()
    vehicles = Garage(rng("vehicles"), today, customers).draw()
    visits = Workshop(rng("visits"), today, vehicles).draw()
    orders = Counter(rng("orders"), today, customers, vehicles, visits).draw()
    leads = Showroom(rng("leads"), today, crowd, vehicles, orders).draw()
    contact_log, contact_plans = Telephone(rng("contacts"), today, customers).draw()
    standing, said = Acquaintance(rng("standing"), today, customers, visits).draw()
    return {
        "contact_log": contact_log,
        "contact_plans": contact_plans,
        "standing": standing,
        "said": said,
        "customers": customers,
        "contacts": contacts,
        "vehicles": vehicles,
        "visits": visits,
        "orders": orders,
        "leads": leads,
    }
