from odoo import api, models

from .product_pricelist import CARD


class ResCompany(models.Model):
    """Cards count in every company (M2)."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["product.pricelist"]._club_sync()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self.env["product.pricelist"]._club_sync()
        return result

    def unlink(self):
        # sudo: the lists of a company's cards go with it; they would else be every company's.
        lists = self.env["product.pricelist"].sudo().with_context(active_test=False, club_card=CARD)
        lists.search([("company_id", "in", self.ids), ("club_tier_id", "!=", False)]).unlink()
        return super().unlink()
