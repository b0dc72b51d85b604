from odoo import models
from odoo.tools import SQL

# Room for the kinds in a row's id, and for years in those of retention.
_ROWS = """
SELECT fact.id, fact.kind, fact.record_id, fact.date, fact.dealer_id, fact.partner_id,
       dealer.region_id AS dealer_region_id, fact.company_id,
       fact.referrals, fact.referrals_won,
       CASE WHEN fact.kind = 'referral' THEN 100.0 * fact.referrals_won END AS conversion_rate,
       fact.purchases, fact.repeats,
       CASE WHEN fact.kind = 'repeat' THEN 100.0 * fact.repeats END AS repeat_rate,
       fact.related_amount, fact.owners, fact.returned,
       CASE WHEN fact.kind = 'retention' THEN 100.0 * fact.returned END AS retention_rate
  FROM (%s) fact LEFT JOIN crm_dealer dealer ON dealer.id = fact.dealer_id"""

_REFERRALS = """
SELECT r.id::bigint * 8 AS id, 'referral' AS kind, r.id AS record_id, r.date, r.dealer_id,
       r.recommender_id AS partner_id, 1 AS referrals,
       (r.state IN ('won', 'delivered', 'rewarded'))::int AS referrals_won,
       0 AS purchases, 0 AS repeats, 0::float AS related_amount, 0 AS owners, 0 AS returned,
       NULL::integer AS company_id
  FROM crm_club_referral r WHERE r.active AND r.state <> 'refused'"""

_REPEATS = """
SELECT o.id::bigint * 8 + 1, 'repeat', o.id, o.date_from, o.dealer_id, o.commercial_partner_id,
       0, 0, 1,
       (EXISTS (SELECT FROM crm_vehicle_ownership e
                 WHERE e.commercial_partner_id = o.commercial_partner_id
                   AND e.vehicle_id <> o.vehicle_id AND e.date_from < o.date_from))::int,
       0::float, 0, 0, NULL
  FROM crm_vehicle_ownership o
 WHERE NOT EXISTS (SELECT FROM crm_vehicle_ownership s
                    WHERE s.commercial_partner_id = o.commercial_partner_id
                      AND s.vehicle_id = o.vehicle_id AND s.id <> o.id
                      AND s.date_to = o.date_from)"""

_ORDERS = """
SELECT o.id::bigint * 8 + 2, 'order', o.id, %(order_day)s, o.dealer_id,
       p.commercial_partner_id, 0, 0, 0, 0,
       (beside.amount / COALESCE(NULLIF(o.currency_rate, 0), 1))::float, 0, 0, o.company_id
  FROM sale_order o
  JOIN res_partner p ON p.id = o.partner_id
  JOIN first_owned f ON f.partner_id = p.commercial_partner_id
  CROSS JOIN LATERAL (
       SELECT sum(l.price_subtotal) AS amount FROM sale_order_line l
         JOIN product_product pp ON pp.id = l.product_id
         JOIN product_template t ON t.id = pp.product_tmpl_id
        WHERE l.order_id = o.id AND NOT EXISTS (
              SELECT FROM product_category c
                JOIN product_category above
                  ON above.is_vehicle AND starts_with(c.parent_path, above.parent_path)
               WHERE c.id = t.categ_id)) beside
 WHERE o.state = 'sale' AND beside.amount IS NOT NULL AND %(order_day)s >= f.since"""

_VISITS = """
SELECT v.id::bigint * 8 + 3, 'visit', v.id, %(visit_day)s, v.dealer_id, v.commercial_partner_id,
       0, 0, 0, 0, v.amount_total::float, 0, 0, v.company_id
  FROM crm_service_visit v
  JOIN first_owned f ON f.partner_id = v.commercial_partner_id
 WHERE v.active AND v.stage NOT IN ('booked', 'cancelled') AND v.order_id IS NULL
   AND v.amount_total <> 0 AND %(visit_day)s >= f.since"""

_RETENTION = """
SELECT (owner.partner_id::bigint * 256 + owner.year - 1950) * 8 + 4, 'retention',
       owner.partner_id, make_date(owner.year, 1, 1), p.dealer_id, owner.partner_id,
       0, 0, 0, 0, 0::float, 1, (came.partner_id IS NOT NULL)::int, NULL
  FROM (SELECT DISTINCT o.commercial_partner_id AS partner_id, owned.year + 1 AS year
          FROM crm_vehicle_ownership o
          CROSS JOIN LATERAL generate_series(
               extract(year FROM o.date_from)::int,
               extract(year FROM LEAST(o.date_to - 1, %(today)s))::int) AS owned(year)
         WHERE owned.year < extract(year FROM %(today)s)) owner
  JOIN res_partner p ON p.id = owner.partner_id
  LEFT JOIN (SELECT DISTINCT v.commercial_partner_id AS partner_id,
                    extract(year FROM %(visit_day)s)::int AS year
               FROM crm_service_visit v
              WHERE v.active AND v.stage NOT IN ('booked', 'cancelled')) came
    ON came.partner_id = owner.partner_id AND came.year = owner.year"""

_OWNED = """
(WITH first_owned AS (
    SELECT commercial_partner_id AS partner_id, min(date_from) AS since
      FROM crm_vehicle_ownership GROUP BY 1)
%s)"""


class CrmClubFourR(models.Model):
    _inherit = "crm.club.four.r"

    @property
    def _table_query(self):
        zone = str(self.env.tz)

        def day(column):
            return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", SQL(column), zone)

        order_day, visit_day = day("o.date_order"), day("v.date")
        today = SQL("%s::date", self.env["crm.club.referral"]._today())
        owned = SQL(_OWNED, SQL(" UNION ALL ").join([
            SQL(_ORDERS, order_day=order_day),
            SQL(_VISITS, visit_day=visit_day),
        ]))  # fmt: skip
        parts = [
            SQL(_REFERRALS),
            SQL(_REPEATS),
            owned,
            SQL(_RETENTION, today=today, visit_day=visit_day),
        ]
        return SQL(_ROWS, SQL(" UNION ALL ").join(parts))
