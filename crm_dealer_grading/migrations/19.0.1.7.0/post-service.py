"""Shipped metrics of service count what no confirmed order counts (design.md, Meanings).

By a statement: a scheme can ask addons that are not loaded yet, and could not be tried now.
"""

_BEFORE = "[('stage', 'not in', ['booked', 'cancelled']), ('order_id', '=', False)]"
_NOW = (
    "[('stage', 'not in', ['booked', 'cancelled']), "
    "'|', ('order_id', '=', False), ('order_id.state', '!=', 'sale')]"
)


def migrate(cr, version):
    # A filter that a manager changed stays.
    cr.execute(
        """UPDATE crm_grading_metric m SET domain = %s
             FROM ir_model_data d
            WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.grading.metric'
              AND d.name IN ('metric_service_unordered_12m', 'metric_service_unordered_36m')
              AND m.id = d.res_id AND m.domain = %s""",
        [_NOW, _BEFORE],
    )
