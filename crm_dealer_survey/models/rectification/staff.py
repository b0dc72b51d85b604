"""Whoever leaves a dealer hears nothing more of its notices (S4)."""

from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "dealer_ids" in vals:
            self._unfollow_notices()
        return result

    def _unfollow_notices(self):
        """Followers are mailed whatever they may read: staff follow the own dealers' only."""
        # sudo: who may change the staff of a dealer ends what hangs on it.
        notices = self.env["crm.rectification"].sudo().with_context(active_test=False)
        for user in self.sudo().filtered("dealer_scoped"):
            partner = user.partner_id
            followed = notices.search(
                [
                    ("message_partner_ids", "in", partner.ids),
                    ("dealer_id", "not in", user.dealer_ids.ids),
                ]
            )
            followed.message_unsubscribe(partner.ids)


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    def write(self, vals):
        before = self.user_ids if "user_ids" in vals else self.env["res.users"]
        result = super().write(vals)
        (before - self.user_ids)._unfollow_notices()
        return result
