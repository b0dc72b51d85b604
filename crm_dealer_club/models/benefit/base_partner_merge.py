from odoo import models
from odoo.fields import Domain


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Quotations of a customer who turns out to be a member get the card's prices (M2)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # sudo: the card's prices follow the card, whoever may see the quotations.
        orders = self.env["sale.order"].sudo()
        customers = self.env["res.partner"].sudo().browse(partner_ids).exists()
        customers = customers.commercial_partner_id
        drafts = orders.search(
            Domain("partner_id", "child_of", customers.ids) & Domain("state", "=", "draft")
        )
        without = drafts.filtered(
            lambda order: not order.partner_id.commercial_partner_id.club_tier_id
        )
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if drafts:
            # Core moves the quotations by SQL.
            self.env.invalidate_all()
            without._club_settle(joined=True)
            (drafts - without)._club_settle()
        return result
