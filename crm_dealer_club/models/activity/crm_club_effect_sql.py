from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

# What members did in two windows, in one statement. Money counts once: a visit with an order
# counts through the order. Orders are in their company's currency at their own rate.
_FIGURES = """
WITH member AS (
    SELECT m.id, m.partner_id, m.tier_id, p.dealer_id, d.region_id
      FROM crm_club_membership m
      JOIN res_partner p ON p.id = m.partner_id
      LEFT JOIN crm_dealer d ON d.id = p.dealer_id
     WHERE m.join_date <= %(day)s
       AND ((m.state = 'active' AND p.active AND m.tier_id IN %(tiers)s)
            OR m.id = ANY(%(attended)s))),
visit AS (
    SELECT v.commercial_partner_id AS partner_id,
           count(*) FILTER (WHERE v.date < %(before_end)s) AS visits_before,
           count(*) FILTER (WHERE v.date >= %(after)s) AS visits_after,
           sum(v.amount_total) FILTER (WHERE v.date < %(before_end)s AND %(own)s) AS before,
           sum(v.amount_total) FILTER (WHERE v.date >= %(after)s AND %(own)s) AS after
      FROM crm_service_visit v
     WHERE v.active AND v.stage NOT IN ('booked', 'cancelled')
       AND v.commercial_partner_id IN (SELECT partner_id FROM member)
       AND (v.date >= %(before)s AND v.date < %(before_end)s
            OR v.date >= %(after)s AND v.date < %(after_end)s)
     GROUP BY 1),
sold AS (
    SELECT p.commercial_partner_id AS partner_id,
           sum(%(amount)s) FILTER (WHERE o.date_order < %(before_end)s) AS before,
           sum(%(amount)s) FILTER (WHERE o.date_order >= %(after)s) AS after
      FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
     WHERE o.state = 'sale' AND o.company_id IN %(companies)s
       AND p.commercial_partner_id IN (SELECT partner_id FROM member)
       AND (o.date_order >= %(before)s AND o.date_order < %(before_end)s
            OR o.date_order >= %(after)s AND o.date_order < %(after_end)s)
     GROUP BY 1)
SELECT member.id, member.partner_id, member.tier_id, member.dealer_id, member.region_id,
       COALESCE(visit.visits_before, 0)::int AS visits_before,
       COALESCE(visit.visits_after, 0)::int AS visits_after,
       (COALESCE(visit.before, 0) + COALESCE(sold.before, 0))::float AS revenue_before,
       (COALESCE(visit.after, 0) + COALESCE(sold.after, 0))::float AS revenue_after
  FROM member
  LEFT JOIN visit ON visit.partner_id = member.partner_id
  LEFT JOIN sold ON sold.partner_id = member.partner_id
 ORDER BY member.id"""


class CrmClubEffect(models.Model):
    _inherit = "crm.club.effect"

    @api.model
    def _figures(self, event, days):
        """Visits and revenue of participants and of members of their tiers, before and after.

        The days of the activity itself count neither before nor after. Companies with another
        currency than the event's do not count.

        :return: ``{membership id: row}``
        """
        participants = event._club_participants()
        tiers = participants.tier_id
        if not participants:
            return {}
        zone = event.date_tz or "UTC"
        first, last = event._club_days()
        currency = event.club_currency_id
        # sudo: money of all companies of this currency counts.
        companies = self.env["res.company"].sudo().search([("currency_id", "=", currency.id)])
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                _FIGURES,
                day=first,
                tiers=tuple(tiers.ids),
                attended=participants.ids,
                own=SQL("v.order_id IS NULL AND v.company_id IN %s", tuple(companies.ids)),
                amount=SQL("o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)"),
                companies=tuple(companies.ids),
                before=midnight(first - timedelta(days), zone),
                before_end=midnight(first, zone),
                after=midnight(last + timedelta(1), zone),
                after_end=midnight(last + timedelta(days + 1), zone),
            )
        )
        return {row["id"]: row for row in rows}
