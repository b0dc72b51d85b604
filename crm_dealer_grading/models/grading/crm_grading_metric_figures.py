from dataclasses import replace

from odoo import models
from odoo.tools import SQL


class CrmGradingMetric(models.Model):
    _inherit = "crm.grading.metric"

    def _figures_sql(self, context):
        """Query of the customers with a column for each metric, without any scheme.

        :param GradingContext context: the day, and which customers
        """
        sources, columns = self._compile_sources(context)
        names = [SQL.identifier(alias) for alias in sources]
        ctes = [
            SQL("%s AS (%s)", name, query)
            for name, query in zip(names, sources.values(), strict=True)
        ]
        customers = SQL(" UNION ").join(SQL("SELECT partner_id FROM %s", name) for name in names)
        joins = SQL(" ").join(
            SQL("LEFT JOIN %s ON %s.partner_id = c.partner_id", name, name) for name in names
        )
        figures = SQL(", ").join(
            SQL("%s AS %s", column, SQL.identifier(metric.code))
            for metric, column in columns.items()
        )
        return SQL(
            "WITH %s SELECT c.partner_id, %s FROM (%s) c %s",
            SQL(", ").join(ctes),
            figures,
            customers,
            joins,
        )

    def _beside_sql(self, customer, context):
        """A table for a join: the figures of the customer of each row that it is joined to.

        :param SQL customer: the column with the customer's id
        """
        of_row = replace(context, partner_ids=SQL("(%s)", customer))
        return SQL("LATERAL (%s)", self._figures_sql(of_row))

    def _figures_by_customer(self, context):
        """``{customer id: {metric code: figure}}`` of those who have any."""
        if not self:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._figures_sql(context))
        return {row.pop("partner_id"): row for row in rows}
