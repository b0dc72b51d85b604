"""What is suspicious, as SQL: one select for each group of kinds (C3)."""

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_duplicate_candidate_sql import CUSTOMER, EMAIL_KEY, MOST_SHARED, PERSON, PHONE_KEY
from .crm_suspicious_data import KINDS

EVERYTHING = SQL()
# From so many customers on a phone is hardly anybody's own.
PHONE_SHARED = 5
OLDEST_YEARS = 110

# What no valid number was made of. Alias: p.
UNSANITISED = SQL(
    "trim(p.phone) <> '' AND (p.phone_sanitized IS NULL"
    " OR p.phone_sanitized !~ '^\\+[0-9]{7,15}$')"
)
# A number is read by its country: judged again when either changes.
PHONE_PRINT = SQL("p.phone || '/' || COALESCE(p.country_id, 0)")
_EMAIL = '^[^@\\s,;:<>()"\\\\]+@([^@\\s.,;:<>()"\\\\]+\\.)+[^@\\s.,;:<>()"\\\\]{2,}$'
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
# The rest of the weighted sum, as the character that should stand at place 9 (ISO 3779).
_VIN_DIGITS = SQL("translate(v.vin, 'ABCDEFGHJKLMNPRSTUVWXYZ', '12345678123457923456789')")
_CHECK_DIGIT = SQL(
    "substr('0123456789X', 1 + (%s) %% 11, 1)",
    SQL(" + ").join(
        SQL("%s * substr(%s, %s, 1)::int", weight, _VIN_DIGITS, place)
        for place, weight in enumerate(_WEIGHTS, 1)
        if weight
    ),
)

_PHONE = """
SELECT p.id AS partner_id, NULL::int AS vehicle_id, 'phone' AS kind, p.phone AS value,
       %(print)s AS fingerprint, NULL::int AS shared_count, p.dealer_id
  FROM res_partner p WHERE %(person)s AND %(unsanitised)s %(only)s"""

_PERSON = """
SELECT p.id, NULL::int, 'email', p.email, p.email, NULL::int, p.dealer_id
  FROM res_partner p
 WHERE %(person)s AND trim(p.email) <> '' AND trim(p.email) !~ %(email)s %(only)s
UNION ALL
SELECT p.id, NULL::int,
       CASE WHEN p.birthdate_date > %(today)s THEN 'birth_future' ELSE 'birth_old' END,
       p.birthdate_date::text, p.birthdate_date::text, NULL::int, p.dealer_id
  FROM res_partner p
 WHERE %(person)s AND (p.birthdate_date > %(today)s OR p.birthdate_date < %(oldest)s) %(only)s
UNION ALL
SELECT p.id, NULL::int, 'id_number', NULL, p.id_number_hash, NULL::int, p.dealer_id
  FROM crm_id_number_check k
  JOIN res_partner p ON p.id = k.partner_id AND p.id_number_hash = k.fingerprint
 WHERE NOT k.valid AND p.id_type = 'resident' AND %(person)s %(only)s"""

# One row for each dealer that shares the value, at the oldest of its customers.
_SHARED = """
SELECT min(id), NULL::int, %(kind)s, min(shown), key, sum(count(*)) OVER (PARTITION BY key)::int,
       dealer_id
  FROM (SELECT p.id, p.dealer_id, %(key)s AS key, %(shown)s AS shown
          FROM res_partner p WHERE %(customer)s) c
 WHERE key IN (SELECT %(key)s FROM res_partner p WHERE %(customer)s
                GROUP BY 1 HAVING count(*) > %(most)s)
 GROUP BY key, dealer_id"""

_VEHICLE = """
SELECT NULL::int, v.id, 'plate', v.plate, v.plate, NULL::int, v.dealer_id
  FROM crm_vehicle v WHERE v.active AND v.plate_kind = 'other' AND v.plate <> '' %(only)s
UNION ALL
SELECT NULL::int, v.id, 'delivery', v.delivery_date || ' < ' || v.purchase_date,
       v.delivery_date || ' < ' || v.purchase_date, NULL::int, v.dealer_id
  FROM crm_vehicle v WHERE v.active AND v.delivery_date < v.purchase_date %(only)s
UNION ALL
SELECT NULL::int, v.id, kind, v.vin, v.vin, NULL::int, v.dealer_id
  FROM crm_vehicle v CROSS JOIN LATERAL (SELECT
       CASE WHEN v.vin !~ '^[A-HJ-NPR-Z0-9]+$' THEN 'vin_characters'
            WHEN length(v.vin) <> 17 THEN 'vin_length'
            WHEN substr(v.vin, 9, 1) <> %(digit)s THEN 'vin_check_digit' END) k (kind)
 WHERE v.active AND v.vin <> '' AND kind IS NOT NULL %(only)s"""

_STORE = """
WITH found AS MATERIALIZED (%(found)s),
gone AS (
    DELETE FROM crm_suspicious_data s
     WHERE kind IN %(kinds)s %(only)s AND NOT EXISTS (
           SELECT FROM found f WHERE f.kind = s.kind AND
                  COALESCE(f.partner_id, -f.vehicle_id) = COALESCE(s.partner_id, -s.vehicle_id))),
changed AS (
    UPDATE crm_suspicious_data s
       SET value = f.value, shared_count = f.shared_count, fingerprint = f.fingerprint,
           state = CASE WHEN same THEN state ELSE 'open' END,
           found_on = CASE WHEN same THEN found_on ELSE %(today)s END,
           accept_reason = CASE WHEN same THEN accept_reason END,
           accepted_by_id = CASE WHEN same THEN accepted_by_id END,
           accepted_on = CASE WHEN same THEN accepted_on END
      FROM (SELECT f.*, o.id AS row_id, o.fingerprint IS NOT DISTINCT FROM f.fingerprint AS same
              FROM found f JOIN crm_suspicious_data o ON o.kind = f.kind AND
                   COALESCE(f.partner_id, -f.vehicle_id) = COALESCE(o.partner_id, -o.vehicle_id)
           ) f
     WHERE f.row_id = s.id
       AND (NOT same OR (s.value, s.shared_count) IS DISTINCT FROM (f.value, f.shared_count)))
INSERT INTO crm_suspicious_data (partner_id, vehicle_id, kind, value, fingerprint, shared_count,
       dealer_id, state, found_on)
SELECT partner_id, vehicle_id, kind, value, fingerprint, shared_count, dealer_id, 'open', %(today)s
  FROM found f
 WHERE NOT EXISTS (SELECT FROM crm_suspicious_data s WHERE s.kind = f.kind AND
                   COALESCE(f.partner_id, -f.vehicle_id) = COALESCE(s.partner_id, -s.vehicle_id))
    ON CONFLICT DO NOTHING"""

_OF_PHONES = ("phone",)
_OF_PERSONS = ("email", "birth_future", "birth_old", "id_number")
_SHARED_KINDS = ("shared_phone", "shared_email", "shared_id_number")
_OF_VEHICLES = ("plate", "delivery", "vin_characters", "vin_length", "vin_check_digit")

_JUDGED_OF_PERSONS = [
    "active", "partner_share", "commercial_partner_id", "dealer_id", "phone", "phone_sanitized",
    "country_id", "email", "birthdate_date", "id_type", "id_number_hash", "id_number_encrypted",
]  # fmt: skip
_JUDGED_OF_VEHICLES = [
    "active", "dealer_id", "vin", "plate", "plate_kind", "purchase_date", "delivery_date",
]  # fmt: skip


class CrmSuspiciousData(models.Model):
    _inherit = "crm.suspicious.data"

    @api.model
    def _judge_phones(self, only=EVERYTHING):
        return SQL(_PHONE, person=PERSON, print=PHONE_PRINT, unsanitised=UNSANITISED, only=only)

    @api.model
    def _judge_persons(self, only=EVERYTHING):
        today = fields.Date.context_today(self)
        return SQL(
            _PERSON,
            person=PERSON,
            email=_EMAIL,
            today=today,
            oldest=fields.Date.subtract(today, years=OLDEST_YEARS),
            only=only,
        )

    @api.model
    def _judge_shared(self):
        shared = (
            ("shared_phone", PHONE_KEY, PHONE_KEY, PHONE_SHARED),
            ("shared_email", EMAIL_KEY, EMAIL_KEY, MOST_SHARED),
            ("shared_id_number", SQL("p.id_number_hash"), SQL("NULL::varchar"), MOST_SHARED),
        )
        return SQL(" UNION ALL ").join(
            SQL(
                _SHARED,
                kind=kind,
                key=key,
                shown=shown,
                customer=CUSTOMER,
                most=most,
            )
            for kind, key, shown, most in shared
        )

    @api.model
    def _judge_vehicles(self, only=EVERYTHING):
        return SQL(_VEHICLE, digit=_CHECK_DIGIT, only=only)

    @api.model
    def _store(self, found, kinds, only=EVERYTHING):
        """Make the rows of ``kinds`` what ``found`` finds; accepted stays what did not change."""
        self._flush_judged()
        # The columns are named by the first select: that of the phones, empty where not asked.
        names = self._judge_phones(SQL("AND false"))
        self.env.cr.execute(
            SQL(
                _STORE,
                found=SQL("%s UNION ALL %s", names, found),
                kinds=tuple(kinds),
                only=only,
                today=fields.Date.context_today(self),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _flush_judged(self):
        """Bring what is judged into the database."""
        self.env["res.partner"].flush_model(_JUDGED_OF_PERSONS)
        self.env["crm.vehicle"].flush_model(_JUDGED_OF_VEHICLES)
        self.flush_model()

    @api.model
    def _refresh(self):
        """Check all data (idempotent), after what only Python can tell; set-based, no commit."""
        self._sanitise_phones()
        self._check_id_numbers()
        self._store_all()

    @api.model
    def _store_all(self):
        found = SQL(" UNION ALL ").join(
            (
                self._judge_phones(),
                self._judge_persons(),
                self._judge_shared(),
                self._judge_vehicles(),
            )
        )
        self._store(found, [kind for kind, _label in KINDS])

    @api.model
    def _recheck(self, records):
        """Judge again those of ``records`` that are on the list, as after a correction.

        What is right now leaves at once; new faults come on the list by the next nightly check.
        A value that many share is looked at by that check alone: it concerns others as well.
        """
        is_vehicle = records._name == "crm.vehicle"
        name = "vehicle_id" if is_vehicle else "partner_id"
        # sudo: the list follows the data, whoever corrects them.
        listed = self.sudo().search([(name, "in", records.ids)])[name]
        if not listed:
            return
        ids = tuple(listed.ids)
        listed_rows = SQL("AND s.%s IN %s", SQL.identifier(name), ids)
        if is_vehicle:
            found = self._judge_vehicles(SQL("AND v.id IN %s", ids))
            self.sudo()._store(found, _OF_VEHICLES, listed_rows)
            return
        self.sudo()._check_id_numbers(ids)
        only = SQL("AND p.id IN %s", ids)
        found = SQL("%s UNION ALL %s", self._judge_phones(only), self._judge_persons(only))
        self.sudo()._store(found, _OF_PHONES + _OF_PERSONS, listed_rows)
