from odoo import models


class MailThread(models.AbstractModel):
    """Nobody reaches a foreign customer by naming its id as recipient or follower."""

    _inherit = "mail.thread"

    def message_post(self, *, partner_ids=None, **kwargs):
        self._check_recipients_in_sight(partner_ids)
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def message_notify(self, *, partner_ids=False, **kwargs):
        self._check_recipients_in_sight(partner_ids)
        return super().message_notify(partner_ids=partner_ids, **kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._check_recipients_in_sight(partner_ids)
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    def _check_recipients_in_sight(self, partner_ids):
        scope = self.env["crm.dealer.scope"]
        if partner_ids and scope._acts_for_dealers():
            self.env["res.partner"].browse(partner_ids).check_access("read")
