"""Number plates, without ORM (C4). Chinese ones have a kind; any other text is allowed."""

import re
import unicodedata

ORDINARY = "ordinary"
NEW_ENERGY = "new_energy"
OTHER = "other"

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Z"
_ORDINARY = re.compile(rf"[{_PROVINCES}][A-Z][{_LETTER}0-9]{{5}}")
# Small cars carry the letter of their drive first, large ones last.
_NEW_ENERGY = re.compile(
    rf"[{_PROVINCES}][A-Z](?:[A-HJK][{_LETTER}0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)


def normalise(text):
    """Return ``text`` in half-width capitals without spaces, dots, dashes or other marks."""
    text = unicodedata.normalize("NFKC", text or "").upper()
    text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text if char.isalnum())


def kind(plate):
    """Return ORDINARY, NEW_ENERGY or OTHER for a normalised ``plate``."""
    if _ORDINARY.fullmatch(plate):
        return ORDINARY
    if _NEW_ENERGY.fullmatch(plate):
        return NEW_ENERGY
    return OTHER


def mask(plate):
    """Return a ``plate`` that only its owner recognises: 沪A88821 becomes 沪A·8**21."""
    text = normalise(plate)
    if len(text) < 6:
        return "*" * max(len(text) - 2, 0) + text[-2:] if len(text) > 3 else "*" * len(text)
    return f"{text[:2]}·{text[2]}{'*' * (len(text) - 5)}{text[-2:]}"
