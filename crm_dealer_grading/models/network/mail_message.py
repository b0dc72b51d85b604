from odoo import api, models

from .res_users import DEALER_USER


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.depends("subject")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """A notification names its message with all rights: a subject often names a customer."""
        hidden = self._out_of_sight()
        hidden.display_name = self.env._("Message of another dealer")
        return super(MailMessage, self - hidden)._compute_display_name()

    def _out_of_sight(self):
        """Those of ``self`` that staff of a dealer may not read, whoever asks in their name."""
        if not self or not self.env.user.has_group(DEALER_USER):
            return self.browse()
        saved = self._origin.sudo(False).exists()
        hidden = saved - saved._filtered_access("read")
        return self.filtered(lambda message: message._origin in hidden)
