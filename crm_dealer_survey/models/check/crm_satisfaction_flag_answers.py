"""Kinds that need nothing but the answer, its customer and the dealer's staff (S9)."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.cleaning.crm_duplicate_candidate_sql import PHONE_KEY

CODES = ("staff_phone", "fast")
_RECENT = "6 hours"
EVERYTHING = SQL("TRUE")
# Numbers are shown to whoever decides, but not spelt out once more.
MASKED = SQL("left(phone, 4) || '****' || right(phone, 4)")

_TABLES = """
said AS MATERIALIZED (
    SELECT a.id, count(*) AS questions,
           CASE WHEN a.ended >= a.started  -- else a clock was wrong, and nothing is known
                THEN extract(epoch FROM a.ended - a.started)::float8 END AS seconds
      FROM answer a
      JOIN survey_user_input_line l ON l.user_input_id = a.id AND l.skipped IS NOT TRUE
     WHERE %(fresh)s
     GROUP BY a.id, a.ended, a.started),
staff AS MATERIALIZED (
    SELECT DISTINCT w.dealer_id, p.id AS partner_id, %(phone)s AS phone
      FROM (SELECT s.dealer_id, u.partner_id
              FROM crm_dealer_user_rel s JOIN res_users u ON u.id = s.user_id
             UNION SELECT id, partner_id FROM crm_dealer
             UNION SELECT d.id, c.id FROM crm_dealer d JOIN res_partner c
                          ON c.parent_id = d.partner_id) w
      JOIN res_partner p ON p.id = w.partner_id
     WHERE w.dealer_id IN (SELECT dealer_id FROM answer))"""
_FAST = """
SELECT %(row)s, s.seconds / s.questions AS figure, t.threshold, jsonb_build_object(
       'questions', s.questions, 'seconds', s.seconds, 'channel', a.channel) AS evidence
  FROM said s JOIN answer a ON a.id = s.id
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'fast'
 CROSS JOIN LATERAL (SELECT CASE a.channel WHEN 'phone' THEN r.second_threshold
                                 ELSE r.threshold END AS threshold) t
 WHERE s.questions >= r.min_count AND a.channel IS DISTINCT FROM 'paper'
   AND s.seconds < t.threshold * s.questions"""
_STAFF = """
SELECT %(row)s, w.people, r.threshold, jsonb_build_object(
       'staff', w.ids, 'customers', jsonb_build_array(a.partner_id), 'phone', w.masked)
  FROM answer a
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'staff_phone' AND %(fresh)s
  JOIN res_partner p ON p.id = a.partner_id
 CROSS JOIN LATERAL (
       SELECT count(*) AS people, jsonb_agg(partner_id ORDER BY partner_id) AS ids,
              min(%(masked)s) AS masked
         FROM staff WHERE staff.dealer_id = a.dealer_id AND staff.phone = %(phone)s) w
 WHERE w.people >= GREATEST(r.threshold, 1)"""


class CrmSatisfactionFlag(models.Model):
    _inherit = "crm.satisfaction.flag"

    @api.model
    @api.private
    def _check_answers(self, only):
        """Check answers one by one.

        :param SQL only: narrows ``survey_user_input i``
        :return: see ``_store``
        """
        tables = SQL("%s, %s", self._answers_with(only), self._said_with())
        scope = SQL("f.user_input_id IN (SELECT id FROM answer)")
        return self._store(tables, self._answers_found(), CODES, scope)

    @api.model
    @api.private
    def _check_just_answered(self, answers):
        """Check answers that came in a moment ago, by one statement; nothing is withdrawn.

        Answers of the same dealers of the last hours are looked at for one thing: which ones came
        right after each other shows only with the last of them.
        """
        recent = SQL(
            "i.dealer_id = ANY(%s) AND i.end_datetime >= now() AT TIME ZONE 'UTC' - interval %s",
            answers.dealer_id.ids,
            _RECENT,
        )
        only = SQL("(i.id = ANY(%s) OR %s)", answers.ids, recent)
        fresh = SQL("a.id = ANY(%s)", answers.ids)
        tables = SQL(", ").join(
            (self._answers_with(only), self._said_with(fresh), self._chains_with())
        )
        found = SQL("%s UNION ALL %s", self._answers_found(fresh), self._chains_found())
        return self._store(tables, found, CODES, SQL("FALSE"))

    @api.model
    def _said_with(self, fresh=EVERYTHING):
        return SQL(_TABLES, phone=PHONE_KEY, fresh=fresh)

    @api.model
    def _answers_found(self, fresh=EVERYTHING):
        row = self._row_sql()
        return SQL(" UNION ALL ").join(
            (
                SQL(_FAST, row=row),
                SQL(_STAFF, row=row, phone=PHONE_KEY, masked=MASKED, fresh=fresh),
            )
        )
