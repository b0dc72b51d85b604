"""Answers of before carry what was said on each question beside their total (S5)."""


def migrate(cr, version):
    cr.execute(
        """
        WITH said AS (
            SELECT id, array_agg(figure ORDER BY question) AS said FROM (
            SELECT c.id, q.id AS question, max(l.value_scale)::smallint AS figure
              FROM crm_satisfaction_score c
              JOIN survey_user_input i ON i.id = c.user_input_id
              JOIN survey_question q
                   ON q.survey_id = i.survey_id AND q.satisfaction_kind = 'satisfaction'
              LEFT JOIN survey_user_input_line l
                   ON l.user_input_id = i.id AND l.question_id = q.id
                      AND l.skipped IS NOT TRUE AND l.answer_type = 'scale'
             WHERE c.kind = 'satisfaction' AND c.factor_id IS NULL AND c.said IS NULL
             GROUP BY c.id, q.id) f GROUP BY id)
        UPDATE crm_satisfaction_score c SET said = said.said FROM said WHERE said.id = c.id
        """
    )
