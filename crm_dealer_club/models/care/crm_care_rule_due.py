from odoo import models
from odoo.tools import SQL


class CrmCareRule(models.Model):
    """What falls due by a rule's trigger (M5)."""

    _inherit = "crm.care.rule"

    def _due_sql(self, date_from, date_to):
        """SQL of ``partner_id, vehicle_id, due_date``: what falls due by this rule's trigger.

        :param date_from: the first day
        :param date_to: the day after the last one
        """
        self.ensure_one()
        return SQL(
            """SELECT v.partner_id, v.id AS vehicle_id, v.insurance_expiry AS due_date
                 FROM crm_vehicle v
                WHERE %s AND v.active AND v.partner_id IS NOT NULL
                  AND v.insurance_expiry >= %s AND v.insurance_expiry < %s""",
            self.trigger == "insurance",
            date_from,
            date_to,
        )
