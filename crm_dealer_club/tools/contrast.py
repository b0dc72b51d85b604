"""Whether text can be read on a colour, as the web accessibility guidelines (WCAG 2) count it."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
READABLE = 4.5


def is_colour(text):
    """Tell whether ``text`` is a colour such as ``#1e3a6e``.

    >>> is_colour("#1e3a6e"), is_colour("red"), is_colour("#1e3a6e;x"), is_colour(False)
    (True, False, False, False)
    """
    return bool(HEX.match(text or ""))


def _luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)
