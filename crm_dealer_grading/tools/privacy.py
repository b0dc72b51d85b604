"""What is kept of a person, said once: for the file of a person and for its erasure (P4)."""

import html
import json
import re
from dataclasses import dataclass
from datetime import date, datetime

# How erased words read in what stays.
GONE = "***"
_SHORTEST = 2  # one letter would be found in every word
_SHORTEST_NUMBER = 7  # fewer digits are a room, a house or a part of any other number


@dataclass(frozen=True)
class Kind:
    """One kind of records about persons.

    :param key: names the section in the file, and in overrides
    :param model: name of the model; a kind whose model is not installed is left out
    :param by: fields that lead to the person, dotted where it takes a step; any of them counts
    :param names: fields told in the file; none: the kind is erased, but not told of
    :param fate: ``anonymise`` (rows stay without the person), ``delete``, or ``keep`` (by law:
        stays with its wording, but for the person's name and other marks)
    :param clear: fields that are emptied with the erasure, whatever they say
    :param own: whether it is in the person's own download, too; the rest tells of colleagues' work
    :param whole: told to a contact of a company as well, when it is about the contact
    :param section: method of ``res.partner`` that gives the section where names are not enough
    :param also: method of ``res.partner`` that gives a domain of rows that name nobody by key
    :param emails: fields that hold an e-mail address, of rows whose ``by`` is empty
    :param phones: the same, of phones
    :param why: method of ``res.partner`` that says why it is kept
    """

    key: str
    model: str
    by: tuple = ("partner_id",)
    names: tuple = ()
    fate: str = "anonymise"
    clear: tuple = ()
    own: bool = False
    whole: bool = False
    section: str = ""
    also: str = ""
    emails: tuple = ()
    phones: tuple = ()
    why: str = ""


def words_pattern(words):
    """A regular expression of PostgreSQL that finds any of ``words``, longest first, or None.

    A Latin word is found as a whole only: Li is not found in “delivery”, but in “Li先生”. So are
    digits beside letters; short numbers alone are left out.
    """
    found = {str(word).strip() for word in words if word}
    found |= {html.escape(word) for word in found} | {json.dumps(word)[1:-1] for word in found}
    long = sorted((w for w in found if _is_telling(w)), key=lambda w: (-len(w), w))
    return "|".join(map(_word_pattern, long)) or None


def _is_telling(word):
    letters = any(char.isalpha() for char in word)
    return len(word) >= (_SHORTEST if letters else _SHORTEST_NUMBER)


def _word_pattern(word):
    pattern = re.sub(r"([^\w\s])", r"\\\1", word)
    if any(char.isalpha() for char in word):
        if word[0].isdigit():
            pattern = "(?<![0-9])" + pattern
        if word[-1].isdigit():
            pattern += "(?![0-9])"
    if re.match("[A-Za-z]", word):
        pattern = "(?<![A-Za-z])" + pattern
    if re.search("[A-Za-z]$", word):
        pattern += "(?![A-Za-z])"
    return pattern


def readable(value):
    """A value of a file as people read it: no seconds, no zone, nothing for what is not known."""
    if value is None or value is False:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return "✓" if value is True else value


def as_json(sections):
    """The sections of a file, for machines."""

    def plain(value):
        if isinstance(value, date | datetime):
            return value.isoformat()
        return str(value)

    return json.dumps(sections, ensure_ascii=False, indent=2, default=plain)
