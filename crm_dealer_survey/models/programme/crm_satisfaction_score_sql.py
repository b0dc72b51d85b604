"""The one statement that turns answers into scores; tests/index_oracle.py says it in Python.

A factor's score is the mean of its answered questions by their weights, an answer's total the
mean of its factors by theirs: what was not answered gives its weight to the rest and never
counts as 0. Compliance is apart from satisfaction; its total is the share of all steps asked.
Sums are of decimals: they do not depend on the order of rows, so again gives the same.

The total of satisfaction carries two arrays, so that weak points are read from one row an answer,
not from twenty: ``said``, what was said on each question of satisfaction in the order of their ids,
and ``figures``, first what was said on the ``OUTCOMES``, then the score of each factor in the order
of their ids.
"""

from odoo.tools import SQL

# What importance is derived from: the first that a version asks for.
OUTCOMES = ("overall", "nps", "return", "rebuy")
_OUTCOMES = SQL(", ").join(SQL("max(value) FILTER (WHERE kind = %s)", kind) for kind in OUTCOMES)

_STORE = """
WITH item AS (
    SELECT i.id AS answer, q.id AS question, q.satisfaction_kind AS kind,
           q.satisfaction_factor_id AS factor,
           COALESCE(q.satisfaction_weight, 1)::numeric AS weight, l.value_scale AS said
      FROM survey_user_input i
      JOIN survey_user_input_line l ON l.user_input_id = i.id
      JOIN survey_question q ON q.id = l.question_id AND q.survey_id = i.survey_id
     WHERE i.id = ANY(%(answers)s)
       AND i.satisfaction_version_id IS NOT NULL
       AND i.state = 'done'
       AND i.test_entry IS NOT TRUE
       AND i.satisfaction_excluded IS NOT TRUE
       AND l.skipped IS NOT TRUE
       AND l.answer_type = 'scale'
       AND q.satisfaction_kind IS NOT NULL),
by_factor AS (
    SELECT answer, kind, factor, sum(weight * said) / sum(weight) AS value
      FROM item
     WHERE kind IN ('satisfaction', 'compliance') AND factor IS NOT NULL
     GROUP BY answer, kind, factor),
total AS (
    SELECT b.answer, b.kind, NULL::int AS factor,
           sum(f.weight::numeric * b.value) / sum(f.weight::numeric) AS value
      FROM by_factor b JOIN crm_satisfaction_factor f ON f.id = b.factor
     WHERE b.kind = 'satisfaction'
     GROUP BY b.answer, b.kind
     UNION ALL
    SELECT answer, kind, NULL, sum(weight * said) / sum(weight)
      FROM item
     WHERE kind <> 'satisfaction'
     GROUP BY answer, kind),
said AS (
    SELECT answer, array_agg(said ORDER BY question) AS said
      FROM (SELECT i.id AS answer, q.id AS question, max(t.said)::smallint AS said
              FROM survey_user_input i
              JOIN survey_question q
                   ON q.survey_id = i.survey_id AND q.satisfaction_kind = 'satisfaction'
              LEFT JOIN item t ON t.answer = i.id AND t.question = q.id
             WHERE i.id = ANY(%(answers)s)
             GROUP BY i.id, q.id) figure
     GROUP BY answer),
outcome AS (
    SELECT answer, ARRAY[%(outcomes)s]::float8[] AS figures FROM total GROUP BY answer),
factors AS (
    SELECT i.id AS answer, array_agg(b.value::float8 ORDER BY f.id) AS figures
      FROM survey_user_input i
      JOIN crm_satisfaction_factor f ON f.version_id = i.satisfaction_version_id
      LEFT JOIN by_factor b ON b.answer = i.id AND b.factor = f.id AND b.kind = 'satisfaction'
     WHERE i.id = ANY(%(answers)s)
     GROUP BY i.id),
score AS (
    SELECT s.answer, s.kind, s.factor, s.value, a.said, o.figures || f.figures AS figures,
           CASE s.kind WHEN 'compliance' THEN 100 * s.value
                       WHEN 'nps' THEN CASE WHEN s.value >= 9 THEN 100
                                            WHEN s.value <= 6 THEN -100 ELSE 0 END
                       ELSE s.value * v.index_scale::int / 10 END AS index_value,
           v.id AS version, v.programme_id AS programme, i.dealer_id, d.region_id, i.advisor_id,
           i.commercial_partner_id, i.satisfaction_channel, i.company_id,
           (i.end_datetime AT TIME ZONE 'UTC' AT TIME ZONE %(days)s)::date AS day
      FROM (SELECT * FROM by_factor UNION ALL SELECT * FROM total) s
      JOIN survey_user_input i ON i.id = s.answer
      JOIN crm_satisfaction_version v ON v.id = i.satisfaction_version_id
      LEFT JOIN crm_dealer d ON d.id = i.dealer_id
      LEFT JOIN said a ON a.answer = s.answer AND s.kind = 'satisfaction' AND s.factor IS NULL
      LEFT JOIN outcome o ON o.answer = a.answer
      LEFT JOIN factors f ON f.answer = a.answer),
gone AS (
    DELETE FROM crm_satisfaction_score o
     WHERE o.user_input_id = ANY(%(answers)s)
       AND NOT EXISTS (SELECT FROM score s
                        WHERE s.answer = o.user_input_id AND s.kind = o.kind
                          AND COALESCE(s.factor, 0) = COALESCE(o.factor_id, 0)))
INSERT INTO crm_satisfaction_score AS o (
       user_input_id, kind, factor_id, value, index_value, version_id, programme_id, dealer_id,
       region_id, advisor_id, partner_id, channel, company_id, date, said, figures)
SELECT answer, kind, factor, value, index_value, version, programme, dealer_id, region_id,
       advisor_id, commercial_partner_id, satisfaction_channel, company_id, day, said,
       figures
  FROM score
    ON CONFLICT (user_input_id, kind, COALESCE(factor_id, 0)) DO UPDATE
   SET value = EXCLUDED.value, index_value = EXCLUDED.index_value,
       dealer_id = EXCLUDED.dealer_id, region_id = EXCLUDED.region_id,
       advisor_id = EXCLUDED.advisor_id, partner_id = EXCLUDED.partner_id,
       channel = EXCLUDED.channel, company_id = EXCLUDED.company_id, date = EXCLUDED.date,
       said = EXCLUDED.said, figures = EXCLUDED.figures
 WHERE (o.value, o.index_value, o.dealer_id, o.region_id, o.advisor_id, o.partner_id, o.channel,
        o.company_id, o.date, o.said, o.figures)
       IS DISTINCT FROM
       (EXCLUDED.value, EXCLUDED.index_value, EXCLUDED.dealer_id, EXCLUDED.region_id,
        EXCLUDED.advisor_id, EXCLUDED.partner_id, EXCLUDED.channel, EXCLUDED.company_id,
        EXCLUDED.date, EXCLUDED.said, EXCLUDED.figures)
"""


def store(answers, days):
    """The statement for these answers.

    :param list answers: ids of ``survey.user_input``
    :param SQL days: name of the time zone of answer ``i``
    """
    return SQL(_STORE, answers=answers, days=days, outcomes=_OUTCOMES)
