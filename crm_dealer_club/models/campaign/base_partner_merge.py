from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merged customers are one customer of a campaign, and of the list of purchases (M11)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        merged = tuple((src_partners | dst_partner).ids)
        self._join_subjects(merged, dst_partner)
        self._join_candidates(merged, dst_partner)
        # What the ERP keeps of a mailing names its receiver by a number only; without it the
        # survivor would get once more what is being sent.
        self.env.cr.execute(
            SQL(
                """UPDATE mailing_trace t SET res_id = %s FROM mailing_mailing m
                    WHERE m.id = t.mass_mailing_id AND m.is_dealer_mailing
                      AND t.model = 'res.partner' AND t.res_id IN %s""",
                dst_partner.id,
                tuple(src_partners.ids) or (0,),
            )
        )
        self.env.invalidate_all(flush=False)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _join_subjects(self, merged, dst_partner):
        """Who got a mailing under one of the names was contacted, since the first of them."""
        self.env.cr.execute(
            SQL(
                """WITH joined AS (
                    SELECT campaign_id, min(date) AS date,
                           CASE WHEN bool_or(arm = 'contact') THEN 'contact' ELSE 'control' END
                               AS arm,
                           (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS kept
                      FROM crm_campaign_subject WHERE partner_id IN %(merged)s
                     GROUP BY campaign_id HAVING count(*) > 1),
                dropped AS (
                    DELETE FROM crm_campaign_subject s USING joined
                     WHERE s.campaign_id = joined.campaign_id AND s.partner_id IN %(merged)s
                       AND s.id <> joined.kept)
                UPDATE crm_campaign_subject s SET arm = joined.arm, date = joined.date
                  FROM joined WHERE s.id = joined.kept""",
                merged=merged,
                target=dst_partner.id,
            )
        )

    def _join_candidates(self, merged, dst_partner):
        """Of rows for one vehicle that with a lead stays, then the dismissed one."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_purchase_candidate WHERE id IN (SELECT id FROM (
                    SELECT id, row_number() OVER (
                               PARTITION BY vehicle_id, purchase_type
                               ORDER BY lead_id IS NOT NULL DESC, state <> 'open' DESC,
                                        partner_id = %s DESC, id) AS place
                      FROM crm_purchase_candidate WHERE partner_id IN %s) twins
                    WHERE place > 1)""",
                dst_partner.id,
                merged,
            )
        )
