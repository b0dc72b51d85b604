"""One text for one meaning: JSON whose bytes depend on its content alone, and its hash (S9)."""

import hashlib
import json
from decimal import ROUND_HALF_UP, Context, Decimal

_STEP = Decimal("0.000001")
_ANY = Context(prec=400)  # figures of the greatest float


def canonical(data):
    """JSON with sorted keys, no spaces. Numbers are whole ones or texts, keys texts: no floats.

    >>> canonical({"b": 1, "a": [None, "x"]})
    '{"a":[null,"x"],"b":1}'
    >>> canonical(0.5)
    Traceback (most recent call last):
    TypeError: 0.5: give decimals as text
    >>> canonical({1: "a"})
    Traceback (most recent call last):
    TypeError: 1: give keys as text
    """
    _refuse_ambiguous(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*texts):
    """SHA-256 over texts, each with its length, as 64 hexadecimal figures.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    total = hashlib.sha256()
    for text in texts:
        data = text.encode()
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


def decimal_text(number):
    """A float as decimal text of at most six places; None stays None.

    >>> decimal_text(0.1 + 0.2), decimal_text(90.0), decimal_text(None), decimal_text(-0.0)
    ('0.3', '90', None, '0')
    """
    if number is None:
        return None
    text = f"{Decimal(repr(float(number))).quantize(_STEP, ROUND_HALF_UP, _ANY):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _refuse_ambiguous(data):
    """Two contents would have one text: 1 and "1" as keys; or one content two: floats."""
    if isinstance(data, float):
        raise TypeError(f"{data}: give decimals as text")
    if isinstance(data, dict):
        for key in data:
            if not isinstance(key, str):
                raise TypeError(f"{key}: give keys as text")
        data = list(data.values())
    if isinstance(data, list | tuple):
        for part in data:
            _refuse_ambiguous(part)
