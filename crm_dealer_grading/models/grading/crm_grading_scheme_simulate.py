"""Simulation: who would move where, told by the statement that grades, nothing graded (G14)."""

from odoo import models
from odoo.tools import SQL

REVENUE = "revenue_12m"

# Levels of the draft are told as the original's where there is one of the same code.
_SIMULATING = """
    after AS (
        SELECT partner_id, dealer_id, CASE level_id %(places)s ELSE level_id END AS level_id
          FROM graded),
    compared AS MATERIALIZED (
        SELECT COALESCE(o.partner_id, a.partner_id) AS partner_id,
               COALESCE(a.dealer_id, o.dealer_id) AS dealer_id,
               o.level_id AS from_level, a.level_id AS to_level,
               COALESCE(r.revenue, 0) AS revenue
          FROM (SELECT partner_id, dealer_id, level_id FROM crm_grading_result
                 WHERE scheme_id = %(origin)s) o
          FULL JOIN after a ON a.partner_id = o.partner_id
          LEFT JOIN revenue r ON r.partner_id = COALESCE(o.partner_id, a.partner_id)),
    moves AS (
        INSERT INTO crm_grading_simulation_move
               (simulation_id, partner_id, dealer_id, from_level_id, to_level_id, revenue)
        SELECT %(simulation)s, partner_id, dealer_id, from_level, to_level, revenue
          FROM compared WHERE from_level IS DISTINCT FROM to_level
        RETURNING 1),
    lines AS (
        INSERT INTO crm_grading_simulation_line
               (simulation_id, dealer_id, from_level_id, to_level_id, customers, revenue, moves)
        SELECT %(simulation)s, dealer_id, from_level, to_level, count(*), sum(revenue),
               from_level IS DISTINCT FROM to_level
          FROM compared GROUP BY dealer_id, from_level, to_level
        RETURNING 1)
"""


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _simulate(self, simulation, date=None):
        """Grade by the draft and store who would move, beside what the original's results say.

        Neither results nor history are written. One statement; nothing is loaded into Python.

        :param simulation: record of ``crm.grading.simulation`` to store for
        :return: ``(customers, movers, revenue of movers)``
        """
        self.ensure_one()
        self._check_able_to_grade()
        draft = self.sudo().with_context(active_test=True)  # the figures count all records
        self.env.flush_all()
        [row] = self.env.execute_query(draft._simulation_sql(simulation, date))
        self.env["crm.grading.simulation.move"].invalidate_model()
        self.env["crm.grading.simulation.line"].invalidate_model()
        return row

    def _simulation_sql(self, simulation, date):
        context = self._context_for(None, date)
        places = [
            SQL("WHEN %s THEN %s", draft.id, level.id)
            for draft, level in self._level_pairs().items()
            if level
        ]
        simulating = SQL(
            _SIMULATING,
            places=SQL(" ").join(places) or SQL("WHEN 0 THEN 0"),
            origin=self.draft_of_id.id,
            simulation=simulation.id,
        )
        ctes = [
            *self._computing_ctes(context),
            *self._graded_ctes(self._earned_sql(context), context),
            SQL("revenue AS (%s)", self._revenue_sql(context)),
            simulating,
        ]
        return SQL(
            "WITH %s SELECT count(*), count(*) FILTER (WHERE moved),"
            " COALESCE(sum(revenue) FILTER (WHERE moved), 0)"
            " FROM (SELECT revenue, from_level IS DISTINCT FROM to_level AS moved FROM compared) c",
            SQL(", ").join(ctes),
        )

    def _revenue_sql(self, context):
        """Customers with the revenue of 12 months, or none if that metric is gone."""
        metric = self.env["crm.grading.metric"].sudo().with_context(active_test=False)
        metric = metric.search([("code", "=", REVENUE)], limit=1)
        if not metric:
            return SQL("SELECT 0 AS partner_id, 0::numeric AS revenue WHERE FALSE")
        return SQL(
            "SELECT partner_id, %s AS revenue FROM (%s) f",
            SQL.identifier(REVENUE),
            metric._figures_sql(context),
        )
