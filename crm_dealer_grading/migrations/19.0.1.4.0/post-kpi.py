"""KPIs that a database has already learn what is new about them."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    kpi = env.ref("crm_dealer_grading.kpi_active_customers", raise_if_not_found=False)
    if kpi:
        kpi.adds_up = "year"  # data that managers edit are not updated
    # Of longer periods the months in them were not looked at.
    cr.execute(
        """UPDATE crm_kpi_value SET told_dealers = NULL
            WHERE level <> 'dealer' AND period_kind <> 'month'"""
    )
    env["crm.kpi.value"]._tell_unsaid()
