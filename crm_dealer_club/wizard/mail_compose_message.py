from odoo import models


class MailComposeMessage(models.TransientModel):
    """The last door of an e-mail of a customer campaign: whoever is not to get it, does not."""

    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        mailing = self.mass_mailing_id
        if not mailing.is_dealer_mailing:
            return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
        res_ids = mailing._allowed_among(mailing, res_ids) if self.model == "res.partner" else []
        mails = super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
        mailing._note_sent()
        return mails
