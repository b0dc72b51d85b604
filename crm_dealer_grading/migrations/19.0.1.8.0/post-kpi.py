"""Shipped KPIs learn what is new, unless a manager changed them."""

_RETURN_RATE = {
    "en_US": (
        "Buyers who came to a workshop of the network ÷ buyers, both from the start day to the "
        "period's end.",
        "Buyers who came to a workshop of the network after the handover ÷ buyers, both from the "
        "start day to the period's end.",
    ),
    "zh_CN": (
        "销售客户回站量 ÷ 销售客户总量，均从起始日期累计至期末。",
        "交车后回站的销售客户量 ÷ 销售客户总量，均从起始日期累计至期末。",
    ),
}


def migrate(cr, version):
    cr.execute(
        """UPDATE crm_kpi k SET settle_days = 90
             FROM ir_model_data d
            WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.kpi'
              AND d.name = 'kpi_conversion' AND k.id = d.res_id AND k.settle_days = 7"""
    )
    # What was closed after 7 days is measured again until its 90 days are over.
    cr.execute(
        """UPDATE crm_kpi_value v SET is_closed = FALSE
             FROM ir_model_data d, crm_kpi k
            WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.kpi'
              AND d.name = 'kpi_conversion' AND k.id = d.res_id AND k.settle_days = 90
              AND v.kpi_id = k.id AND v.is_closed
              AND v.period + CASE v.period_kind WHEN 'month' THEN interval '1 month'
                    WHEN 'quarter' THEN interval '3 months' WHEN 'half' THEN interval '6 months'
                    ELSE interval '1 year' END > CURRENT_DATE - 90"""
    )
    for lang, (before, now) in _RETURN_RATE.items():
        cr.execute(
            """UPDATE crm_kpi k SET formula = k.formula || jsonb_build_object(%s, %s)
                 FROM ir_model_data d
                WHERE d.module = 'crm_dealer_grading' AND d.model = 'crm.kpi'
                  AND d.name = 'kpi_return_rate' AND k.id = d.res_id AND k.formula ->> %s = %s""",
            [lang, now, lang, before],
        )
