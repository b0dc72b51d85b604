"""What falls due: one method a trigger, each one set-based query (M5)."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

_OF_VEHICLES = """
SELECT v.partner_id, v.id AS vehicle_id, %(due)s AS due_date
  FROM %(source)s
  JOIN res_partner p ON p.id = v.partner_id AND p.active
  JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active AND c.given_up_on IS NULL
 WHERE v.active AND %(condition)s"""
# Who has booked knows it.
_NOT_BOOKED = """NOT EXISTS (
    SELECT FROM crm_service_visit b
     WHERE b.vehicle_id = v.id AND b.active AND b.stage = 'booked' AND b.date >= %s)"""
# The present owner came then: what a former one did is not this one's lapse.
_OWNED = """EXISTS (
    SELECT FROM crm_vehicle_ownership o
     WHERE o.vehicle_id = v.id AND o.partner_id = v.partner_id AND o.date_from <= %s)"""


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    def _due_sql(self, date_from, date_to):
        """What the rule's trigger finds due in ``[date_from, date_to)``, before audience and gate.

        Subjects are active persons, customers and vehicles that are not given up. A vehicle's
        person is its owner; festivals, seasons and alerts are about customers, without a vehicle.
        Override ``_due_<trigger>_sql`` to change one, add one for a new trigger.

        :return: ``SQL`` of ``partner_id, vehicle_id (may be NULL), due_date``; a subject and a
            date come once
        """
        self.ensure_one()
        self.env.flush_all()
        return getattr(self, f"_due_{self.trigger}_sql")(date_from, date_to)

    # -- Parts -------------------------------------------------------------------------------

    def _due_vehicles_sql(self, due, condition, source=None):
        """Vehicles ``v`` that meet ``condition``, with their owners."""
        source = source or SQL("crm_vehicle v")
        return SQL(_OF_VEHICLES, due=due, condition=condition, source=source)

    def _due_field_sql(self, name, date_from, date_to, *more):
        """Vehicles whose date ``name`` is in the window; ``more`` conditions are optional."""
        column = SQL.identifier("v", name)
        window = SQL("%s >= %s AND %s < %s", column, date_from, column, date_to)
        return self._due_vehicles_sql(column, SQL(" AND ").join([window, *more]))

    def _due_tz(self):
        return (self.company_id or self.env.company)._tz_here()

    def _not_booked_sql(self):
        """Condition on vehicle ``v``: no visit is booked for today or later."""
        today = (self.company_id or self.env.company)._today_here()
        return SQL(_NOT_BOOKED, midnight(today, self._due_tz()))

    # -- Dates of a vehicle ------------------------------------------------------------------

    def _due_insurance_sql(self, date_from, date_to):
        return self._due_field_sql("insurance_expiry", date_from, date_to)

    def _due_inspection_sql(self, date_from, date_to):
        return self._due_field_sql("inspection_due", date_from, date_to)

    def _due_first_service_sql(self, date_from, date_to):
        return self._due_field_sql(
            "first_service_due",
            date_from,
            date_to,
            SQL("v.first_service_done IS NULL"),
            self._not_booked_sql(),
        )

    def _due_maintenance_date_sql(self, date_from, date_to):
        return self._due_field_sql("next_service_date", date_from, date_to, self._not_booked_sql())

    def _due_lapse_sql(self, date_from, date_to):
        """The day after so many days without a visit of the present owner's; without any visit
        they count from the delivery."""
        zone, days = self._due_tz(), timedelta(self.lapse_days)
        came = SQL("(v.last_visit_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone)
        visited = SQL(
            "v.last_visit_date >= %s AND v.last_visit_date < %s AND %s AND %s",
            midnight(date_from - days, zone),
            midnight(date_to - days, zone),
            SQL(_OWNED, came),
            self._not_booked_sql(),
        )
        never = SQL(
            "v.last_visit_date IS NULL AND v.delivery_date >= %s AND v.delivery_date < %s"
            " AND %s AND %s",
            date_from - days,
            date_to - days,
            SQL(_OWNED, SQL("v.delivery_date")),
            self._not_booked_sql(),
        )
        lapse = SQL("%s::int", self.lapse_days)
        return SQL(
            "%s UNION ALL %s",
            self._due_vehicles_sql(SQL("%s + %s", came, lapse), visited),
            self._due_vehicles_sql(SQL("v.delivery_date + %s", lapse), never),
        )
