"""Shipped metrics of revenue deduct credit notes (design.md, Meanings)."""

from odoo import SUPERUSER_ID, api

_MODULE = "crm_dealer_grading"
_METRICS = ("metric_order_revenue_12m", "metric_order_revenue_36m")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["sale.order"]._fill_revenue()
    amount = env.ref("sale.field_sale_order__amount_untaxed")
    for name in _METRICS:
        metric = env.ref(f"{_MODULE}.{name}", raise_if_not_found=False)
        # A measure that a manager chose stays.
        if metric and metric.measure_field_id == amount:
            metric.measure_field_id = env.ref(f"{_MODULE}.field_sale_order__crm_revenue")
