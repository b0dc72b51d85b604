from odoo import models


class CrmKpiValue(models.Model):
    _inherit = "crm.kpi.value"

    # All dealers, regions and the network in one period: heat maps, ranks.
    _period_index = models.Index("(period_kind, period, level)")
