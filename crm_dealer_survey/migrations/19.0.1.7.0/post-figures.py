"""Answers of before carry their factors and what importance stands on beside their total (S5)."""


def migrate(cr, version):
    cr.execute(
        """
        WITH outcome AS (
            SELECT user_input_id,
                   ARRAY[max(value) FILTER (WHERE kind = 'overall'),
                         max(value) FILTER (WHERE kind = 'nps'),
                         max(value) FILTER (WHERE kind = 'return'),
                         max(value) FILTER (WHERE kind = 'rebuy')]::float8[] AS figures
              FROM crm_satisfaction_score
             WHERE factor_id IS NULL
             GROUP BY user_input_id),
        factors AS (
            SELECT t.id, t.user_input_id, array_agg(s.value::float8 ORDER BY f.id) AS figures
              FROM crm_satisfaction_score t
              JOIN crm_satisfaction_factor f ON f.version_id = t.version_id
              LEFT JOIN crm_satisfaction_score s
                   ON s.user_input_id = t.user_input_id AND s.kind = 'satisfaction'
                      AND s.factor_id = f.id
             WHERE t.kind = 'satisfaction' AND t.factor_id IS NULL AND t.figures IS NULL
             GROUP BY t.id, t.user_input_id)
        UPDATE crm_satisfaction_score c SET figures = o.figures || f.figures
          FROM factors f JOIN outcome o ON o.user_input_id = f.user_input_id
         WHERE c.id = f.id
        """
    )
