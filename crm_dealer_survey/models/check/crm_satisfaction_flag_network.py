"""Kinds that compare answers with each other (S9)."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.cleaning.crm_duplicate_candidate_sql import (
    PERSON,
    PHONE_KEY,
)

from .crm_satisfaction_flag_answers import MASKED

CODES = ("same_phone", "succession")
_MOST = 20  # so many records are named as evidence; the count is of all

_TABLES = """
asked AS MATERIALIZED (
    SELECT a.id, a.commercial_partner_id AS customer, %(phone)s AS phone
      FROM answer a JOIN res_partner p ON p.id = a.partner_id),
shared AS MATERIALIZED (
    SELECT phone, count(DISTINCT customer) AS people, bool_or(company) AS company,
           to_jsonb((array_agg(DISTINCT customer))[1:%(most)s]) AS customers
      FROM (SELECT %(phone)s AS phone, p.commercial_partner_id AS customer,
                   p.is_company AS company
              FROM res_partner p WHERE %(person)s) holder
     WHERE phone IN (SELECT phone FROM asked)
     GROUP BY phone HAVING count(DISTINCT customer) > 1),
told AS MATERIALIZED (
    SELECT phone, to_jsonb((array_agg(id ORDER BY id))[1:%(most)s]) AS answers,
           count(DISTINCT customer) AS people
      FROM asked GROUP BY phone)"""
_SAME = """
SELECT %(row)s, s.people AS figure, t.threshold, jsonb_build_object(
       'count', s.people, 'customers', s.customers, 'answers', told.answers,
       'phone', s.masked, 'company', s.company) AS evidence
  FROM answer a
  JOIN asked k ON k.id = a.id
  JOIN (SELECT *, %(masked)s AS masked FROM shared) s ON s.phone = k.phone
  JOIN told ON told.phone = k.phone
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'same_phone'
 CROSS JOIN LATERAL (SELECT CASE WHEN s.company THEN r.second_threshold
                                 ELSE r.threshold END AS threshold) t
 WHERE s.people >= GREATEST(t.threshold, 2) AND told.people >= r.min_count"""
# Answers of one dealer on the page, in the order in which they were begun: a chain goes on where
# one is opened after the one before was sent, and soon.
_CHAINS = """
page AS (
    SELECT a.id, a.dealer_id, a.commercial_partner_id AS customer, a.started, a.ended,
           r.threshold, r.second_threshold AS gap,
           lag(a.ended) OVER (PARTITION BY a.dealer_id ORDER BY a.started, a.id) AS before
      FROM answer a
      JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'succession'
     WHERE a.started IS NOT NULL AND (a.channel IS NULL OR a.channel NOT IN ('phone', 'paper'))),
linked AS (
    SELECT *, count(*) FILTER (WHERE before IS NULL OR started < before
                                     OR started > before + gap * interval '1 second')
              OVER (PARTITION BY dealer_id ORDER BY started, id) AS chain
      FROM page),
chain AS MATERIALIZED (
    SELECT dealer_id, array_agg(id) AS ids,
           to_jsonb((array_agg(id ORDER BY started, id))[1:%(most)s]) AS answers,
           count(DISTINCT COALESCE(customer, -id)) AS people, max(threshold) AS threshold,
           extract(epoch FROM max(ended) - min(started))::int AS seconds
      FROM linked GROUP BY dealer_id, chain
    HAVING count(DISTINCT COALESCE(customer, -id)) >= GREATEST(max(threshold), 2))"""
_SUCCESSION = """
SELECT %(row)s, c.people AS figure, c.threshold, jsonb_build_object(
       'count', c.people, 'answers', c.answers, 'seconds', c.seconds) AS evidence
  FROM chain c
 CROSS JOIN LATERAL unnest(c.ids) AS member(id)
  JOIN answer a ON a.id = member.id
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'succession'"""


class CrmSatisfactionFlag(models.Model):
    _inherit = "crm.satisfaction.flag"

    @api.model
    @api.private
    def _check_network(self, only):
        """Check answers beside each other, and their customers beside all customers.

        :param SQL only: narrows ``survey_user_input i``
        :return: see ``_store``
        """
        phones = SQL(_TABLES, phone=PHONE_KEY, person=PERSON, most=_MOST)
        tables = SQL("%s, %s, %s", self._answers_with(only), phones, self._chains_with())
        same = SQL(_SAME, row=self._row_sql(), masked=MASKED)
        found = SQL("%s UNION ALL %s", same, self._chains_found())
        scope = SQL("f.user_input_id IN (SELECT id FROM answer)")
        return self._store(tables, found, CODES, scope)

    @api.model
    def _chains_with(self):
        return SQL(_CHAINS, most=_MOST)

    @api.model
    def _chains_found(self):
        return SQL(_SUCCESSION, row=self._row_sql())
