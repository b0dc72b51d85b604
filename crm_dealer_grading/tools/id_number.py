"""Numbers of identity papers: how they are compared, shown and checked, without ORM (C1, P4)."""

import datetime
import unicodedata

from stdnum.cn import ric

MASK = "*"
_SHOWN = 4
# A shorter number would show most of itself.
_SHORTEST_SHOWN = 3 * _SHOWN


def normalise(text):
    """Return ``text`` in half-width capitals without spaces and dashes."""
    text = unicodedata.normalize("NFKC", text or "").upper()
    text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text if char.isalnum() or char == MASK)


def mask(number):
    """Return ``number`` with all but its first and last four characters hidden."""
    if len(number) < _SHORTEST_SHOWN:
        return MASK * len(number)
    return number[:_SHOWN] + MASK * (len(number) - 2 * _SHOWN) + number[-_SHOWN:]


def is_valid_resident(number):
    """Tell whether ``number`` has the form, date and check digit of a resident identity card.

    The place code is not checked: the lists of places change over the years.
    """
    if len(number) != 18 or not (number[:-1].isascii() and number[:-1].isdigit()):
        return False
    try:
        datetime.datetime.strptime(number[6:14], "%Y%m%d")
    except ValueError:
        return False
    return number[-1] == ric.calc_check_digit(number)
