from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merged customer was reminded of each date once; core would drop all lines of one side."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        # What went out is what stays: the customer is not to be told again.
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_care_reminder WHERE id IN (
                       SELECT id FROM (
                           SELECT id, row_number() OVER (
                                      PARTITION BY rule_id, COALESCE(vehicle_id, 0), due_date
                                      ORDER BY state = 'sent' DESC, partner_id = %s DESC, id) AS n
                             FROM crm_care_reminder WHERE partner_id = ANY(%s)) ranked
                        WHERE n > 1)""",
                dst_partner.id,
                (src_partners | dst_partner).ids,
            )
        )
        self.env["crm.care.reminder"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)
