from odoo import models


class MailComposeMessage(models.TransientModel):
    """The last door of an e-mail: whoever is not to get it, does not."""

    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        mailing = self.mass_mailing_id
        if not mailing.is_dealer_mailing:
            return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
        res_ids = mailing._allowed_among(mailing, res_ids) if self.model == "res.partner" else []
        mails = super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
        mailing._note_sent()
        return mails

    def _get_optout_emails(self, mail_values_dict):
        """Ordinary mailings by our roles leave out who did not agree to offers (P4)."""
        emails = super()._get_optout_emails(mail_values_dict)
        mailing = self.mass_mailing_id
        if not mailing.asks_consents:
            return emails
        refused = mailing._refused_among(self.model, list(mail_values_dict), "email")
        addresses = self._get_recipients_data(mail_values_dict)
        return [
            *emails,
            *(mail for res_id in refused for mail in addresses[res_id]["mail_to_normalized"]),
        ]
