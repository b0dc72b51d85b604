from psycopg2.errors import ForeignKeyViolation

from odoo import models
from odoo.tools import SQL, mute_logger

_TALK = ("comment", "email", "email_outgoing", "auto_comment", "whatsapp_message")
_MESSAGE = {
    "subject": False, "body": False, "email_from": False, "reply_to": False,
    "incoming_email_to": False, "incoming_email_cc": False, "outgoing_email_to": False,
}  # fmt: skip
_TRACKED = {
    "old_value_char": False, "new_value_char": False,
    "old_value_text": False, "new_value_text": False,
}  # fmt: skip


class ResPartner(models.Model):
    """How rows go, with their messages and files (P4)."""

    _inherit = "res.partner"

    def _privacy_erase_kind(self, kind, ids, pattern, documents):
        """Erase these people from the rows ``ids`` of one kind."""
        model = self.env[kind.model]
        here = SQL("id IN %s", tuple(ids))
        if kind.fate == "delete":
            self._privacy_delete_files(kind.model, ids)
            self._privacy_delete_messages(
                SQL("model = %s AND res_id IN %s", kind.model, tuple(ids))
            )
            if kind.model == "mail.message":
                self._privacy_delete_messages(here)
            elif kind.model == "mail.mail":
                self._privacy_delete_mails(here)
            else:
                self._privacy_delete_rows(model, ids)
            return
        self._privacy_clear(model, ids, kind.clear)
        self._privacy_scrub(model, self._privacy_may_scrub(kind.model, here), pattern)
        said = SQL("model = %s AND res_id IN %s", kind.model, tuple(ids))
        if kind.fate == "anonymise":
            self._privacy_delete_files(kind.model, ids)
            self._privacy_delete_messages(said)
            self._privacy_delete_activities(kind.model, ids)
            return
        if kind.fate == "keep":
            self._privacy_silence(said)
            if documents == "delete":
                self._privacy_delete_files(kind.model, ids)
        self._privacy_scrub_talk(kind.model, ids, said, pattern)

    def _privacy_may_scrub(self, model, here):
        """Sealed documents stay as they are: a changed label would break the seal."""
        if model == "account.move":
            return SQL("%s AND inalterable_hash IS NULL", here)
        if model == "account.move.line":
            return SQL(
                """%s AND NOT EXISTS (SELECT FROM account_move m WHERE m.id = move_id
                                       AND m.inalterable_hash IS NOT NULL)""",
                here,
            )
        return here

    def _privacy_delete_rows(self, model, ids):
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(model._table), tuple(ids))
        )

    # -- Messages, activities, files ------------------------------------------------------------

    def _privacy_delete_messages(self, where):
        """Delete messages with what hangs on them: mails, notifications, tracked values, files."""
        rows = self.env.execute_query(SQL("SELECT id FROM mail_message WHERE %s", where))
        ids = tuple(row[0] for row in rows)
        if not ids:
            return
        files = self.env.execute_query(
            SQL("SELECT attachment_id FROM message_attachment_rel WHERE message_id IN %s", ids)
        )
        self._privacy_delete_attachments([row[0] for row in files])
        self.env.cr.execute(SQL("DELETE FROM mail_mail WHERE mail_message_id IN %s", ids))
        self.env.cr.execute(SQL("DELETE FROM mail_message WHERE id IN %s", ids))

    def _privacy_delete_mails(self, where):
        """Mails with their content, but for what is a note on a document as well."""
        letters = SQL(
            """id IN (SELECT mail_message_id FROM mail_mail
                       WHERE %s AND is_notification IS NOT TRUE)""",
            where,
        )
        self._privacy_delete_messages(letters)
        self.env.cr.execute(SQL("DELETE FROM mail_mail WHERE %s", where))

    def _privacy_silence(self, where):
        """What people wrote on documents that stay; what the ERP noted of them stays."""
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message SET body = '', subject = NULL
                    WHERE %s AND message_type IN %s""",
                where,
                _TALK,
            )
        )

    def _privacy_scrub_talk(self, model, ids, said, pattern):
        if not pattern:
            return
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_mail WHERE mail_message_id IN"
                " (SELECT id FROM mail_message WHERE %s)",
                said,
            )
        )
        self._privacy_scrub_columns("mail_message", _MESSAGE, said, pattern)
        tracked = SQL("mail_message_id IN (SELECT id FROM mail_message WHERE %s)", said)
        self._privacy_scrub_columns("mail_tracking_value", _TRACKED, tracked, pattern)
        todo = SQL("res_model = %s AND res_id IN %s", model, tuple(ids))
        columns = dict.fromkeys(("summary", "note", "feedback", "res_name"), False)
        self._privacy_scrub_columns("mail_activity", columns, todo, pattern)
        named = SQL("%s AND res_field IS NULL", todo)
        names = {"name": False, "description": False, "index_content": False}
        self._privacy_scrub_columns("ir_attachment", names, named, pattern)

    def _privacy_delete_activities(self, model, ids):
        """To-dos, and messages that wait to be sent."""
        for statement in (
            "DELETE FROM mail_activity WHERE res_model = %s AND res_id IN %s",
            "DELETE FROM mail_scheduled_message WHERE model = %s AND res_id IN %s",
        ):
            self.env.cr.execute(SQL(statement, model, tuple(ids)))

    def _privacy_delete_files(self, model, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM ir_attachment WHERE res_model = %s AND res_id IN %s",
                model,
                tuple(ids),
            )
        )
        self._privacy_delete_attachments([row[0] for row in rows])

    def _privacy_delete_attachments(self, ids):
        """Delete files, and let the ERP's cleaning take them off the disk.

        By SQL: audit trails refuse to let go of a file through the ORM.
        """
        if not ids:
            return
        rows = self.env.execute_query(
            SQL("DELETE FROM ir_attachment WHERE id IN %s RETURNING store_fname", tuple(ids))
        )
        for (name,) in rows:
            if name:
                self.env["ir.attachment"]._file_delete(name)

    # -- What is in no kind -----------------------------------------------------------------------

    def _privacy_before(self):
        """What has to be done while the people are still known; extend."""
        self._privacy_release_vehicles()
        self._privacy_forget_blacklists()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lead SET active = FALSE
                    WHERE delivered_on IS NULL AND partner_id IN %s""",
                tuple(self.ids),
            )
        )
        # sudo: files of this person that were made before.
        self.env["crm.privacy.file"].sudo().search([("partner_id", "in", self.ids)]).unlink()

    def _privacy_leave_to_company(self):
        """Vehicles that a contact holds for a company are the company's, with plate and history."""
        for table in ("crm_vehicle", "crm_vehicle_ownership"):
            self.env.cr.execute(
                SQL(
                    """UPDATE %s SET partner_id = commercial_partner_id WHERE partner_id IN %s
                          AND commercial_partner_id NOT IN %s""",
                    SQL.identifier(table),
                    tuple(self.ids),
                    tuple(self.ids),
                )
            )
        self.env.invalidate_all()

    def _privacy_release_vehicles(self):
        """Vehicles have no owner then; what was kept for the owner goes with the kind."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_vehicle SET partner_id = NULL, commercial_partner_id = NULL,
                          plate_kind = NULL, insurer_id = NULL, insurance_expiry = NULL,
                          purchase_price = NULL WHERE partner_id IN %s""",
                tuple(self.ids),
            )
        )

    def _privacy_forget_blacklists(self):
        """Refusals go with the last row of the address: without one nothing can be sent.

        Kept as a hash they would be personal data still, since numbers of phones can all be
        tried; and who imports the address again has to ask for a consent anyway. Refusals of
        an address that anything holds on to stay: another contact, or a row that somebody has
        to look at.
        """
        phones, emails = self._privacy_addresses()
        kept = self._privacy_of_others({*phones, *emails})
        for kind, rows in self._privacy_found_shared():
            kept |= set().union(*(self._privacy_held(row, kind) for row in rows))
        for table, column, values in (
            ("mail_blacklist", "email", emails),
            ("phone_blacklist", "number", phones),
        ):
            if alone := tuple(set(values) - kept):
                self._privacy_forget_blacklisted(table, column, alone)

    def _privacy_forget_blacklisted(self, table, column, values):
        model = table.replace("_", ".")
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE %s IN %s",
                SQL.identifier(table),
                SQL.identifier(column),
                values,
            )
        )
        if ids := tuple(row[0] for row in rows):
            self._privacy_delete_messages(SQL("model = %s AND res_id IN %s", model, ids))
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(table), ids))

    def _privacy_erase_rest(self, pattern):
        """The person's own file, whatever else points to it, and what is kept for a while only."""
        ids = tuple(self.ids)
        self._privacy_delete_files("res.partner", ids)
        self._privacy_delete_activities("res.partner", ids)
        self._privacy_delete_messages(SQL("model = 'res.partner' AND res_id IN %s", ids))
        self._privacy_delete_messages(SQL("author_id IN %s", ids))
        for statement in (
            "DELETE FROM mail_followers WHERE partner_id IN %s",
            "DELETE FROM mail_followers WHERE res_model = 'res.partner' AND res_id IN %s",
            "DELETE FROM mail_notification WHERE res_partner_id IN %s",
            """DELETE FROM mail_mail WHERE id IN (SELECT mail_mail_id
                   FROM mail_mail_res_partner_rel WHERE res_partner_id IN %s)""",
            """DELETE FROM ir_model_data WHERE model = 'res.partner' AND res_id IN %s
                  AND module IN ('__import__', '__export__')""",
            "UPDATE crm_protected_access SET reason = NULL WHERE partner_id IN %s",
        ):
            self.env.cr.execute(SQL(statement, ids))
        if not pattern:
            return
        talks = SQL(
            "id IN (SELECT channel_id FROM discuss_channel_member WHERE partner_id IN %s)", ids
        )
        self._privacy_scrub_columns("discuss_channel", {"name": False}, talks, pattern)
        for model in self.env.values():
            if model._auto and not model._abstract:
                self._privacy_erase_other(model, pattern)
        self.env.cr.execute(SQL("DELETE FROM bus_bus WHERE message::text ~* %s", pattern))

    def _privacy_erase_other(self, model, pattern):
        """Dialogs that tell of the person go; other rows that point to it lose its marks."""
        keys = [
            SQL.identifier(field.name)
            for field in model._fields.values()
            if field.type == "many2one" and field.comodel_name == "res.partner"
            if field.store and field.column_type
        ]
        pointing = [SQL("%s IN %s", key, tuple(self.ids)) for key in keys]
        if model._transient:
            self._privacy_erase_dialog(model, pointing, pattern)
        elif pointing and model._name not in (self._privacy_models() | {"crm.protected.access"}):
            self._privacy_scrub(model, SQL("(%s)", SQL(" OR ").join(pointing)), pattern)

    def _privacy_erase_dialog(self, model, pointing, pattern):
        columns = self._privacy_columns(model)
        tests = [
            *pointing,
            *(SQL("%s::text ~* %s", SQL.identifier(f.name), pattern) for f in columns),
        ]
        if not tests or model._name.startswith("crm.privacy.erase"):
            return
        here = SQL(" OR ").join(tests)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE %s", SQL.identifier(model._table), here)
                )
        except ForeignKeyViolation:
            # Something holds on to it: then it stays without the words.
            self._privacy_scrub(model, SQL("(%s)", here), pattern)
