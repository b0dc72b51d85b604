from odoo import models
from odoo.tools import SQL

from ...tools.one import one_sql

# What tells apart figures that must not be averaged.
_APART = ("kpi_id", "level", "period_kind", "basis")


class CrmKpiValue(models.Model):
    _inherit = "crm.kpi.value"

    def _read_group_select(self, aggregate_spec, query):
        """No mean of what is not comparable."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec == "value:avg":
            return SQL("CASE WHEN %s THEN %s END", one_sql(self._table, _APART), select)
        return select
