"""Shipped definitions learn what is new, unless a manager changed them.

By statements: a scheme can ask addons that are not loaded yet, and could not be tried now.
"""

_NOW = "[('is_present', '=', True)]"


def migrate(cr, version):
    cr.execute(
        """UPDATE crm_grading_metric m SET domain = %s
             FROM ir_model_data d
            WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.grading.metric'
              AND d.name IN ('metric_owned_over_12m', 'metric_owned_over_6m')
              AND m.id = d.res_id AND COALESCE(m.domain, '[]') = '[]'""",
        [_NOW],
    )
    cr.execute(
        """UPDATE crm_grading_level l SET min_contacts_deep = TRUE
             FROM ir_model_data d
            WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.grading.level'
              AND d.name IN ('level_value_key', 'level_abc_a') AND l.id = d.res_id
              AND l.min_contacts = 1 AND l.min_contacts_period = 'month'"""
    )
