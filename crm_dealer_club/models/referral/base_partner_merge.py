from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging a customer with its recommender makes no circle (M9)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: who may merge the customers may merge their chains.
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH RECURSIVE chain AS (
                       SELECT id, referred_by_id FROM res_partner WHERE id = %(target)s
                        UNION
                       SELECT p.id, p.referred_by_id
                         FROM chain JOIN res_partner p ON p.id = chain.referred_by_id)
                   UPDATE res_partner SET referred_by_id = NULL
                    WHERE id = %(target)s
                      AND EXISTS (SELECT FROM chain WHERE chain.referred_by_id = %(target)s)""",
                target=dst_partner.id,
            )
        )
        self.env["res.partner"].invalidate_model(["referred_by_id"])
        return result
