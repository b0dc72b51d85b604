"""Vehicle identification numbers (ISO 3779), without ORM (C4)."""

import re
import unicodedata

LENGTH = 17
_ALLOWED = re.compile(r"[A-HJ-NPR-Z0-9]+")
_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECK_POSITION = 8


def normalise(text):
    """Return ``text`` in half-width capitals without spaces, dashes or other marks."""
    text = unicodedata.normalize("NFKC", text or "").upper()
    text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text if char.isalnum())


def has_allowed_characters(vin):
    """Tell whether ``vin`` has only digits and Latin capitals other than I, O and Q."""
    return bool(_ALLOWED.fullmatch(vin))


def check_digit(vin):
    """Return the check digit (0-9 or X) that a well-formed ``vin`` should have at place 9."""
    total = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def has_valid_length(vin):
    return len(vin) == LENGTH


def has_valid_check_digit(vin):
    """Tell whether a ``vin`` of 17 allowed characters has the right check digit.

    Makers in Europe and elsewhere need not keep it, so it is advice only.
    """
    return vin[_CHECK_POSITION] == check_digit(vin)
