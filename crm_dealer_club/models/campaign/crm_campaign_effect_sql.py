from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.revenue import order_revenue

_ARMS = ("contact", "control")
# Each customer's own days, from the moment of the first mailing, contacted or left out. Money
# counts once: a visit with an order counts through the order.
_FIGURES = """
WITH subject AS (
    SELECT s.partner_id, s.arm, s.date AS start, s.date + %(window)s AS stop
      FROM crm_campaign_subject s
     WHERE s.campaign_id = %(campaign)s AND s.date + %(window)s <= %(now)s),
visited AS (
    SELECT s.partner_id, sum(v.amount_total) FILTER (
               WHERE v.order_id IS NULL AND v.company_id IN %(companies)s) AS amount
      FROM subject s
      JOIN crm_service_visit v ON v.commercial_partner_id = s.partner_id
       AND v.date >= s.start AND v.date < s.stop
     WHERE v.active AND v.stage NOT IN ('booked', 'cancelled')
     GROUP BY 1),
led AS (
    SELECT DISTINCT s.partner_id
      FROM subject s
      JOIN res_partner p ON p.commercial_partner_id = s.partner_id
      JOIN crm_lead l ON l.partner_id = p.id
       AND l.create_date >= s.start AND l.create_date < s.stop),
ordered AS (
    SELECT s.partner_id, bool_or(o.amount_untaxed >= 0) AS bought, sum(%(revenue)s) AS amount
      FROM subject s
      JOIN res_partner p ON p.commercial_partner_id = s.partner_id
      JOIN sale_order o ON o.partner_id = p.id
       AND o.date_order >= s.start AND o.date_order < s.stop
     WHERE o.state = 'sale' AND o.company_id IN %(companies)s
     GROUP BY 1),
figure AS (
    SELECT s.arm, (visited.partner_id IS NOT NULL)::int AS visit,
           (led.partner_id IS NOT NULL)::int AS lead,
           COALESCE(ordered.bought, FALSE)::int AS sale,
           (COALESCE(visited.amount, 0) + COALESCE(ordered.amount, 0))::float AS revenue
      FROM subject s
      LEFT JOIN visited ON visited.partner_id = s.partner_id
      LEFT JOIN led ON led.partner_id = s.partner_id
      LEFT JOIN ordered ON ordered.partner_id = s.partner_id)
SELECT arm, count(*)::int AS customers, sum(visit)::int AS visit, sum(lead)::int AS lead,
       sum(sale)::int AS sale, sum(revenue) AS revenue, sum(revenue * revenue) AS squares
  FROM figure GROUP BY arm"""
_NOBODY = dict.fromkeys(("customers", "visit", "lead", "sale", "revenue", "squares"), 0)


class CrmCampaignEffect(models.Model):
    _inherit = "crm.campaign.effect"

    @api.model
    def _currency(self, campaign):
        return (campaign.dealer_id.company_id or self.env.company).currency_id

    @api.model
    def _figures(self, campaign):
        """What both groups did within their days, in one statement.

        Companies with another currency than the campaign's do not count.

        :return: ``{arm: {"customers", "visit", "lead", "sale", "revenue", "squares"}}``
        """
        companies = self.env["res.company"].search(
            [("currency_id", "=", self._currency(campaign).id)]
        )
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                _FIGURES,
                campaign=campaign.id,
                window=SQL("make_interval(days => %s)", campaign.effect_days),
                now=fields.Datetime.now(),
                revenue=order_revenue("o"),
                companies=tuple(companies.ids) or (0,),
            )
        )
        return dict.fromkeys(_ARMS, _NOBODY) | {row["arm"]: row for row in rows}
