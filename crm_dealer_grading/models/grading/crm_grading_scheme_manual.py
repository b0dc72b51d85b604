"""Manual levels in the statement: who holds one keeps it, the others are none the worse (G13)."""

from odoo import api, models
from odoo.tools import SQL


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _nobody_sql(self):
        """``_earned_sql`` of a scheme whose levels are given by hand only."""
        return SQL(
            "SELECT NULL::int AS partner_id, NULL::int AS dealer_id, NULL::int AS level_id,"
            " NULL::float8 AS score, NULL::jsonb AS figures WHERE FALSE"
        )

    def _manual_origin(self):
        """The scheme whose manual levels count; a draft is tried out with its original's."""
        return self.draft_of_id or self

    def _graded_ctes(self, earned, context):
        """CTEs ``manual``, ``earned`` and ``graded``.

        ``graded`` is who holds which level: the manual one valid on the day, else the earned
        one. ``computed_level_id`` is told beside a manual level only. Who has no figures at all
        but a manual level is graded as well, if the scheme looks at such customers.
        """
        some = SQL()
        if context.partner_ids is not None:
            some = SQL(" AND partner_id IN %s", context.partner_ids or (0,))
        manual = SQL(
            "SELECT id, partner_id, level_id FROM crm_grading_manual WHERE scheme_id = %s"
            " AND date_from <= %s AND (date_until IS NULL OR date_until > %s)%s",
            self._manual_origin().id,
            context.today,
            context.today,
            some,
        )
        graded = SQL(
            """SELECT e.partner_id, e.dealer_id, COALESCE(m.level_id, e.level_id) AS level_id,
                      m.id AS manual_id,
                      CASE WHEN m.id IS NOT NULL THEN e.level_id END AS computed_level_id,
                      e.score, e.figures
                 FROM earned e LEFT JOIN manual m ON m.partner_id = e.partner_id
                WHERE COALESCE(m.level_id, e.level_id) IS NOT NULL
                UNION ALL %s""",
            self._figureless_sql(),
        )
        return [
            SQL("manual AS MATERIALIZED (%s)", manual),
            SQL("earned AS MATERIALIZED (%s)", earned),
            SQL("graded AS MATERIALIZED (%s)", graded),
        ]

    def _figureless_sql(self):
        """Customers of the scheme who have a manual level and no figures."""
        query = self.env["res.partner"].sudo()._search(self._customer_domain())
        partner_id = SQL.identifier("res_partner", "id")
        query.add_join(
            "JOIN", "manual", "manual", SQL("%s = manual.partner_id", partner_id)
        )
        query.add_where(
            SQL(
                "(%s IS NULL OR %s)",
                SQL.identifier("res_partner", "parent_id"),
                SQL.identifier("res_partner", "is_company"),
            )
        )
        query.add_where(
            SQL("NOT EXISTS (SELECT FROM earned e WHERE e.partner_id = %s)", partner_id)
        )
        return query.select(
            SQL("%s AS partner_id", partner_id),
            SQL("%s AS dealer_id", SQL.identifier("res_partner", "dealer_id")),
            SQL("manual.level_id"),
            SQL("manual.id AS manual_id"),
            SQL("NULL::int AS computed_level_id"),
            SQL("NULL::float8 AS score"),
            SQL("'{}'::jsonb AS figures"),
        )

    def _stored_sql(self, context):
        """``_earned_sql`` from what the latest run found, without looking at anybody else."""
        return SQL(
            "SELECT partner_id, dealer_id, score, figures,"
            " CASE WHEN manual_id IS NULL THEN level_id ELSE computed_level_id END AS level_id"
            " FROM crm_grading_result WHERE scheme_id = %s AND partner_id IN %s",
            self.id,
            context.partner_ids or (0,),
        )

    def _apply_manual(self, partner_ids):
        """Put manual levels that began or ended into effect at once, in schemes of any method.

        If a full run holds a scheme, the customers wait for it in ``crm.grading.pending``.

        :return: whether all schemes could do it now
        """
        done = True
        self.env.flush_all()
        for scheme in self.sudo().with_context(active_test=True):
            if not scheme.active or not partner_ids:
                continue
            if not scheme._lock(shared=True, wait=False):
                self.env["crm.grading.pending"].sudo()._push(partner_ids)
                done = False
                continue
            context = scheme._context_for(tuple(partner_ids), None)
            ctes = scheme._graded_ctes(scheme._stored_sql(context), context)
            [row] = self.env.execute_query_dict(scheme._statement_sql(ctes, context))
            scheme._written(context, row)
        return done

    @api.model
    def _with_manual_levels(self, partner_ids):
        """Schemes in which these customers have or had a manual level."""
        manual = self.env["crm.grading.manual"].sudo()
        return manual.search([("partner_id", "in", list(partner_ids))]).scheme_id
