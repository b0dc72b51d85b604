"""The writing half of the statement that grades a scheme: changed rows only (G15)."""

from odoo import models
from odoo.tools import SQL

# Results of customers whose level or figures are new, their moves, and who left the scheme.
_WRITING = """
    old AS (SELECT r.* FROM crm_grading_result r WHERE r.scheme_id = %(scheme)s%(some)s),
    diff AS (
        SELECT g.*, o.level_id AS old_level, o.since AS old_since
          FROM graded g LEFT JOIN old o ON o.partner_id = g.partner_id
         WHERE o.partner_id IS NULL
            OR o.level_id <> g.level_id
            OR o.score IS DISTINCT FROM g.score
            OR o.dealer_id IS DISTINCT FROM g.dealer_id
            OR o.manual_id IS DISTINCT FROM g.manual_id
            OR o.computed_level_id IS DISTINCT FROM g.computed_level_id
            OR o.figures IS DISTINCT FROM g.figures),
    written AS (
        INSERT INTO crm_grading_result
               (scheme_id, partner_id, level_id, score, figures, since, dealer_id,
                manual_id, computed_level_id)
        SELECT %(scheme)s, partner_id, level_id, score, figures,
               CASE WHEN level_id = old_level THEN old_since ELSE %(today)s END, dealer_id,
               manual_id, computed_level_id
          FROM diff
        ON CONFLICT (partner_id, scheme_id) DO UPDATE
           SET level_id = EXCLUDED.level_id, score = EXCLUDED.score,
               figures = EXCLUDED.figures, since = EXCLUDED.since,
               dealer_id = EXCLUDED.dealer_id, manual_id = EXCLUDED.manual_id,
               computed_level_id = EXCLUDED.computed_level_id
        RETURNING 1),
    gone AS (
        DELETE FROM crm_grading_result r
         WHERE r.scheme_id = %(scheme)s%(some)s
           AND NOT EXISTS (SELECT FROM graded g WHERE g.partner_id = r.partner_id)
        RETURNING r.partner_id, r.level_id, r.since, r.score, r.dealer_id),
    moved AS (
        INSERT INTO crm_grading_history (scheme_id, partner_id, from_level_id, to_level_id,
                                         move, date, held_since, score, dealer_id, count)
        SELECT %(scheme)s, partner_id, old_level, level_id,
               CASE WHEN place.new < place.old THEN 'up' ELSE 'down' END,
               %(today)s, old_since, score, dealer_id, 1
          FROM diff, LATERAL (
               SELECT CASE old_level %(rank)s END AS old, CASE level_id %(rank)s END AS new
               ) place
         WHERE level_id <> old_level
        UNION ALL
        SELECT %(scheme)s, partner_id, level_id, NULL, 'left', %(today)s, since, score,
               dealer_id, 1
          FROM gone
        RETURNING move)
"""

# Bounds are those of the figures: who holds a level by hand says nothing on what reaches it.
_COUNTS = """SELECT
    (SELECT count(*) FROM written) AS changed,
    (SELECT count(*) FROM diff WHERE old_level IS NULL) AS joined,
    (SELECT count(*) FROM moved WHERE move = 'up') AS moved_up,
    (SELECT count(*) FROM moved WHERE move = 'down') AS moved_down,
    (SELECT count(*) FROM gone) AS "left",
    %(movers)s AS movers,
    (SELECT json_agg(l) FROM (
        SELECT level_id, COALESCE(customers, 0) AS customers, COALESCE(total, 0) AS total,
               lowest, highest
          FROM (SELECT level_id, count(*) AS customers, sum(score) AS total
                  FROM graded GROUP BY level_id) held
          FULL JOIN (SELECT CASE WHEN manual_id IS NULL THEN level_id ELSE computed_level_id END
                            AS level_id, min(score) AS lowest, max(score) AS highest
                       FROM graded GROUP BY 1) earned USING (level_id)
         WHERE level_id IS NOT NULL) l) AS levels"""

# Whose level is another now, who joined and who left; named where some customers were asked for.
_MOVERS = """ARRAY(SELECT partner_id FROM diff WHERE old_level IS DISTINCT FROM level_id
          UNION ALL SELECT partner_id FROM gone)"""


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _statement_sql(self, ctes, context):
        """The whole statement: ``ctes`` lead to ``graded``, what follows writes and counts."""
        parts = SQL(", ").join([*ctes, self._writing_sql(context)])
        movers = SQL("NULL" if context.partner_ids is None else _MOVERS)
        return SQL("WITH %s %s", parts, SQL(_COUNTS, movers=movers))

    def _written(self, context, row):
        """After the statement: what the ORM remembers is outdated, and who hangs on levels acts.

        :param dict row: what the statement returned
        """
        self._invalidate_results()
        movers = row.pop("movers")
        if any(row[name] for name in ("joined", "moved_up", "moved_down", "left")):
            self._after_levels_changed(movers)

    def _after_levels_changed(self, partner_ids):
        """Hook, called once per run of a scheme in which somebody's level changed. Extend it.

        Customers who joined or left the scheme count as changed. It runs with all rights, in the
        transaction that wrote the levels and after them: what is raised here undoes this run.
        Customers may come here more than once, so what it does must be idempotent.

        :param partner_ids: ids of these customers (commercial entities), or None after a run of
            all customers: they may be many, ask ``crm.grading.history`` or the results by SQL
        """
        self.ensure_one()

    def _invalidate_results(self):
        """The statement wrote behind the ORM's back."""
        self.env["crm.grading.result"].invalidate_model()
        self.env["crm.grading.history"].invalidate_model()
        self.env["res.partner"].invalidate_model(["grading_result_ids", "grading_history_ids"])
        self.env["res.partner"]._invalidate_levels()

    def _writing_sql(self, context):
        """CTEs that write what changed: results, moves, and customers who left the scheme."""
        some = SQL()
        if context.partner_ids is not None:
            some = SQL(" AND r.partner_id IN %s", context.partner_ids or (0,))
        # Levels that a change of policy put away have a place too: customers come from there.
        levels = self.with_context(active_test=False).level_ids
        rank = SQL(" ").join(
            SQL("WHEN %s THEN %s", level.id, place) for place, level in enumerate(levels)
        )
        return SQL(
            _WRITING,
            scheme=self.id,
            some=some,
            today=context.today,
            rank=rank or SQL("WHEN 0 THEN 0"),
        )
