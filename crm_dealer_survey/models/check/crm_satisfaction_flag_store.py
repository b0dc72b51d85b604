"""Flags are written by one statement: new, changed, gone; the same again writes nothing (S9)."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import period_begin

# The answers that are checked, and the check that holds for each programme and kind. Whether an
# answer was left out changes nothing: the evidence is still there. Where dealers themselves are
# asked nobody cheats.
_ANSWERS = """
rule AS (
    SELECT p.id AS programme_id, c.id AS check_id, c.code, c.severity, c.threshold,
           COALESCE(c.second_threshold, 0) AS second_threshold,
           COALESCE(c.min_count, 0) AS min_count
      FROM crm_satisfaction_programme p
     CROSS JOIN LATERAL (
           SELECT DISTINCT ON (code) *
             FROM crm_satisfaction_check
            WHERE programme_id = p.id OR programme_id IS NULL
            ORDER BY code, programme_id NULLS LAST) c
     WHERE c.active AND p.subject <> 'dealer'),
answer AS MATERIALIZED (
    SELECT i.id, i.dealer_id, i.satisfaction_programme_id AS programme_id,
           i.satisfaction_version_id AS version_id, i.company_id, i.partner_id,
           i.commercial_partner_id, i.visit_id, i.satisfaction_channel AS channel, i.create_date,
           i.start_datetime AS started, i.end_datetime AS ended,
           (i.end_datetime AT TIME ZONE 'UTC' AT TIME ZONE %(days)s)::date AS day
      FROM survey_user_input i
     WHERE i.satisfaction_version_id IS NOT NULL AND i.state = 'done'
       AND i.test_entry IS NOT TRUE AND i.dealer_id IS NOT NULL AND %(only)s)"""
# What each kind's select gives; %(answer)s comes from "answer a", %(rule)s from "rule r".
_ROW = """
       r.code, r.check_id, 'answer:' || a.id AS key, a.id AS user_input_id, a.dealer_id,
       a.programme_id, a.version_id, a.company_id, a.day AS date, r.severity"""
_STORE = """
WITH %(with)s,
found AS MATERIALIZED (%(found)s),
gone AS (
    UPDATE crm_satisfaction_flag f
       SET state = CASE f.state WHEN 'new' THEN 'withdrawn' ELSE f.state END, gone_on = %(today)s,
           write_date = %(now)s
     WHERE f.gone_on IS NULL AND f.code = ANY(%(codes)s) AND %(scope)s
       AND NOT EXISTS (SELECT FROM found x WHERE x.code = f.code AND x.key = f.key)
 RETURNING 1),
stored AS (
    INSERT INTO crm_satisfaction_flag AS old (
           code, check_id, key, user_input_id, dealer_id, programme_id, version_id, company_id,
           date, severity, figure, threshold, evidence, state, found_on,
           create_uid, write_uid, create_date, write_date)
    SELECT code, check_id, key, user_input_id, dealer_id, programme_id, version_id, company_id,
           date, severity, figure, threshold, evidence, 'new', %(today)s,
           %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM found ORDER BY code, key
        ON CONFLICT (code, key) DO UPDATE
       SET state = 'new', gone_on = NULL, check_id = EXCLUDED.check_id, date = EXCLUDED.date,
           severity = EXCLUDED.severity, figure = EXCLUDED.figure,
           threshold = EXCLUDED.threshold, evidence = EXCLUDED.evidence,
           write_date = EXCLUDED.write_date
     WHERE old.state = 'withdrawn' OR old.state = 'new'
           AND (old.check_id, old.date, old.severity, old.figure, old.threshold,
                old.evidence::jsonb)
               IS DISTINCT FROM (EXCLUDED.check_id, EXCLUDED.date, EXCLUDED.severity,
                                 EXCLUDED.figure, EXCLUDED.threshold, EXCLUDED.evidence::jsonb)
 RETURNING (xmax = 0) AS inserted),
back AS (
    UPDATE crm_satisfaction_flag f SET gone_on = NULL, write_date = %(now)s
      FROM found x
     WHERE x.code = f.code AND x.key = f.key AND f.gone_on IS NOT NULL
       AND f.state IN ('confirmed', 'dismissed')
 RETURNING 1)
SELECT (SELECT count(*) FROM stored WHERE inserted), (SELECT count(*) FROM gone),
       (SELECT count(*) FROM back)"""


class CrmSatisfactionFlag(models.Model):
    _inherit = "crm.satisfaction.flag"

    @api.model
    def _answers_with(self, only):
        """``WITH`` queries ``rule`` and ``answer``; ``only`` narrows ``survey_user_input i``."""
        self._flush_checked()
        days = self.env["crm.satisfaction.score"]._time_zones()
        return SQL(_ANSWERS, days=days, only=only)

    @api.model
    def _row_sql(self):
        return SQL(_ROW)

    @api.model
    def _store(self, tables, found, codes, scope):
        """Make the flags of ``codes`` what ``found`` finds.

        :param SQL tables: ``WITH`` queries that ``found`` uses
        :param SQL found: rows of flags
        :param SQL scope: the flags ``f`` that were looked at: they are withdrawn if not found
        :return: ``(number of new ones, number of those gone)``
        """
        self.flush_model()
        now = self.env.cr.now().replace(microsecond=0)
        query = SQL(
            _STORE,
            **{"with": tables},
            found=found,
            codes=list(codes),
            scope=scope,
            today=self.env.company._today_here(),
            now=now,
            uid=self.env.uid,
        )
        [[new, gone, _back]] = self.env.execute_query(query)
        self.invalidate_model()
        return new, gone

    @api.model
    def _flush_checked(self):
        """Bring what is looked at into the database."""
        for name in (
            "survey.user_input",
            "survey.user_input.line",
            "survey.question",
            "crm.satisfaction.check",
            "crm.satisfaction.programme",
            "crm.service.visit",
            "crm.dealer",
            "res.users",
        ):
            self.env[name].flush_model()
        self.env["res.partner"].flush_model(
            ["phone", "phone_sanitized", "commercial_partner_id", "active", "partner_share",
             "is_company", "parent_id"]
        )  # fmt: skip

    @api.model
    def _since(self):
        """First day of the quarter before this one: what the nightly job looks at."""
        return fields.Date.subtract(period_begin(self.env.company._today_here(), 3), months=3)
