from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Said of the file that goes away; two verdicts on the same data would clash, and the
        # ERP would then drop all of them.
        self.env["crm.customer.verification.line"].flush_model(["stands", "partner_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_verification_line SET stands = FALSE
                    WHERE stands AND partner_id IN %s""",
                tuple(src_partners.ids) or (0,),
            )
        )
        return super()._update_foreign_keys(src_partners, dst_partner)
