"""Shipped metrics of service count what no confirmed order counts (design.md, Meanings)."""

from odoo import SUPERUSER_ID, api

_MODULE = "crm_dealer_grading"
_METRICS = ("metric_service_unordered_12m", "metric_service_unordered_36m")
_BEFORE = "[('stage', 'not in', ['booked', 'cancelled']), ('order_id', '=', False)]"
_NOW = (
    "[('stage', 'not in', ['booked', 'cancelled']), "
    "'|', ('order_id', '=', False), ('order_id.state', '!=', 'sale')]"
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in _METRICS:
        metric = env.ref(f"{_MODULE}.{name}", raise_if_not_found=False)
        # A filter that a manager changed stays.
        if metric and metric.domain == _BEFORE:
            metric.domain = _NOW
