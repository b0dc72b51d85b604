from odoo import api, fields, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN

from ...tools.union import in_any, keys_of

ACCESS = "crm_dealer_grading.group_access"
_FEWEST_DIGITS = 3
_INDEXED = ("complete_name", "customer_number", "email", "phone_sanitized")


def _parts_of_words(registry):
    """The definition of an index by parts of words; none where PostgreSQL has no ``pg_trgm``."""
    if not registry.has_trigram:
        return ""
    folds = registry.has_unaccent == FunctionStatus.INDEXABLE
    columns = [registry.unaccent(name) if folds else name for name in _INDEXED]
    return f"USING gin ({', '.join(f'{column} gin_trgm_ops' for column in columns)})"


class ResPartner(models.Model):
    """The box above the customers: name, number, phone, e-mail, plate or VIN (C1, C4).

    Whoever telephones is found among a million by indexes.
    """

    _inherit = "res.partner"

    _typed_index = models.Index(_parts_of_words)

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
        typed |= Domain("email", "ilike", value) | Domain("customer_number", "ilike", value)
        vehicles = self.env["crm.vehicle"]._search([("display_name", "ilike", value)])
        return in_any(
            keys_of(everybody._search(typed)), keys_of(vehicles, "commercial_partner_id")
        )

    @api.model
    def _name_or_phone_domain(self, text):
        """Contacts by a part of the name or, without letters, of the phone number.

        With letters it is a plate or a VIN, whose digits are found in many phone numbers.
        """
        domain = Domain("complete_name", "ilike", text)
        if not any(char.isalpha() for char in text):
            domain |= self._phone_domain(text)
        return domain

    @api.model
    def _phone_domain(self, text):
        """Contacts whose phone number has the digits of ``text``, however both are written."""
        digits = "".join(char for char in text if char.isdigit() or char == "+")
        if sum(char.isdigit() for char in digits) < _FEWEST_DIGITS:
            return Domain.FALSE

        def as_written(model, alias, query):
            # Word by word the expression of the index that the phone module keeps.
            phone = model._field_to_sql(alias, "phone", query)
            return SQL(
                "(%s IS NOT NULL AND regexp_replace((%s::text), %s::text, ''::text, 'g'::text)"
                " ILIKE %s)",
                phone,
                phone,
                PHONE_REGEX_PATTERN,
                f"%{digits}%",
            )

        return Domain("phone_sanitized", "ilike", digits) | Domain.custom(to_sql=as_written)
