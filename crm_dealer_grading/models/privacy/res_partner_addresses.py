from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize_all

# Fields that hold an address in its one form; others as somebody typed it.
_NORMALISED = {"email_normalized", "phone_sanitized", "phone_key"}
_END_OF_PHONE = 7  # what is the same, however a number is written


class ResPartner(models.Model):
    """Rows that name nobody by key, and hold an address of a person all the same (P4)."""

    _inherit = "res.partner"

    def _privacy_addresses(self):
        """Return the phones and e-mails of these people, in their one form."""
        phones = [phone for phone in self.mapped("phone_sanitized") if phone]
        emails = [email for email in self.mapped("email_normalized") if email]
        return phones, emails

    @api.model
    def _privacy_phone_forms(self, number):
        """The forms that ``number`` may be kept in: read in the company's country and in China."""
        countries = self.env.company.country_id | self.env.ref("base.cn")
        return {self._phone_format(number=number, country=country) for country in countries} - {
            False,
            None,
        }

    def _privacy_by_address(self, kind):
        """Rows of ``kind`` without a key that hold a phone or an e-mail of these people.

        A family shares a phone: whose the rows of it are, somebody has to look.

        :return: ``(theirs, shared)``; another contact has an address of each ``shared`` row
        """
        model = self.env[kind.model].sudo().with_context(active_test=False)
        domain = self._privacy_domain_of_addresses(model, kind)
        if domain.is_false():
            return model, model
        unnamed = Domain.AND(Domain(name, "=", False) for name in kind.by)
        held = {row: self._privacy_held(row, kind) for row in model.search(unnamed & domain)}
        phones, emails = self._privacy_addresses()
        held = {row: found for row, found in held.items() if found & {*phones, *emails}}
        others = self._privacy_of_others(set().union(*held.values()))
        rows = model.union(*held)
        shared = rows.filtered(lambda row: held[row] & others)
        return rows - shared, shared

    def _privacy_domain_of_addresses(self, model, kind):
        """Rows that may hold an address; as typed it is found by a part of it."""
        phones, emails = self._privacy_addresses()
        parts = []
        for names, values, typed in (
            (kind.emails, emails, _typed_email),
            (kind.phones, phones, _typed_phone),
        ):
            for name in self._privacy_there(model, names):
                if name in _NORMALISED:
                    parts.append(Domain(name, "in", values))
                else:
                    parts += [typed(name, value) for value in values]
        return Domain.OR(part for part in parts)

    @api.model
    def _privacy_there(self, model, names):
        """Fields that the installed addons have."""
        return [name for name in names if name in model._fields]

    @api.model
    def _privacy_held(self, row, kind):
        """All phones and e-mails of a row, in the forms that contacts have them in."""
        held = set()
        for name in self._privacy_there(row, kind.emails):
            held |= {*email_normalize_all(row[name] or "")}
        for name in self._privacy_there(row, kind.phones):
            held |= self._privacy_phone_forms(row[name] or "")
        return held

    def _privacy_of_others(self, addresses):
        """Those of ``addresses`` that a contact has who is none of these people."""
        if not addresses:
            return set()
        others = self.sudo().with_context(active_test=False).search(
            Domain("id", "not in", self.ids)
            & (
                Domain("phone_sanitized", "in", addresses)
                | Domain("email_normalized", "in", addresses)
            )
        )  # fmt: skip
        phones, emails = others._privacy_addresses()
        return addresses & {*phones, *emails}

    def _privacy_found_shared(self):
        """Yield ``(kind, rows)`` that the erasure leaves alone: another contact has the address."""
        for kind in self._privacy_kinds():
            if kind.model in self.env and (kind.emails or kind.phones):
                yield kind, self._privacy_by_address(kind)[1]


def _typed_email(name, email):
    return Domain(name, "ilike", email)


def _typed_phone(name, phone):
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "regexp_replace(%s, '[^0-9]', '', 'g') LIKE %s",
            SQL.identifier(alias, name),
            f"%{phone[-_END_OF_PHONE:]}",
        )
    )
