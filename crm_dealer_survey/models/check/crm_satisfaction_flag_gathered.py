"""Kinds that prove nothing of one answer, but of many at one dealer (S9).

Customers in a hurry give the same figure everywhere, staff correct a phone after a visit. Such
answers are flagged only where a dealer has so many of them that an honest one hardly ever has.
"""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import period_begin

from ...tools.tails import improbable_shares, too_improbable

CODES = ("straight_line", "changed")
IMPROBABLE = 0.001
_FEWEST = 3  # so many at one dealer are many
_TEN_POINTS = "('satisfaction', 'overall', 'nps', 'rebuy', 'return')"
# Topics: a factor, or a question that stands for itself. The same figure on one topic says nothing.
_TOPICS = 3

_SAID = f"""
said AS MATERIALIZED (
    SELECT a.id, count(*) AS questions, count(*) FILTER (WHERE s.ten) AS figures,
           count(DISTINCT (q.satisfaction_kind, q.satisfaction_factor_id)) FILTER (WHERE s.ten)
               AS topics,
           stddev_pop(l.value_scale) FILTER (WHERE s.ten)::float8 AS spread,
           avg(l.value_scale) FILTER (WHERE s.ten)::float8 AS mean,
           min(l.value_scale) FILTER (WHERE s.ten) AS least,
           CASE WHEN a.ended >= a.started  -- else a clock was wrong, and nothing is known
                THEN extract(epoch FROM a.ended - a.started)::float8 END AS seconds
      FROM answer a
      JOIN survey_user_input_line l ON l.user_input_id = a.id AND l.skipped IS NOT TRUE
      JOIN survey_question q ON q.id = l.question_id
     CROSS JOIN LATERAL (SELECT q.satisfaction_kind IN {_TEN_POINTS}
                                AND l.answer_type = 'scale' AS ten) s
     GROUP BY a.id, a.ended, a.started)"""
_STRAIGHT = """
SELECT %(row)s, s.spread AS figure, r.threshold, jsonb_build_object(
       'figures', s.figures, 'topics', s.topics, 'mean', round(s.mean::numeric, 2),
       'spread', round(s.spread::numeric, 2), 'seconds', s.seconds) AS evidence
  FROM said s JOIN answer a ON a.id = s.id
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'straight_line'
 WHERE s.figures >= r.min_count AND s.topics >= %(topics)s AND s.spread <= r.threshold
   AND (s.least < 10 OR s.seconds < r.second_threshold * s.questions)"""
# The last change by the dealer's own staff between the visit and the draw.
_CHANGED = """
SELECT %(row)s, round(c.days::numeric, 1), r.threshold, jsonb_build_object(
       'field', c.name, 'user', c.user_id, 'day', c.day, 'customers',
       jsonb_build_array(a.partner_id))
  FROM answer a
  JOIN rule r ON r.programme_id = a.programme_id AND r.code = 'changed'
  LEFT JOIN crm_service_visit v ON v.id = a.visit_id
 CROSS JOIN LATERAL (
       SELECT extract(epoch FROM a.create_date - m.date) / 86400 AS days, f.name,
              s.user_id,
              (m.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
         FROM mail_message m
         JOIN mail_tracking_value t ON t.mail_message_id = m.id
         JOIN ir_model_fields f ON f.id = t.field_id AND f.name IN ('phone', 'email')
         JOIN crm_dealer_user_rel s ON s.user_id = t.create_uid AND s.dealer_id = a.dealer_id
        WHERE m.model = 'res.partner' AND m.res_id IN (a.partner_id, a.commercial_partner_id)
          AND t.old_value_char <> '' AND m.date <= a.create_date
          AND (v.id IS NULL OR m.date > COALESCE(v.date_delivered, v.date))
        ORDER BY m.id DESC LIMIT 1) c
 WHERE c.days <= r.threshold"""
_ALL = """
SELECT version_id, date_trunc('quarter', day)::date AS quarter, dealer_id, count(*) AS answers
  FROM answer GROUP BY 1, 2, 3"""


class CrmSatisfactionFlag(models.Model):
    _inherit = "crm.satisfaction.flag"

    @api.model
    @api.private
    def _check_gathered(self, only, since=None, versions=None):
        """Flag what gathers at a dealer in a quarter; parameters as of ``_check_tens``."""
        answers = self._answers_with(only)
        totals = {
            (version, quarter, dealer): count
            for version, quarter, dealer, count in self.env.execute_query(
                SQL("WITH %s %s", answers, SQL(_ALL))
            )
            if not since or quarter >= since
        }
        flags = []
        for code, rows in self._candidates(answers).items():
            flags += self._improbably_many(code, rows, totals)
        return self._store_rows(flags, CODES, self._period_scope(since, versions))

    @api.model
    def _candidates(self, answers):
        """``{code: {(version, quarter, dealer): rows of flags}}`` of all that looks like it."""
        found = SQL(
            "WITH %s, %s %s UNION ALL %s",
            answers,
            SQL(_SAID),
            SQL(_STRAIGHT, row=self._row_sql(), topics=_TOPICS),
            SQL(_CHANGED, row=self._row_sql(), zone=self.env.company._tz_here()),
        )
        candidates = {code: {} for code in CODES}
        for row in self.env.execute_query_dict(found):
            key = row["version_id"], period_begin(row["date"], 3), row["dealer_id"]
            candidates[row["code"]].setdefault(key, []).append(row)
        return candidates

    @api.model
    def _improbably_many(self, code, rows, totals):
        quarters = {}
        for (version, quarter, dealer), count in totals.items():
            hits = len(rows.get((version, quarter, dealer), ()))
            group = {"answers": count, "figures": count, "hits": hits}
            group |= {"hh": hits, "hf": hits, "ff": count}
            quarters.setdefault((version, quarter), {})[dealer] = group
        flags = []
        for key, dealers in quarters.items():
            tails, usual = improbable_shares(dealers, IMPROBABLE)
            for dealer in too_improbable(tails, IMPROBABLE):
                hits = dealers[dealer]["hits"]
                if hits < _FEWEST:
                    continue
                told = {
                    "count": hits,
                    "of": dealers[dealer]["answers"],
                    "usual": round(100 * usual, 1),
                }
                flags += [
                    {
                        **row,
                        "date": str(row["date"]),
                        "figure": float(row["figure"]),
                        "evidence": {**row["evidence"], **told},
                    }
                    for row in rows[(*key, dealer)]
                ]
        return flags
