import re
import unicodedata

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN

from ...tools import vin as vins
from ...tools.union import in_any, keys_of

ACCESS = "crm_dealer_grading.group_access"
_FEWEST_DIGITS = 3
# Most numbers of a country begin alike: an index by parts of words finds them by their ends.
_TELLING_DIGITS = 8
_INDEXED = ("complete_name", "customer_number", "email", "phone_sanitized")
# Many Chinese names have two signs, too few for an index by parts of words, which are of three.
# With each sign twice they have four, and stand in just those names that have the two. Of the
# names only those with other than Latin signs are indexed so.
_TWO_SIGNS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2}")
_TWICE = r"regexp_replace(%s, '(.)', '\1\1', 'g')"
_CHINESE = "octet_length(%s) <> char_length(%s)"


def _parts_of_words(registry):
    """The definition of an index by parts of words; none where PostgreSQL has no ``pg_trgm``."""
    if not registry.has_trigram:
        return ""
    folds = registry.has_unaccent == FunctionStatus.INDEXABLE
    columns = [registry.unaccent(name) if folds else name for name in _INDEXED]
    return f"USING gin ({', '.join(f'{column} gin_trgm_ops' for column in columns)})"


def _names_of_two_signs(registry):
    """The definition of an index by two signs in a row; none without ``pg_trgm``."""
    if not registry.has_trigram:
        return ""
    where = _CHINESE % ("complete_name", "complete_name")
    return f"USING gin ({_TWICE % 'complete_name'} gin_trgm_ops) WHERE {where}"


def has_two_signs(text):
    """Whether ``text`` is two Chinese signs, which stand together in names alone."""
    return bool(_TWO_SIGNS.fullmatch(text))


def _has_both(text):
    """The condition that the two signs of ``text`` stand together in the name."""

    def to_sql(model, alias, query):
        name = model._field_to_sql(alias, "complete_name", query)
        # Word by word what is indexed.
        return SQL(
            f"({_TWICE} LIKE %s AND {_CHINESE})",
            name, f"%{text[0] * 2}{text[1] * 2}%", name, name,
        )  # fmt: skip

    return to_sql


class ResPartner(models.Model):
    """The box above the customers: name, number, phone, e-mail, plate or VIN (C1, C4).

    Whoever telephones is found among a million by indexes.
    """

    _inherit = "res.partner"

    _typed_index = models.Index(_parts_of_words)
    _two_signs_index = models.Index(_names_of_two_signs)

    customer_search = fields.Char(
        string="Name, Number, Phone, Plate or VIN",
        store=False,
        search="_search_customer_search",
        groups=ACCESS,
    )

    @api.model
    def _search_customer_search(self, operator, value):
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        # sudo: the search that this is a part of shows the customers in the user's sight.
        everybody = self.sudo().with_context(active_test=False)
        typed = self._name_or_phone_domain(value)
        if not has_two_signs(value):
            typed |= Domain("email", "ilike", value) | Domain("customer_number", "ilike", value)
        # Whoever is a contact leads to the company; the user's rights hold for the contact.
        contacts = self._search(typed & Domain("parent_id", "!=", False))
        customer = "commercial_partner_id"
        found = [keys_of(everybody._search(typed)), keys_of(contacts, customer, self)]
        if (marks := vins.normalise(value)) and not has_two_signs(value):
            vehicles = self.env["crm.vehicle"]
            marked = vehicles._search(vehicles._marked(marks))
            found.append(keys_of(marked, customer, vehicles))
        return in_any(*found)

    @api.model
    def _name_or_phone_domain(self, text):
        """Contacts by a part of the name or, without letters, of the phone number.

        With letters it is a plate or a VIN, whose digits are found in many phone numbers.
        """
        if has_two_signs(text):
            return Domain.custom(to_sql=_has_both(text))
        domain = Domain("complete_name", "ilike", text)
        if not any(char.isalpha() for char in text):
            domain |= self._phone_domain(text)
        return domain

    @api.model
    def _phone_domain(self, text):
        """Contacts whose phone number has the digits of ``text``, however both are written."""
        # As Chinese keyboards write them, too.
        text = unicodedata.normalize("NFKC", text)
        digits = "".join(char for char in text if char.isdigit() or char == "+")
        if sum(char.isdigit() for char in digits) < _FEWEST_DIGITS:
            return Domain.FALSE

        def has_digits(written, indexed):
            end = f"%{digits[-_TELLING_DIGITS:]}%"
            return SQL("(%s ILIKE %s AND strpos(%s, %s) > 0)", indexed, end, written, digits)

        def to_sql(model, alias, query):
            phone = model._field_to_sql(alias, "phone", query)
            # Word by word the expression of the index that the phone module keeps.
            cleaned = SQL(
                "regexp_replace((%s::text), %s::text, ''::text, 'g'::text)",
                phone, PHONE_REGEX_PATTERN,
            )  # fmt: skip
            sanitized = model._field_to_sql(alias, "phone_sanitized", query)
            typed = has_digits(sanitized, model.env.registry.unaccent(sanitized))
            as_written = has_digits(cleaned, cleaned)
            return SQL("(%s OR (%s IS NOT NULL AND %s))", typed, phone, as_written)

        return Domain.custom(to_sql=to_sql)
