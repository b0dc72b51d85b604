from odoo import models
from odoo.tools import SQL

# What came furthest stays; of two alike that of the customer who stays.
_RANK = """CASE l.state WHEN 'answered' THEN 0 WHEN 'sent' THEN 1 WHEN 'refused' THEN 2
           WHEN 'expired' THEN 3 WHEN 'drawn' THEN 4 ELSE 5 END,
           (l.commercial_partner_id <> %s)::int, l.id"""
_SAME_SAMPLE = """
    DELETE FROM crm_satisfaction_sample_line WHERE id IN (
        SELECT id FROM (
            SELECT l.id, row_number() OVER (PARTITION BY l.sample_id ORDER BY %(rank)s) AS n
              FROM crm_satisfaction_sample_line l
             WHERE l.commercial_partner_id = ANY(%(customers)s)) ranked
         WHERE n > 1)"""
_SAME_DAYS = """
    WITH ranked AS (
        SELECT l.id, l.state, daterange(l.asked_on, l.asked_on + l.cooling_days) AS days,
               row_number() OVER (ORDER BY %(rank)s) AS n
          FROM crm_satisfaction_sample_line l
         WHERE l.commercial_partner_id = ANY(%(customers)s) AND l.asked_on IS NOT NULL
           AND l.state IN ('drawn', 'sent', 'answered', 'expired', 'refused'))
    UPDATE crm_satisfaction_sample_line l
       SET asked_on = NULL,
           state = CASE l.state WHEN 'drawn' THEN 'skipped' ELSE l.state END,
           reason = CASE l.state WHEN 'drawn' THEN 'double' ELSE l.reason END
      FROM ranked r
     WHERE r.id = l.id
       AND EXISTS (SELECT FROM ranked o WHERE o.n < r.n AND o.days && r.days)"""


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merged customers rest by one of their samples; core would drop all lines of one side."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        rank = SQL(_RANK, dst_partner.commercial_partner_id.id)
        values = {"customers": (src_partners | dst_partner).ids, "rank": rank}
        self.env.cr.execute(SQL(_SAME_SAMPLE, **values))
        self.env.cr.execute(SQL(_SAME_DAYS, **values))
        self.env["crm.satisfaction.sample.line"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)
