from odoo import api, fields, models
from odoo.tools import SQL

# A matter is a cause of the tree; what nobody analysed yet is of no matter known. Archived
# complaints count as well: nobody gets rid of one so.
_FACTS = """
WITH complaint AS (
    SELECT dealer_id, category_id,
           date_trunc('month', date_received AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s) AS month,
           COALESCE(solution_missed, FALSE)
           OR COALESCE(COALESCE(date_answered, %(now)s) > answer_deadline, FALSE)
           OR date_solved IS NULL AND COALESCE(%(now)s > solution_deadline, FALSE) AS late
      FROM helpdesk_ticket
     WHERE crm_kind = 'complaint' AND dealer_id IS NOT NULL
       AND date_received >= %(begin)s AND date_received < %(end)s),
matter AS (
    SELECT dealer_id, count(*) AS n FROM complaint WHERE category_id IS NOT NULL
     GROUP BY dealer_id, category_id, month)
SELECT c.dealer_id, count(*), count(*) FILTER (WHERE c.late),
       COALESCE((SELECT max(m.n) FROM matter m WHERE m.dealer_id = c.dealer_id), 0)
  FROM complaint c GROUP BY c.dealer_id
"""


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    @api.model
    @api.private
    def _complaint_facts(self, begin, end):
        """By the complaints' causes and their two clocks (M7); one query."""
        self.env["helpdesk.ticket"].flush_model()
        moment = self.env["crm.kpi"]._moment
        rows = self.env.execute_query(
            SQL(
                _FACTS,
                begin=moment(begin),
                end=moment(end),
                now=fields.Datetime.now(),
                tz=self.env.company._tz_here(),
            )
        )
        facts = super()._complaint_facts(begin, end)
        for dealer, total, late, same_matter in rows:
            facts[dealer] = {"same_matter": same_matter, "total": total, "late": late}
        return facts
