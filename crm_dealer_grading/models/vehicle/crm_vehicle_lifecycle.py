from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_vehicle_lifecycle_stage import LIFECYCLE

_STAGES = LIFECYCLE[1:]
_NO_VISIT = ("booked", "cancelled")
# A prediction from fewer days of driving would be a guess.
_FEWEST_DAYS_OF_DRIVING = 90


class CrmVehicle(models.Model):
    """Where a vehicle stands in its life (C7), right at midnight without a job.

    One SQL expression defines the stage (``_lifecycle_sql``); the field's value, its search, its
    groups and its order all use it. The first that fits holds:

    1. *gone*: archived, or without an owner
    2. *new*: delivered less than 3 months ago
    3. *lapsed*: no visit for more than 12 months, and had by its owner for longer than that
    4. *out* of warranty: the date is over or the kilometres are reached; or neither is known
    5. warranty *ending*: at most 3 months, or 90 % of the kilometres reached
    6. in *warranty*

    The numbers are those of the stages' records.
    """

    _inherit = "crm.vehicle"

    # A moment, not a day: which day it was depends on the time zone of who asks.
    last_visit_date = fields.Datetime(
        string="Last Visit",
        compute="_compute_last_visit_date",
        store=True,
        help="Arrival at the latest visit that took place.",
    )
    lifecycle = fields.Selection(
        _STAGES,
        compute="_compute_lifecycle",
        search="_search_lifecycle",
        help="From delivery, warranty, mileage and visits; always right today.",
    )
    lifecycle_treatment = fields.Text(string="What to Do", compute="_compute_lifecycle_treatment")

    @api.depends("visit_ids.date", "visit_ids.stage", "visit_ids.active")
    def _compute_last_visit_date(self):
        self.env["crm.service.visit"].flush_model(["vehicle_id", "date", "stage", "active"])
        latest = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """SELECT vehicle_id, MAX(date) FROM crm_service_visit
                       WHERE vehicle_id IN %s AND active AND stage NOT IN %s
                       GROUP BY vehicle_id""",
                    tuple(self.ids),
                    _NO_VISIT,
                )
            )
            latest = dict(rows)
        for vehicle in self:
            vehicle.last_visit_date = latest.get(vehicle.id, False)

    @api.depends(
        "active",
        "partner_id",
        "delivery_date",
        "warranty_end",
        "warranty_end_km",
        "mileage",
        "mileage_date",
        "last_visit_date",
        "ownership_ids.date_from",
    )
    @api.depends_context("tz")
    def _compute_lifecycle(self):
        found = {}
        if ids := self._origin.ids:
            # Who reads the vehicle may know its stage; owners of other dealers count as well.
            vehicles = self.env["crm.vehicle"].sudo()
            stage = vehicles._lifecycle_sql("vehicle")
            rows = self.env.execute_query(
                SQL(
                    "SELECT vehicle.id, %s FROM crm_vehicle vehicle WHERE vehicle.id IN %s",
                    stage,
                    tuple(ids),
                )
            )
            found = dict(rows)
        for vehicle in self:
            vehicle.lifecycle = found.get(vehicle._origin.id, False)

    @api.depends("lifecycle")
    def _compute_lifecycle_treatment(self):
        stages = self.env["crm.vehicle.lifecycle.stage"].search(
            [("code", "in", self.mapped("lifecycle"))]
        )
        treatments = {stage.code: stage.treatment for stage in stages}
        for vehicle in self:
            vehicle.lifecycle_treatment = treatments.get(vehicle.lifecycle)

    @api.model
    def _search_lifecycle(self, operator, value):
        if operator != "in":
            return NotImplemented
        codes = tuple(code for code in value if code)
        if not codes:
            return Domain.FALSE  # every vehicle has a stage
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("%s IN %s", model._lifecycle_sql(alias), codes),
            predicate=lambda vehicle: vehicle.lifecycle in codes,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "lifecycle":
            return super()._field_to_sql(alias, field_expr, query)
        return self._lifecycle_sql(alias)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """In the order of life, not of the alphabet."""
        if field_name != "lifecycle":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        codes = [code for code, _label in _STAGES]
        place = SQL("array_position(%s, %s)", codes, self._lifecycle_sql(alias))
        return SQL("%s %s %s", place, direction, nulls)

    @api.model
    def _lifecycle_limits(self):
        """Return the days and the moment that the stages compare with, as of the user's today."""
        today = fields.Date.context_today(self)
        limits = self.env["crm.vehicle.lifecycle.stage"]._limits()
        lapsed = today - relativedelta(months=limits["lapsed"][0])
        midnight = datetime.combine(lapsed, time(), tzinfo=self.env.tz)
        return {
            "today": today,
            "new": today - relativedelta(months=limits["new"][0]),
            "ending": today + relativedelta(months=limits["ending"][0]),
            "percent": limits["ending"][1] or 100,
            "lapsed": lapsed,
            "lapsed_moment": midnight.astimezone(UTC).replace(tzinfo=None),
        }

    @api.model
    def _lifecycle_km_sql(self, alias):
        """SQL of today's mileage in km: the reading, carried on at the pace so far (override).

        The pace is that from delivery to the latest reading, if that is long enough.
        """
        columns = {
            name: self._field_to_sql(alias, name)
            for name in ("mileage", "mileage_date", "delivery_date")
        }
        return SQL(
            """(COALESCE(%(mileage)s, 0) + CASE
                WHEN %(mileage_date)s - %(delivery_date)s >= %(fewest)s
                     AND %(today)s > %(mileage_date)s
                THEN %(mileage)s::bigint * (%(today)s - %(mileage_date)s)
                     / (%(mileage_date)s - %(delivery_date)s)
                ELSE 0 END)""",
            fewest=_FEWEST_DAYS_OF_DRIVING,
            today=SQL("%s::date", fields.Date.context_today(self)),
            **columns,
        )

    @api.model
    def _lifecycle_sql(self, alias):
        """SQL of the stage's code for the vehicle of table ``alias``; see the class.

        The kilometres, which may be a look-up in another table, are asked for once, and only
        where they decide.
        """
        names = ("active", "partner_id", "delivery_date", "last_visit_date", "warranty_end")
        columns = {name: self._field_to_sql(alias, name) for name in names}
        warranty_km = self._field_to_sql(alias, "warranty_end_km")
        return SQL(
            """(CASE
              WHEN %(active)s IS NOT TRUE OR %(partner_id)s IS NULL THEN 'gone'
              WHEN %(delivery_date)s > %(new)s THEN 'new'
              WHEN (%(last_visit_date)s IS NULL OR %(last_visit_date)s < %(lapsed_moment)s)
                   AND %(owned)s THEN 'lapsed'
              WHEN %(warranty_end)s < %(today)s
                   OR (%(warranty_end)s IS NULL AND NOT %(with_km)s) THEN 'out'
              WHEN NOT %(with_km)s
              THEN CASE WHEN %(warranty_end)s <= %(ending)s THEN 'ending' ELSE 'warranty' END
              ELSE (SELECT CASE
                      WHEN expected.km >= %(warranty_km)s THEN 'out'
                      WHEN %(warranty_end)s <= %(ending)s
                           OR expected.km * 100 >= %(warranty_km)s::bigint * %(percent)s
                      THEN 'ending'
                      ELSE 'warranty' END
                    FROM (SELECT %(km)s AS km OFFSET 0) expected) END)""",
            owned=self._lifecycle_owned_sql(alias),
            km=self._lifecycle_km_sql(alias),
            warranty_km=warranty_km,
            with_km=SQL("COALESCE(%s, 0) > 0", warranty_km),
            **columns,
            **self._lifecycle_limits(),
        )

    @api.model
    def _lifecycle_owned_sql(self, alias):
        """Whether the present owner first had it before the months of a lapsed vehicle."""
        line = self.env["crm.vehicle.ownership"]
        return SQL(
            """EXISTS (SELECT FROM crm_vehicle_ownership owned
                       WHERE %s = %s AND %s = %s AND %s < %s)""",
            line._field_to_sql("owned", "vehicle_id"),
            SQL.identifier(alias, "id"),
            line._field_to_sql("owned", "partner_id"),
            self._field_to_sql(alias, "partner_id"),
            line._field_to_sql("owned", "date_from"),
            self._lifecycle_limits()["lapsed"],
        )
