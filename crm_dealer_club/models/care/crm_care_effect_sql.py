from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

# More would not make an interval much narrower, and matching them takes its time.
_MOST_WRITTEN, _MOST_OTHERS = 2000, 6000
# The first message of the month to each customer; a random but repeatable part where many.
_WRITTEN = """
SELECT c.id AS partner_id, min(r.date_sent) AS moment
  FROM crm_care_reminder r
  JOIN res_partner p ON p.id = r.partner_id
  JOIN res_partner c ON c.id = p.commercial_partner_id
 WHERE r.rule_id = %(rule)s AND r.state = 'sent'
   AND r.date_sent >= %(begin)s AND r.date_sent < %(end)s AND c.dealer_id IS NOT NULL
 GROUP BY c.id ORDER BY md5(c.id::text) LIMIT %(most)s"""
# Whom the rule did not write to in the days that are compared, of the same dealers and regions.
_OTHERS = """
SELECT c.id AS partner_id, NULL::timestamp AS moment
  FROM res_partner c JOIN crm_dealer d ON d.id = c.dealer_id
 WHERE c.active AND c.commercial_partner_id = c.id AND c.given_up_on IS NULL
   AND (d.id IN (SELECT dealer_id FROM place) OR d.region_id IN (SELECT region_id FROM place))
   AND EXISTS (SELECT FROM crm_vehicle v WHERE v.commercial_partner_id = c.id AND v.active)
   AND NOT EXISTS (
       SELECT FROM crm_care_reminder r
        WHERE r.commercial_partner_id = c.id AND r.rule_id = %(rule)s AND r.state = 'sent'
          AND r.date_sent >= %(begin)s - %(days)s AND r.date_sent < %(end)s + %(days)s)
 ORDER BY md5(c.id::text) LIMIT %(most_others)s"""
_SUBJECTS = f"""
WITH written AS MATERIALIZED ({_WRITTEN}),
place AS MATERIALIZED (
    SELECT DISTINCT c.dealer_id, d.region_id
      FROM written w JOIN res_partner c ON c.id = w.partner_id
      JOIN crm_dealer d ON d.id = c.dealer_id),
everybody AS (SELECT * FROM written UNION ALL ({_OTHERS}))
SELECT e.partner_id AS id, e.partner_id, e.moment, c.dealer_id, d.region_id, m.tier_id,
       %(begin)s - interval '1 year' AS before_from, %(begin)s::timestamp AS before_to,
       NULL::timestamp AS after_from, NULL::timestamp AS after_to
  FROM everybody e
  JOIN res_partner c ON c.id = e.partner_id
  LEFT JOIN crm_dealer d ON d.id = c.dealer_id
  LEFT JOIN crm_club_membership m ON m.partner_id = c.id AND m.state = 'active'"""
_AROUND = """
SELECT a.id, a.partner_id, c.dealer_id, a.moment - %(days)s AS before_from,
       a.moment AS before_to, a.moment AS after_from, a.moment + %(days)s AS after_to
  FROM unnest(%(ids)s::int[], %(partners)s::int[], %(moments)s::timestamp[])
       a(id, partner_id, moment)
  JOIN res_partner c ON c.id = a.partner_id"""


class CrmCareEffect(models.Model):
    _inherit = "crm.care.effect"

    @api.model
    def _subjects(self, rule, month, company):
        """Customers written to in a month, and others, with their year before it.

        :return: list of ``Subject``; ``{customer id: moment of the message}`` of those written to
        """
        zone = company._tz_here()
        query = SQL(
            _SUBJECTS,
            rule=rule.id,
            begin=SQL("%s::timestamp", midnight(month, zone)),
            end=SQL("%s::timestamp", midnight(month + relativedelta(months=1), zone)),
            days=SQL("%s * interval '1 day'", rule.effect_days),
            most=_MOST_WRITTEN,
            most_others=_MOST_OTHERS,
        )
        rows = self._figures_of(query, company.currency_id)
        moments = {row["id"]: row["moment"] for row in rows if row["moment"]}
        return [self._subject(row) for row in rows], moments

    @api.model
    def _figures_around(self, rows, days, currency):
        """Figures in as many days before and after a moment, in the order of ``rows``.

        :param rows: ``(number, Subject, moment)``, numbered from 0
        """
        if not rows:
            return []
        people = SQL(
            _AROUND,
            ids=[number for number, _subject, _moment in rows],
            partners=[subject.key for _number, subject, _moment in rows],
            moments=[moment for _number, _subject, moment in rows],
            days=SQL("%s * interval '1 day'", days),
        )
        return self._figures_of(people, currency)
