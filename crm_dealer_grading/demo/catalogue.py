"""Models that the demo network sells, and the numbers a vehicle carries."""

from typing import NamedTuple

from ..tools import vin as vins


class Model(NamedTuple):
    """A model of the demo catalogue; ``price`` in yuan, taxes included."""

    title: str
    vin: str  # first eight characters
    price: int
    weight: int  # how often private customers buy it
    electric: bool = False


MODELS = {
    "polo": Model("Volkswagen Polo", "LSVPL42R", 99_900, 8),
    "lavida": Model("Volkswagen Lavida", "LSVLA21S", 129_900, 22),
    "passat": Model("Volkswagen Passat", "LSVPA63T", 199_900, 14),
    "tiguan": Model("Volkswagen Tiguan L", "LSVTG25N", 229_800, 17),
    "teramont": Model("Volkswagen Teramont", "LSVTE27K", 319_900, 6),
    "viloran": Model("Volkswagen Viloran", "LSVVR28M", 299_900, 3),
    "crafter": Model("Volkswagen Crafter", "LSVCR29V", 289_000, 0),
    "id3": Model("Volkswagen ID.3", "LSVED3AE", 149_900, 9, True),
    "id4": Model("Volkswagen ID.4 X", "LSVED4AE", 199_900, 8, True),
    "octavia": Model("Skoda Octavia", "LSVSK51B", 139_900, 5),
    "kodiaq": Model("Skoda Kodiaq", "LSVSK54D", 209_900, 3),
    "a7l": Model("Audi A7L", "LSVAU7LF", 429_000, 3),
    "q6": Model("Audi Q6", "LSVAU65G", 499_800, 2),
}
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 2010
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def make_vin(model, year, serial, wrong=False):
    """Return the VIN of a vehicle; ``wrong`` swaps the check digit as a typing error would."""
    head, tail = MODELS[model].vin, f"{_YEARS[(year - _FIRST_YEAR) % 30]}Z{serial:06d}"
    digit = vins.check_digit(f"{head}0{tail}")
    if wrong:
        digit = "5" if digit != "5" else "6"
    return f"{head}{digit}{tail}"


def make_plate(rng, prefix, electric, taken):
    """Return a plate of the town that nobody has: new-energy ones have one place more."""
    while True:
        if electric:
            tail = f"D{rng.choice(_LETTERS)}{rng.randrange(10_000):04d}"
        else:
            tail = list(f"{rng.randrange(10_000):04d}")
            tail.insert(rng.randrange(5), rng.choice(_LETTERS))
            tail = "".join(tail)
        plate = prefix + tail
        if plate not in taken:
            taken.add(plate)
            return plate
