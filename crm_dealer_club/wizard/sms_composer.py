from odoo import models


class SmsComposer(models.TransientModel):
    """The last door of an SMS: whoever is not to get it, does not."""

    _inherit = "sms.composer"

    def _get_records(self):
        records = super()._get_records()
        mailing = self.mailing_id
        if not mailing.is_dealer_mailing or records is None:
            return records
        if records._name != "res.partner":
            return records.browse()
        return records.browse(mailing._allowed_among(mailing, records.ids))

    def _action_send_sms_mass(self, records=None):
        messages = super()._action_send_sms_mass(records)
        self.mailing_id._note_sent()
        return messages

    def _get_optout_record_ids(self, records, recipients_info):
        """Ordinary mailings by our roles leave out who did not agree to offers (P4)."""
        ids = super()._get_optout_record_ids(records, recipients_info)
        mailing = self.mailing_id
        if not mailing.asks_consents:
            return ids
        return [*ids, *mailing._refused_among(records._name, records.ids, "sms")]
