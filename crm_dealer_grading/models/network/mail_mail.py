from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.depends("mail_message_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """As with the message that is sent."""
        hidden = self.filtered(lambda mail: mail.mail_message_id._out_of_sight())
        hidden.display_name = self.env._("Message of another dealer")
        return super(MailMail, self - hidden)._compute_display_name()
