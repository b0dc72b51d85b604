from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools import mileage

# What tools/mileage.py says in Python, for all vehicles; the order of operations is the same,
# so that both come to the same digits.
_LOG = """
WITH vehicle AS (
    SELECT v.id, v.model_id, v.delivery_date, v.next_service_km, v.warranty_end_km,
           CASE WHEN v.mileage_date IS NULL THEN 0 ELSE v.mileage END AS km,
           COALESCE(v.mileage_date, v.delivery_date) AS day
      FROM crm_vehicle v
     WHERE v.active AND %(only)s AND COALESCE(v.mileage_date, v.delivery_date) IS NOT NULL),
reading AS (
    SELECT vehicle_id, date, km, id FROM crm_vehicle_mileage m
     WHERE date >= %(since)s AND %(read)s
     UNION ALL
    SELECT id, delivery_date, 0, 0 FROM vehicle WHERE delivery_date >= %(since)s),
run AS (
    SELECT *, COALESCE(km < lag(km) OVER log, FALSE) AS back
      FROM reading WINDOW log AS (PARTITION BY vehicle_id ORDER BY date, id)),
forward AS (
    SELECT *, COALESCE(sum(back::int) OVER (PARTITION BY vehicle_id ORDER BY date DESC, id DESC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS later_backs
      FROM run),
monthly AS (
    SELECT DISTINCT ON (vehicle_id, date_trunc('month', date)) vehicle_id, date, km, id
      FROM forward WHERE later_backs = 0
     ORDER BY vehicle_id, date_trunc('month', date) DESC, date DESC, id DESC),
kept AS (
    SELECT vehicle_id, date, km FROM (
        SELECT *, row_number() OVER (PARTITION BY vehicle_id ORDER BY date DESC, id DESC) AS place
          FROM monthly) placed
     WHERE place <= %(most_readings)s),
span AS (
    SELECT vehicle_id, count(*) AS readings, max(date) - min(date) AS days,
           %(today)s - max(date) AS age
      FROM kept GROUP BY 1),
slope AS (
    SELECT a.vehicle_id, (b.km - a.km)::float8 / (b.date - a.date) AS rate
      FROM kept a JOIN kept b ON b.vehicle_id = a.vehicle_id
                             AND b.date - a.date >= %(fewest_days)s),
middle AS (
    SELECT vehicle_id, percentile_cont(ARRAY[0.5, 0.25, 0.75]) WITHIN GROUP (ORDER BY rate) AS q
      FROM slope WHERE rate <= %(most_a_day)s GROUP BY 1),
own AS (
    SELECT vehicle_id, readings::int, q[1] AS rate,
           LEAST(q[2], q[1] * %(below)s) AS low, GREATEST(q[3], q[1] * %(above)s) AS high,
           CASE WHEN readings >= %(high_readings)s AND days >= %(high_span)s
                     AND age <= %(high_age)s AND q[3] - q[2] <= %(high_spread)s * q[1]
                THEN 'high' WHEN age <= %(medium_age)s THEN 'medium' ELSE 'low' END AS confidence
      FROM middle JOIN span USING (vehicle_id)),"""
# The usual paces are written with a run for all, and read by one for some.
_USUAL = """
paces AS (
    SELECT v.model_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY o.rate) AS rate,
           count(*)::int AS vehicles
      FROM own o JOIN vehicle v ON v.id = o.vehicle_id
     GROUP BY GROUPING SETS ((v.model_id), ())
    HAVING count(*) >= %(fewest_vehicles)s AND (grouping(v.model_id) = 1
                                                OR v.model_id IS NOT NULL)),
outdated AS (
    DELETE FROM crm_vehicle_usual_pace u WHERE NOT EXISTS (
        SELECT FROM paces p WHERE p.model_id IS NOT DISTINCT FROM u.model_id)),
told AS (
    INSERT INTO crm_vehicle_usual_pace AS u (model_id, rate, vehicles)
    SELECT model_id, rate, vehicles FROM paces
        ON CONFLICT (COALESCE(model_id, 0)) DO UPDATE
       SET rate = excluded.rate, vehicles = excluded.vehicles
     WHERE (u.rate, u.vehicles) IS DISTINCT FROM (excluded.rate, excluded.vehicles)),"""
_STORED = "paces AS (SELECT model_id, rate FROM crm_vehicle_usual_pace),"
_WRITE = """
pace AS (
    SELECT v.*, COALESCE(o.rate, u.usual) AS rate,
           COALESCE(o.low, u.usual * %(usual_below)s) AS low,
           COALESCE(o.high, u.usual * %(usual_above)s) AS high,
           COALESCE(o.confidence, 'low') AS confidence, COALESCE(o.readings, 0) AS readings
      FROM vehicle v
      LEFT JOIN own o ON o.vehicle_id = v.id
      LEFT JOIN paces m ON m.model_id = v.model_id
      LEFT JOIN paces n ON n.model_id IS NULL
     CROSS JOIN LATERAL (SELECT COALESCE(m.rate, n.rate, %(default)s::float8) AS usual) u),
forecast AS (
    SELECT id AS vehicle_id, rate, low AS rate_low, high AS rate_high, confidence, readings,
           NULLIF(next_service_km, 0) AS service_km, %(service)s AS service_date,
           %(early)s AS service_early, %(late)s AS service_late,
           NULLIF(warranty_end_km, 0) AS warranty_km, %(warranty)s AS warranty_date
      FROM pace),
gone AS (
    DELETE FROM crm_vehicle_forecast f
     WHERE %(stored)s AND NOT EXISTS (SELECT FROM vehicle v WHERE v.id = f.vehicle_id))
INSERT INTO crm_vehicle_forecast (%(columns)s)
SELECT %(new)s
  FROM forecast n LEFT JOIN crm_vehicle_forecast f ON f.vehicle_id = n.vehicle_id
 WHERE f.vehicle_id IS NULL OR (%(new)s) IS DISTINCT FROM (%(old)s)
    ON CONFLICT (vehicle_id) DO UPDATE SET %(updates)s"""
_COLUMNS = (
    "vehicle_id", "rate", "rate_low", "rate_high", "confidence", "readings", "service_km",
    "service_date", "service_early", "service_late", "warranty_km", "warranty_date",
)  # fmt: skip


class CrmVehicleForecast(models.Model):
    _inherit = "crm.vehicle.forecast"

    @api.model
    def _refresh_sql(self, today, vehicle_ids=None):
        """The one statement that writes forecasts that changed; see ``tools/mileage.py``."""
        everybody = vehicle_ids is None
        ids = list(vehicle_ids or ())
        targets = {
            "service": ("next_service_km", "rate"),
            "early": ("next_service_km", "high"),
            "late": ("next_service_km", "low"),
            "warranty": ("warranty_end_km", "rate"),
        }
        day = SQL("%s::date", today)
        return SQL(
            _LOG + (_USUAL if everybody else _STORED) + _WRITE,
            only=SQL("TRUE") if everybody else SQL("v.id = ANY(%s)", ids),
            read=SQL("TRUE") if everybody else SQL("m.vehicle_id = ANY(%s)", ids),
            since=today - relativedelta(months=mileage.MONTHS),
            today=day,
            **{name: self._reached_sql(*columns) for name, columns in targets.items()},
            stored=SQL("TRUE") if everybody else SQL("f.vehicle_id = ANY(%s)", ids),
            **self._forecast_columns(),
            **self._forecast_limits(),
        )

    @api.model
    def _forecast_columns(self):
        def listed(*prefix):
            return SQL(", ").join(SQL.identifier(*prefix, name) for name in _COLUMNS)

        updates = [
            SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
            for name in _COLUMNS[1:]
        ]
        return {
            "columns": listed(),
            "new": listed("n"),
            "old": listed("f"),
            "updates": SQL(", ").join(updates),
        }

    @api.model
    def _reached_sql(self, target, rate):
        """SQL of the day on which the column ``target`` (km) is reached at the pace ``rate``."""
        return SQL(
            """CASE WHEN COALESCE(%(target)s, 0) = 0 THEN NULL
                    WHEN %(target)s <= km THEN day
                    WHEN %(rate)s * %(farthest)s > %(target)s - km
                    THEN day + ceil((%(target)s - km) / %(rate)s)::int END""",
            target=SQL.identifier(target),
            rate=SQL.identifier(rate),
            farthest=mileage.FARTHEST_DAYS,
        )

    @api.model
    def _forecast_limits(self):
        return {
            "most_readings": mileage.MOST_READINGS,
            "fewest_days": mileage.FEWEST_DAYS,
            "most_a_day": mileage.MOST_KM_A_DAY,
            "below": 1 - mileage.MARGIN,
            "above": 1 + mileage.MARGIN,
            "usual_below": 1 - mileage.USUAL_MARGIN,
            "usual_above": 1 + mileage.USUAL_MARGIN,
            "high_readings": mileage.HIGH_READINGS,
            "high_span": mileage.HIGH_SPAN,
            "high_age": mileage.HIGH_AGE,
            "high_spread": mileage.HIGH_SPREAD,
            "medium_age": mileage.MEDIUM_AGE,
            "fewest_vehicles": mileage.FEWEST_VEHICLES,
            "default": mileage.DEFAULT_KM_A_DAY,
        }
