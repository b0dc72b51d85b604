"""What came with a request, made into values or refused (M10).

Whatever is no text, not in range or not among the choices ends in 400; nothing unparsed goes on.
"""

from datetime import date, datetime

from werkzeug.exceptions import BadRequest

_MOST = 2**31 - 1
_LONGEST_NUMBER = 12


def text(value, longest, lines=False):
    """Return the text without blanks around it, "" for nothing."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise BadRequest
    if any(ord(char) < ord(" ") and not (lines and char in "\r\n\t") for char in value):
        raise BadRequest
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadRequest from error
    return value.strip()


def integer(value, low=0, high=_MOST):
    """Return an integer of plain digits; blanks and commas between them are forgiven."""
    digits = text(value, 2 * _LONGEST_NUMBER).replace(",", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER):
        raise BadRequest
    number = int(digits)
    if not low <= number <= high:
        raise BadRequest
    return number


def day(value, first, last):
    """Return the ISO date, which must lie in ``[first, last]``."""
    try:
        found = date.fromisoformat(text(value, 10))
    except ValueError as error:
        raise BadRequest from error
    if not first <= found <= last:
        raise BadRequest
    return found


def moment(value):
    """Return the ISO time (naive UTC, whole minutes)."""
    try:
        found = datetime.fromisoformat(text(value, 16))
    except ValueError as error:
        raise BadRequest from error
    if found.tzinfo or not datetime(2000, 1, 1) < found < datetime(2200, 1, 1):
        raise BadRequest
    return found


def choice(value, allowed):
    """Return the value, which must be one of ``allowed``."""
    found = text(value, 64)
    if found not in allowed:
        raise BadRequest
    return found
