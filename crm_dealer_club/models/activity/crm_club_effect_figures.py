from odoo import api, models
from odoo.tools import SQL

from ...tools.revenue import order_revenue

# What customers did in two windows of their own, in one statement. Money counts once: a visit
# with an order counts through the order, less what was credited.
_FIGURES = """
WITH subject AS (%(subjects)s),
visit AS (
    SELECT s.id, count(*) FILTER (WHERE before) AS visits_before,
           count(*) FILTER (WHERE after) AS visits_after,
           sum(v.amount_total) FILTER (WHERE before AND %(own)s) AS before,
           sum(v.amount_total) FILTER (WHERE after AND %(own)s) AS after
      FROM subject s
      JOIN crm_service_visit v ON v.commercial_partner_id = s.partner_id
     CROSS JOIN LATERAL (
           SELECT v.date >= s.before_from AND v.date < s.before_to AS before,
                  v.date >= s.after_from AND v.date < s.after_to AS after) w
     WHERE v.active AND v.stage NOT IN ('booked', 'cancelled') AND (before OR after)
     GROUP BY 1),
sold AS (
    SELECT s.id, sum(%(amount)s) FILTER (WHERE before) AS before,
           sum(%(amount)s) FILTER (WHERE after) AS after
      FROM subject s
      JOIN res_partner p ON p.commercial_partner_id = s.partner_id
      JOIN sale_order o ON o.partner_id = p.id
     CROSS JOIN LATERAL (
           SELECT o.date_order >= s.before_from AND o.date_order < s.before_to AS before,
                  o.date_order >= s.after_from AND o.date_order < s.after_to AS after) w
     WHERE o.state = 'sale' AND o.company_id IN %(companies)s AND (before OR after)
     GROUP BY 1)
SELECT subject.*, COALESCE(visit.visits_before, 0)::int AS visits_before,
       COALESCE(visit.visits_after, 0)::int AS visits_after,
       (COALESCE(visit.before, 0) + COALESCE(sold.before, 0))::float AS revenue_before,
       (COALESCE(visit.after, 0) + COALESCE(sold.after, 0))::float AS revenue_after
  FROM subject
  LEFT JOIN visit ON visit.id = subject.id
  LEFT JOIN sold ON sold.id = subject.id
 ORDER BY subject.id"""


class CrmClubEffectMeasured(models.AbstractModel):
    _inherit = "crm.club.effect.measured"

    @api.model
    def _figures_of(self, subjects, currency):
        """Visits and revenue of customers before and after, in one statement.

        :param SQL subjects: a query of ``id`` (unique), ``partner_id`` (the customer), and the
            moments in UTC ``before_from``, ``before_to``, ``after_from``, ``after_to``; further
            columns are passed on
        :param currency: companies with another one do not count
        :return: list of dicts: the columns, and ``visits_before``, ``visits_after``,
            ``revenue_before``, ``revenue_after``
        """
        # sudo: money of all companies of this currency counts.
        companies = self.env["res.company"].sudo().search([("currency_id", "=", currency.id)])
        companies = tuple(companies.ids) or (0,)
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                _FIGURES,
                subjects=subjects,
                own=SQL("v.order_id IS NULL AND v.company_id IN %s", companies),
                amount=order_revenue("o"),
                companies=companies,
            )
        )
