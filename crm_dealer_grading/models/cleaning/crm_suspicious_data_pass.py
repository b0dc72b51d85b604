"""What only Python can tell, in batches and only where a value is new (C3)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import crypto
from ...tools.id_number import is_valid_resident, normalise
from .crm_duplicate_candidate_sql import PERSON
from .crm_suspicious_data_sql import PHONE_PRINT, UNSANITISED

_BATCH = 1000


class CrmSuspiciousData(models.Model):
    _inherit = "crm.suspicious.data"

    @api.model
    def _sanitise_phones(self, progress=None, batch=_BATCH):
        """Let the ERP read again what it made no number of, once for each value.

        What stays unread comes on the list with its value, so that it is not read again; a
        killed run goes on where its last batch was committed.

        :param progress: called with the number done after each batch, returns the seconds left
        :return: whether all was done
        """
        self._flush_judged()
        partner_ids = self._new_phones(0, batch)
        while partner_ids:
            partners = self.env["res.partner"].browse(partner_ids)
            self.env.add_to_compute(partners._fields["phone_sanitized"], partners)
            ids = tuple(partner_ids)
            found = self._judge_phones(SQL("AND p.id IN %s", ids))
            self._store(found, ("phone",), SQL("AND s.partner_id IN %s", ids))
            if progress and not progress(len(partner_ids)):
                return False
            partner_ids = self._new_phones(partner_ids[-1], batch)
        return True

    @api.model
    def _new_phones(self, after, batch):
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE %s AND %s AND p.id > %s AND NOT EXISTS (
                          SELECT FROM crm_suspicious_data s WHERE s.partner_id = p.id
                             AND s.kind = 'phone' AND s.fingerprint = %s)
                    ORDER BY p.id LIMIT %s""",
                PERSON,
                UNSANITISED,
                after,
                PHONE_PRINT,
                batch,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _check_id_numbers(self, partner_ids=(), progress=None, batch=_BATCH):
        """Judge the resident ID numbers that are new since they were last judged.

        Without the key nothing is judged. No number leaves this method.

        :param partner_ids: only these; empty for all
        :return: whether all was done
        """
        try:
            keyring = self.env["res.partner"]._id_number_keyring()
        except UserError:
            keyring = None
        if not keyring:
            return True
        self._flush_judged()
        only = SQL("AND p.id IN %s", tuple(partner_ids)) if partner_ids else SQL()
        rows = self._new_id_numbers(only, 0, batch)
        while rows:
            self._keep_id_checks(keyring, rows)
            if progress and not progress(len(rows)):
                return False
            rows = self._new_id_numbers(only, rows[-1][0], batch)
        return True

    @api.model
    def _new_id_numbers(self, only, after, batch):
        return self.env.execute_query(
            SQL(
                """SELECT p.id, p.id_number_encrypted, p.id_number_hash FROM res_partner p
                    WHERE p.id_number_hash IS NOT NULL AND p.id_type = 'resident' AND %s
                      AND p.id > %s %s AND NOT EXISTS (
                          SELECT FROM crm_id_number_check k
                           WHERE k.partner_id = p.id AND k.fingerprint = p.id_number_hash)
                    ORDER BY p.id LIMIT %s""",
                PERSON,
                after,
                only,
                batch,
            )
        )

    @api.model
    def _keep_id_checks(self, keyring, rows):
        checked = []
        for partner_id, token, digest in rows:
            try:
                valid = is_valid_resident(normalise(keyring.decrypt(token)))
            except crypto.SecretLostError:
                continue  # not judged; the next run tries again
            checked.append(SQL("(%s, %s, %s)", partner_id, digest, valid))
        if not checked:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_id_number_check (partner_id, fingerprint, valid) VALUES %s
                   ON CONFLICT (partner_id) DO UPDATE
                   SET fingerprint = EXCLUDED.fingerprint, valid = EXCLUDED.valid""",
                SQL(", ").join(checked),
            )
        )
        self.env["crm.id.number.check"].invalidate_model(flush=False)

    @api.model
    def _refresh_in_batches(self, progress):
        """As ``_refresh``, with a commit after each batch; whether all was done."""
        if not self._sanitise_phones(progress) or not self._check_id_numbers(progress=progress):
            return False
        self._store_all()
        return True
