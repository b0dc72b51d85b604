from odoo import models
from odoo.exceptions import UserError


class CrmCreditApplication(models.Model):
    """An application is internal: the customer hears of nothing that is said on it (K2)."""

    _inherit = "crm.credit.application"

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The customer is nobody to write to from here: the file is internal."""
        return []

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Only colleagues follow an application."""
        colleagues = self.env["res.partner"].browse(partner_ids or ()).sudo()
        colleagues = colleagues.filtered(lambda partner: not partner.partner_share)
        return super().message_subscribe(colleagues.ids, subtype_ids)

    def message_post(self, *, partner_ids=None, **kwargs):
        if any(self.env["res.partner"].browse(partner_ids or ()).sudo().mapped("partner_share")):
            raise UserError(
                self.env._(
                    "Credit applications are internal: write to the customer from its own file."
                )
            )
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Whoever was made a follower: nobody outside gets a mail."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [recipient for recipient in recipients if not recipient.get("share")]
