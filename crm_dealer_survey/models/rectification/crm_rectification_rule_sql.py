"""Which answers meet which rules: one statement for any number of answers (S4)."""

from odoo import api, models
from odoo.tools import SQL

# Texts are compared in the language they were written in: a new version copies factors.
_MET = """
WITH rule AS (
    SELECT r.*, f.name->>'en_US' AS factor
      FROM crm_rectification_rule r
      LEFT JOIN crm_satisfaction_factor f ON f.id = r.factor_id
     WHERE r.active),
answer AS (
    SELECT i.id, r.id AS rule_id, r.about, r.threshold, r.factor
      FROM survey_user_input i
      JOIN rule r ON r.programme_id = i.satisfaction_programme_id
     WHERE i.id = ANY(%(answers)s) AND i.state = 'done' AND i.dealer_id IS NOT NULL
       AND i.test_entry IS NOT TRUE AND i.satisfaction_excluded IS NOT TRUE
       AND (i.end_datetime AT TIME ZONE 'UTC' AT TIME ZONE %(zones)s)::date >= r.start_on)
SELECT a.id, a.rule_id, s.factor_id, NULL::int AS question_id, s.value
  FROM answer a
  JOIN crm_satisfaction_score s ON s.user_input_id = a.id AND s.kind = 'satisfaction'
  LEFT JOIN crm_satisfaction_factor f ON f.id = s.factor_id
 WHERE s.value < a.threshold
   AND (a.about = 'total' AND s.factor_id IS NULL
        OR a.about = 'factor' AND s.factor_id IS NOT NULL
           AND (a.factor IS NULL OR a.factor = f.name->>'en_US'))
 UNION ALL
SELECT a.id, a.rule_id, q.satisfaction_factor_id, q.id, l.value_scale
  FROM answer a
  JOIN survey_user_input_line l ON l.user_input_id = a.id AND l.answer_type = 'scale'
  JOIN survey_question q ON q.id = l.question_id
  LEFT JOIN crm_satisfaction_factor f ON f.id = q.satisfaction_factor_id
 WHERE a.about = 'question' AND q.satisfaction_kind = 'satisfaction'
       AND l.value_scale <= a.threshold AND (a.factor IS NULL OR a.factor = f.name->>'en_US')
    OR a.about = 'compliance' AND q.satisfaction_kind = 'compliance' AND l.value_scale = 0
    OR a.about = 'nps' AND q.satisfaction_kind = 'nps' AND l.value_scale <= a.threshold
       AND EXISTS (SELECT FROM survey_user_input_line w
                    WHERE w.user_input_id = a.id AND w.value_text_box ~ '\\S')
 ORDER BY 1, 2, 5, 4"""


class CrmRectificationRule(models.Model):
    _inherit = "crm.rectification.rule"

    @api.model
    def _met_by(self, answers):
        """What the rules find in completed answers.

        :return: ``{answer id: [(rule id, factor id, question id, figure), …]}``, the worst
            figure of a rule first; answers that meet no rule are left out
        """
        if not self.search_count([("programme_id", "!=", False)], limit=1):
            return {}
        self.env.flush_all()
        zones = self.env["crm.satisfaction.score"]._time_zones()
        rows = self.env.execute_query(SQL(_MET, answers=answers.ids, zones=zones))
        found = {}
        for answer_id, *finding in rows:
            found.setdefault(answer_id, []).append(tuple(finding))
        return {
            answer_id: kept
            for answer_id, findings in found.items()
            if (kept := self._enough_steps(findings))
        }

    @api.model
    def _enough_steps(self, findings):
        """Without rules about steps of which too few were left out."""
        counts = {}
        for rule_id, *_rest in findings:
            counts[rule_id] = counts.get(rule_id, 0) + 1
        rules = self.browse(counts).filtered(
            lambda r: r.about != "compliance" or counts[r.id] >= r.threshold
        )
        return [finding for finding in findings if finding[0] in rules._ids]
