"""Numbers of club cards: digits with a check digit, so that a mistyped one is told (M1)."""

from stdnum import luhn

# Shorter ones are no card: plates, years, parts of phones.
_FEWEST = 8


def clean(text):
    """The number without what people type between the digits.

    >>> clean(" 8800 0000-017 "), clean(None)
    ('88000000017', '')
    """
    return "".join(char for char in (text or "") if char.isalnum()).upper()


def with_check_digit(digits):
    """Append the check digit.

    >>> with_check_digit("8800000001")
    '88000000016'
    """
    return digits + luhn.calc_check_digit(digits)


def is_mistyped(number):
    """Tell whether a cleaned number is none that the club has drawn.

    >>> is_mistyped("88000000016"), is_mistyped("88000000061"), is_mistyped("88A")
    (False, True, True)
    """
    return not (number.isascii() and number.isdigit() and luhn.is_valid(number))


def may_be_card(text):
    """Tell whether ``text`` may be a whole card number, own or from an earlier system.

    >>> may_be_card("88000000016"), may_be_card("沪A12345"), may_be_card("Li Wei")
    (True, False, False)
    """
    number = clean(text)
    return number.isascii() and number[-1:].isdigit() and len(number) >= _FEWEST
