"""What is due for care, by SQL: data with a tenth of the vehicles due, and finding it by hand."""

# A tenth of the vehicles is due today: by each trigger one or two in a hundred.
_DATES_SQL = """
UPDATE crm_vehicle v SET
       insurance_expiry = TODAY + CASE WHEN id % 100 < 2 THEN 0 ELSE 1 + id % 364 END,
       inspection_due = TODAY + CASE WHEN id % 100 IN (2, 3) THEN 0 ELSE 1 + id % 729 END,
       next_service_date = TODAY + CASE WHEN id % 100 IN (4, 5) THEN 0 ELSE 1 + id % 300 END,
       warranty_end = TODAY + CASE WHEN id % 100 = 6 THEN 0 ELSE 1 + id % 1000 END,
       first_service_due = TODAY + CASE WHEN id % 100 = 7 THEN 0 ELSE 1 + id % 90 END,
       last_visit_date = (TODAY - CASE WHEN id % 100 = 8 THEN 180 ELSE 1 + id % 170 END)
                         + time '04:00',
       delivery_date = LEAST(delivery_date, TODAY - 200 - (id % 1000)::int),
       mileage = 20000 + id % 40000, mileage_date = TODAY - (id % 300)::int,
       next_service_km = 21000 + id % 40000 + id % 9000, warranty_end_km = 100000"""
_OWNED_SQL = """
UPDATE crm_vehicle_ownership o SET date_from = v.delivery_date
  FROM crm_vehicle v WHERE v.id = o.vehicle_id"""
_LOG_SQL = """
INSERT INTO crm_vehicle_mileage (vehicle_id, date, km, source, dealer_id, create_uid, write_uid,
    create_date, write_date)
SELECT v.id, v.mileage_date - 130 * k,
       GREATEST(v.mileage - (20 + v.id % 60) * 130 * k + v.id * k * 17 % 500, 0), 'visit',
       v.dealer_id, 1, 1, now(), now()
  FROM crm_vehicle v CROSS JOIN generate_series(0, 2) k WHERE v.id % 7 <> 0"""
_BIRTHS_SQL = """
UPDATE res_partner SET birthdate_date = DATE '1950-01-01' + (id * 7919::bigint % 20000)::int
 WHERE is_company IS NOT TRUE AND dealer_id IS NOT NULL AND id % 3 <> 0"""
# In the order in which they are filled.
DATA = [
    ("crm_vehicle", _DATES_SQL),
    ("crm_vehicle_ownership", _OWNED_SQL),
    ("crm_vehicle_mileage", _LOG_SQL),
    ("res_partner", _BIRTHS_SQL),
]
FORECAST_SQL = """
UPDATE crm_vehicle_forecast f SET confidence = 'high',
       service_date = TODAY + CASE WHEN vehicle_id % 100 = 9 THEN 0 ELSE 1 + vehicle_id % 300 END,
       warranty_date = TODAY + 1200"""

# -- By hand: what a DBA would write who knows the rules ---------------------------------------

_INSERT = """
INSERT INTO bench_reminder (rule_id, partner_id, commercial_partner_id, vehicle_id, due_date, date,
    channel, dealer_id, company_id, state, count, create_uid, write_uid, create_date, write_date)
"""
_OF_VEHICLES = _INSERT + """
SELECT RULE, v.partner_id, p.commercial_partner_id, v.id, TODAY, TODAY, 'CHANNEL', v.dealer_id,
       d.company_id, 'planned', 1, 1, 1, now(), now()
  FROM SOURCE
  JOIN res_partner p ON p.id = v.partner_id AND p.active
  JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active AND c.given_up_on IS NULL
  LEFT JOIN crm_dealer d ON d.id = v.dealer_id
 WHERE v.active AND """
_BIRTHDAYS = _INSERT + """
SELECT RULE, p.id, p.commercial_partner_id, NULL, TODAY, TODAY, 'CHANNEL', c.dealer_id,
       d.company_id, 'planned', 1, 1, 1, now(), now()
  FROM res_partner p
  JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active AND c.given_up_on IS NULL
  JOIN crm_dealer d ON d.id = c.dealer_id
 WHERE p.active AND p.is_company IS NOT TRUE AND p.birthdate_date IS NOT NULL
   AND (EXTRACT(month FROM p.birthdate_date)::int * 100
        + EXTRACT(day FROM p.birthdate_date)::int) = ANY(KEYS)
   AND EXTRACT(year FROM p.birthdate_date) < EXTRACT(year FROM TODAY)"""
_FREE = """NOT EXISTS (SELECT FROM crm_service_visit b WHERE b.vehicle_id = v.id AND b.active
        AND b.stage = 'booked' AND b.date >= MIDNIGHT)"""
_BOUGHT = "COALESCE(v.purchase_date, v.delivery_date)"
_VEHICLE = "crm_vehicle v"
_FORECAST = "crm_vehicle_forecast f JOIN crm_vehicle v ON v.id = f.vehicle_id"
# trigger: source, condition
_CONDITIONS = {
    "insurance": (_VEHICLE, "v.insurance_expiry = TODAY"),
    "inspection": (_VEHICLE, "v.inspection_due = TODAY"),
    "maintenance_date": (_VEHICLE, f"v.next_service_date = TODAY AND {_FREE}"),
    "first_service": (
        _VEHICLE,
        f"v.first_service_due = TODAY AND v.first_service_done IS NULL AND {_FREE}",
    ),
    "warranty": (
        _VEHICLE,
        "v.warranty_end = TODAY AND NOT EXISTS (SELECT FROM crm_vehicle_forecast f"
        " WHERE f.vehicle_id = v.id AND f.warranty_date < TODAY)",
    ),
    "maintenance_km": (
        _FORECAST,
        "f.service_date = TODAY AND f.confidence IN ('high', 'medium')"
        f" AND COALESCE(v.next_service_date > TODAY, TRUE) AND {_FREE}",
    ),
    "lapse": (
        _VEHICLE,
        f"v.last_visit_date >= DAY_180 AND v.last_visit_date < DAY_179 AND {_FREE}"
        " AND EXISTS (SELECT FROM crm_vehicle_ownership o WHERE o.vehicle_id = v.id"
        " AND o.partner_id = v.partner_id AND o.date_from <= TODAY - 180)",
    ),
    "anniversary": (
        _VEHICLE,
        f"(EXTRACT(month FROM {_BOUGHT})::int * 100 + EXTRACT(day FROM {_BOUGHT})::int)"
        f" = ANY(KEYS) AND EXTRACT(year FROM {_BOUGHT}) < EXTRACT(year FROM TODAY)"
        " AND NOT EXISTS (SELECT FROM crm_vehicle_ownership o WHERE o.vehicle_id = v.id"
        " AND o.partner_id <> v.partner_id)",
    ),
}
TRIGGERS = [*_CONDITIONS, "birthday"]


def by_hand(trigger):
    """The statement that finds what one trigger has due today, names to be filled in."""
    if trigger == "birthday":
        return _BIRTHDAYS
    source, condition = _CONDITIONS[trigger]
    return _OF_VEHICLES.replace("SOURCE", source) + condition
