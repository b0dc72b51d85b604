from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.batches import step_by_step

from . import crm_satisfaction_index_sql as statement

_CALM = 5  # days after a quarter's end before it is settled
TOUCHED = "crm_satisfaction_score_touched"
_NEVER = "1900-01-01"
# Whoever changes scores of a quarter that is over unsettles it, and waits for who settles just now;
# answers of this quarter meet neither. Cascades and merges by SQL are seen as well. The row is
# written even where nothing changes: who has not seen it settled meanwhile must meet that.
_FUNCTION = """
CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two days: a company's day may be later than that of UTC.
    IF EXISTS (SELECT FROM touched
                WHERE date < date_trunc('quarter', now() - interval '2 days')::date) THEN
        INSERT INTO crm_satisfaction_settled AS s (version_id, until)
        SELECT DISTINCT t.version_id, %(never)s::date FROM touched t
          JOIN crm_satisfaction_version v ON v.id = t.version_id
         ORDER BY t.version_id
            ON CONFLICT (version_id) DO UPDATE
           SET until = LEAST(s.until, (SELECT date_trunc('quarter', min(t.date))::date
                                         FROM touched t WHERE t.version_id = s.version_id));
    END IF;
    RETURN NULL;
END $$;
"""
_TRIGGERS = {
    "insert": "AFTER INSERT ON crm_satisfaction_score REFERENCING NEW TABLE AS touched",
    "delete": "AFTER DELETE ON crm_satisfaction_score REFERENCING OLD TABLE AS touched",
    "was": "AFTER UPDATE ON crm_satisfaction_score REFERENCING OLD TABLE AS touched",
    "became": "AFTER UPDATE ON crm_satisfaction_score REFERENCING NEW TABLE AS touched",
}


class CrmSatisfactionSettled(models.Model):
    """Up to when the sums of a version's groups are kept (S1).

    Scores of settled quarters are not read for the index by dealer, region and network; what
    changes one unsettles its quarter and those after it, at once and in the same transaction.
    """

    _name = "crm.satisfaction.settled"
    _description = "Settled Quarters of a Questionnaire"
    _log_access = False
    _rec_name = "version_id"

    version_id = fields.Many2one(
        "crm.satisfaction.version", required=True, readonly=True, ondelete="cascade"
    )
    until = fields.Date(required=True, readonly=True, help="The first day that is not settled.")

    _version_uniq = models.Constraint("UNIQUE(version_id)", "A version is settled once.")

    def init(self):
        result = super().init()
        function = SQL.identifier(TOUCHED)
        self.env.cr.execute(SQL(_FUNCTION, name=function, never=_NEVER))
        for name, what in _TRIGGERS.items():
            trigger = SQL.identifier(f"{TOUCHED}_{name}")
            self.env.cr.execute(
                SQL("DROP TRIGGER IF EXISTS %s ON crm_satisfaction_score", trigger)
            )
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s %s FOR EACH STATEMENT EXECUTE FUNCTION %s()",
                    trigger, SQL(what), function,
                )
            )  # fmt: skip
        return result

    @api.model
    def _kept_sql(self, narrow):
        """What is settled among the scores, and the sums that are kept of it.

        :param narrow: what a search of ``crm.satisfaction.index`` is about
        :return: ``(condition on scores, statement of sums)``, or None where the reader does not
            see everybody's answers, or nothing is settled
        """
        user = self.env.user
        if not self.env.su:
            # sudo: how many companies there are decides which way figures are reckoned.
            companies = self.env["res.company"].sudo().with_context(active_test=False)
            if user.dealer_scoped or companies.search_count([]) > len(self.env.companies):
                return None
        # Not from the cache: the trigger writes behind the ORM.
        settled = self.env.execute_query(
            SQL("SELECT version_id, until FROM crm_satisfaction_settled")
        )
        if not settled:
            return None
        until = SQL(
            "(VALUES %s) settled(version_id, until)",
            SQL(", ").join(SQL("(%s, %s::date)", version_id, day) for version_id, day in settled),
        )
        scores = SQL(" OR ").join(
            SQL("version_id = %s AND date < %s", version_id, day) for version_id, day in settled
        )
        where = SQL(" AND ").join(
            [
                SQL("level = ANY(%s)", sorted(narrow.levels)),
                SQL("unit = ANY(%s)", sorted(narrow.units)),
                *narrow.where,
            ]
        )
        names = SQL(", ").join(map(SQL.identifier, (*statement.GROUP, *statement.SUMS)))
        sums = SQL(
            """SELECT %s FROM (SELECT * FROM crm_satisfaction_sum WHERE %s) s
                 JOIN %s USING (version_id) WHERE period < until""",
            names, where, until,
        )  # fmt: skip
        return scores, sums

    # -- The job --------------------------------------------------------------------------------

    @api.model
    def _cron_settle(self):
        """Settle the quarters that are over, one of a version in each transaction."""
        today = self.env.company._today_here()
        end = fields.Date.start_of(fields.Date.subtract(today, days=_CALM), "quarter")
        done = self.search([("until", ">=", end)]).version_id
        versions = self.env["crm.satisfaction.version"].search([("used_on", "!=", False)]) - done
        step_by_step(
            self.env, versions, lambda one, _last: self._settle_next(one, end), "Sums of scores"
        )

    @api.model
    def _settle_next(self, version, end):
        """Settle the next quarter of a version that has answers; call it after a commit.

        :return: whether there may be another one before ``end``
        """
        # First of all, so that what others have written by now is seen.
        self.env.cr.execute("LOCK TABLE crm_satisfaction_settled IN EXCLUSIVE MODE")
        self.invalidate_model()
        row = self.search([("version_id", "=", version.id)])
        row = row or self.create({"version_id": version.id, "until": _NEVER})
        quarter = self._next_quarter(row, end)
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_satisfaction_sum WHERE version_id = %s AND period >= %s",
                version.id, row.until,
            )
        )  # fmt: skip
        if not quarter:
            row.until = max(row.until, end)
            return False
        following = fields.Date.add(quarter, months=3)
        names = SQL(", ").join(map(SQL.identifier, (*statement.GROUP, *statement.SUMS)))
        seen = SQL(
            "version_id = %s AND date >= %s AND date < %s", version.id, quarter, following
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_satisfaction_sum (%s) SELECT %s FROM (%s) s",
                names, names, statement.sums(seen),
            )
        )  # fmt: skip
        row.until = following
        return following < end

    @api.model
    def _next_quarter(self, row, end):
        """The first quarter with scores from the settled day on, before ``end``; or None."""
        [[day]] = self.env.execute_query(
            SQL(
                """SELECT min(date) FROM crm_satisfaction_score
                    WHERE version_id = %s AND date >= %s AND date < %s""",
                row.version_id.id, row.until, end,
            )
        )  # fmt: skip
        return day and fields.Date.start_of(day, "quarter")
