from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.privacy import GONE, words_pattern

KEEP, DELETE = "keep", "delete"


class ResPartner(models.Model):
    """The erasure of one person, in one transaction (P4).

    The row of the customer stays, without anything of the person: orders, visits and figures
    that hang on it stay right. What the ORM guards (append-only logs, filed applications) is
    written by SQL: no other way may change it, and nothing of it is told to followers.
    """

    _inherit = "res.partner"

    def _privacy_erase(self, reason, documents=KEEP):
        """Erase this person from all that the addons and the ERP keep.

        :param reason: why, for the log; no data of the person
        :param documents: whether files of orders and invoices ``keep`` or ``delete``
        :raise AccessError: for all but the manufacturer's managers
        :raise UserError: something is open, see ``_privacy_blocks``
        """
        self.ensure_one()
        self._check_may_keep_privacy()
        self.check_access("read")
        # Two who erase at once meet here: the second one begins anew, and finds it done.
        self.env.cr.execute(SQL("SELECT id FROM res_partner WHERE id = %s FOR UPDATE", self.id))
        self.env.flush_all()
        self.env.invalidate_all()
        people = self._privacy_people()
        if blocks := people._privacy_blocks():
            raise UserError("\n".join(blocks))
        log_name, log_email = people._privacy_log_names(self)
        pattern = words_pattern(people._privacy_words())
        people._privacy_leave_to_company()
        found = [(kind, records.ids) for kind, records in people._privacy_found()]
        people._privacy_before()
        for kind, ids in found:
            if ids and kind.model != "res.partner":
                people._privacy_erase_kind(kind, ids, pattern, documents)
        people._privacy_erase_rest(pattern)
        people._privacy_erase_people()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._privacy_note(log_name, log_email, reason, found)

    @api.model
    def _privacy_note(self, name, email, reason, found):
        """What stays of it: the ERP's entry without the person, and a row of the log."""
        lines = [
            f"{self._privacy_title(kind)} ({len(ids)})" for kind, ids in found if ids and kind.model
        ]
        # sudo: nobody may write these by hand; the right to erase has been checked.
        self.env["privacy.log"].sudo().create(
            {
                "anonymized_name": name,
                "anonymized_email": email,
                "user_id": self.env.uid,
                "execution_details": self.env._("Erased customer #%s", self.id),
                "records_description": "\n".join(lines),
                "additional_note": reason,
            }
        )
        self.env["crm.protected.access"]._log(
            self, "*", reason, kind="erasure", count=sum(len(ids) for _kind, ids in found)
        )

    def _privacy_log_names(self, person):
        """Name and e-mail for the ERP's log, which makes initials and stars of them."""
        person = person.sudo()
        return person.name or GONE, person.email_normalized or ""

    # -- What identifies ------------------------------------------------------------------------

    def _privacy_words(self):
        """All that people may have written of these people; extend. As superuser."""
        words = set()
        for person in self:
            words |= {person.name, person.email, person.email_normalized, person.customer_number}
            words |= {person.street, person.vat}
            words |= {person.complete_name, person._id_number_plain_or_none()}
            words |= self._privacy_phone_writings(person.phone, person.phone_sanitized)
        users = self.env["res.users"].with_context(active_test=False)
        words |= set(users.search([("partner_id", "in", self.ids)]).mapped("login"))
        lines = self.env["crm.vehicle.ownership"].search([("partner_id", "in", self.ids)])
        words |= {*lines.mapped("plate")}
        vehicles = self.env["crm.vehicle"].with_context(active_test=False)
        words |= {*vehicles.search([("partner_id", "in", self.ids)]).mapped("plate")}
        words |= {word for word in lines.vehicle_id.mapped("vin")}
        return {word for word in words if word}

    @api.model
    def _privacy_phone_writings(self, phone, sanitized):
        """A phone as it was typed, in its one form, and without the country."""
        words = {phone, sanitized}
        if sanitized:
            digits = sanitized.lstrip("+")
            country = self.env.company.country_id.phone_code
            national = digits.removeprefix(str(country)) if country else digits
            words |= {digits, national} if len(national) >= 7 else {digits}
        return words

    # -- The row of the customer ------------------------------------------------------------------

    @api.model
    def _privacy_person_fields(self):
        """Fields of ``res.partner`` that are no text and still tell of a person; extend."""
        return [
            "birthdate_date", "gender", "id_type", "height_cm", "weight_kg", "blood_type",
            "education", "state_id", "country_id", "partner_latitude", "partner_longitude",
            "referred_by_id", "founding_date", "company_size", "date_localization", "title",
        ]  # fmt: skip

    def _privacy_erase_people(self):
        """Empty the rows of these people, and what signs them in."""
        self._privacy_erase_users()
        columns = {field.name for field in self._privacy_columns(self)} | {
            name
            for name in self._privacy_person_fields()
            if name in self._fields and self._fields[name].store and self._fields[name].column_type
        }
        columns -= {"name", "complete_name", "lang", "tz", "type", "company_type"}
        today = fields.Date.context_today(self)
        for person in self:
            name = self.env._("Erased Customer %s", person.id)
            self.env.cr.execute(
                SQL(
                    # Browsers keep a picture until the row is written.
                    """UPDATE res_partner SET name = %s, complete_name = %s, active = FALSE,
                              privacy_erased_on = %s, write_date = %s, %s WHERE id = %s""",
                    name,
                    name,
                    today,
                    self.env.cr.now(),
                    SQL(", ").join(SQL("%s = NULL", SQL.identifier(c)) for c in sorted(columns)),
                    person.id,
                )
            )
        rel = self._fields["category_id"]
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s IN %s",
                SQL.identifier(rel.relation),
                SQL.identifier(rel.column1),
                tuple(self.ids),
            )
        )

    def _privacy_erase_users(self):
        """Portal users cannot sign in any more, and their login tells nobody.

        By SQL: the ERP mails a user whose login changes.
        """
        users = self.env["res.users"].with_context(active_test=False)
        users = users.search([("partner_id", "in", self.ids)])
        if not users:
            return
        ids = tuple(users.ids)
        for table in ("res_users_apikeys", "res_device_log", "auth_totp_device"):
            if self._privacy_has_table(table):
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE user_id IN %s", SQL.identifier(table), ids)
                )
        self.env.cr.execute(
            SQL("DELETE FROM mail_push_device WHERE partner_id IN %s", tuple(self.ids))
        )
        self.env.cr.execute(
            SQL(
                """UPDATE res_users SET active = FALSE, login = 'erased-' || id, password = NULL,
                          signature = NULL, out_of_office_message = NULL WHERE id IN %s""",
                ids,
            )
        )
