"""The search for duplicates, set-based (C3).

No index of its own on res_partner: each key is grouped over the whole table anyway, which a
sequential scan and a hash serve, while every index would make each write of a customer slower.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_duplicate_candidate import REASONS

# One value at more customers than that is a fleet's switchboard or a dummy: suspicious data, not
# N² pairs. Namesakes are a hint only while they are few.
MOST_SHARED = 20
MOST_NAMESAKES = 5
# An internal extension is shared by many; fewer digits are no phone number of a customer.
_FEWEST_DIGITS = 7
_SEARCH_LOCK = 0x43334401  # any number that nobody else uses

# Whose data are looked at: neither the archived nor the staff nor our own companies. Alias: p.
PERSON = SQL("p.active AND p.partner_share AND p.id NOT IN (SELECT partner_id FROM res_company)")
# The customers that are compared: entities of their own.
CUSTOMER = SQL("p.commercial_partner_id = p.id AND %s", PERSON)

_DIGITS = SQL(
    "regexp_replace(translate(p.phone, '０１２３４５６７８９', '0123456789'), '\\D', '', 'g')"
)
# Where no valid number was made of it: the digits, a Chinese mobile number in the same form.
PHONE_KEY = SQL(
    """CASE WHEN p.phone_sanitized LIKE '+%%' THEN p.phone_sanitized
            WHEN length(%(digits)s) >= %(fewest)s THEN regexp_replace(
                %(digits)s, '^(?:00)?(?:86)?(1[3-9]\\d{9})$', '+86\\1') END""",
    digits=_DIGITS,
    fewest=_FEWEST_DIGITS,
)
EMAIL_KEY = SQL("CASE WHEN p.email LIKE '%%@%%' THEN lower(trim(p.email)) END")
NAME_KEY = SQL(
    "CASE WHEN p.dealer_id IS NOT NULL THEN p.dealer_id || '/' || lower(trim(p.name)) END"
)
# Letters and digits that are taken for each other fall together.
_VIN_KEY = SQL(
    "translate(upper(regexp_replace(v.vin, '[^A-Za-z0-9]', '', 'g')), 'IOQSBZG', '1005826')"
)
_SHORTEST_VIN = 8

_FOUND = """
customer AS MATERIALIZED (
    SELECT p.id, %(phone)s AS phone, %(email)s AS email, %(name)s AS name,
           p.id_number_hash AS id_number
      FROM res_partner p WHERE %(customer)s),
vehicle AS MATERIALIZED (
    SELECT c.id, v.id AS vehicle_id, v.plate, %(vin)s AS vin
      FROM crm_vehicle v JOIN customer c ON c.id = v.commercial_partner_id
     WHERE v.active AND (v.plate IS NOT NULL OR v.vin IS NOT NULL)),
shared AS (
    SELECT 'id_number' AS reason, 1 AS rank, NULL AS value, array_agg(id) AS ids
      FROM customer WHERE id_number IS NOT NULL GROUP BY id_number
    HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'phone', 2, phone, array_agg(id) FROM customer WHERE phone IS NOT NULL GROUP BY phone
    HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'vin', 3, vin, array_agg(DISTINCT id) FROM vehicle WHERE length(vin) >= %(shortest)s
     GROUP BY vin HAVING count(*) > 1 AND count(DISTINCT id) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'plate', 4, plate, array_agg(DISTINCT id) FROM vehicle WHERE plate IS NOT NULL
     GROUP BY plate HAVING count(*) > 1 AND count(DISTINCT id) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'email', 5, email, array_agg(id) FROM customer WHERE email IS NOT NULL GROUP BY email
    HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'name', 6, split_part(name, '/', 2), array_agg(id)
      FROM customer WHERE name IS NOT NULL GROUP BY name
    HAVING count(*) BETWEEN 2 AND %(namesakes)s),
found AS MATERIALIZED (
    SELECT a, b, (array_agg(reason ORDER BY rank))[1] AS reason,
           (array_agg(value ORDER BY rank))[1] AS value,
           string_agg(DISTINCT rank::text, ',' ORDER BY rank::text) AS ranks
      FROM shared, unnest(ids) a, unnest(ids) b
     WHERE a < b GROUP BY a, b)"""

_STORE = """
WITH %(found)s,
gone AS (
    DELETE FROM crm_duplicate_candidate c
     WHERE state = 'open'
       AND NOT EXISTS (SELECT FROM found f WHERE f.a = c.partner_a_id AND f.b = c.partner_b_id))
INSERT INTO crm_duplicate_candidate AS c (partner_a_id, partner_b_id, dealer_a_id, dealer_b_id,
       reason, value, codes, state, found_on)
SELECT f.a, f.b, a.dealer_id, b.dealer_id, f.reason, f.value, translate_ranks.codes, 'open',
       %(today)s
  FROM found f
  JOIN res_partner a ON a.id = f.a
  JOIN res_partner b ON b.id = f.b
  CROSS JOIN LATERAL (
       SELECT string_agg((%(codes)s::varchar[])[rank::int], ',' ORDER BY rank) AS codes
         FROM unnest(string_to_array(f.ranks, ',')) rank) translate_ranks
    ON CONFLICT (partner_a_id, partner_b_id) DO UPDATE
   SET reason = EXCLUDED.reason, value = EXCLUDED.value, codes = EXCLUDED.codes
 WHERE (c.reason, c.value, c.codes)
    IS DISTINCT FROM (EXCLUDED.reason, EXCLUDED.value, EXCLUDED.codes)"""


class CrmDuplicateCandidate(models.Model):
    _inherit = "crm.duplicate.candidate"

    @api.model
    def _lock_search(self):
        """Whether this transaction may search; another one that searches keeps it out."""
        query = SQL("SELECT pg_try_advisory_xact_lock(%s)", _SEARCH_LOCK)
        [[free]] = self.env.execute_query(query)
        return free

    @api.model
    def _refresh(self):
        """Renew the list in one statement; what people decided stays. Idempotent."""
        self.env.flush_all()
        found = SQL(
            _FOUND,
            customer=CUSTOMER,
            phone=PHONE_KEY,
            email=EMAIL_KEY,
            name=NAME_KEY,
            vin=_VIN_KEY,
            shortest=_SHORTEST_VIN,
            most=MOST_SHARED,
            namesakes=MOST_NAMESAKES,
        )
        self.env.cr.execute(
            SQL(
                _STORE,
                found=found,
                today=fields.Date.context_today(self),
                codes=[code for code, _label in REASONS],
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _follow_merge(self, sources, target):
        """Pairs with ``sources`` become pairs with ``target``; what was decided stays decided."""
        self.env.flush_all()
        merged = tuple((sources | target).ids)
        mapped = SQL(
            """SELECT c.id, c.state, least(m.a, m.b) AS a, greatest(m.a, m.b) AS b,
                      (m.a, m.b) = (partner_a_id, partner_b_id) AS stays
                 FROM crm_duplicate_candidate c CROSS JOIN LATERAL (SELECT
                      CASE WHEN partner_a_id IN %(merged)s THEN %(target)s ELSE partner_a_id END,
                      CASE WHEN partner_b_id IN %(merged)s THEN %(target)s ELSE partner_b_id END
                      ) m (a, b)
                WHERE partner_a_id IN %(merged)s OR partner_b_id IN %(merged)s""",
            merged=merged,
            target=target.id,
        )
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_duplicate_candidate WHERE id IN (
                       SELECT id FROM (
                           SELECT id, a = b AS is_one, row_number() OVER (
                                  PARTITION BY a, b ORDER BY state = 'rejected' DESC, stays DESC, id
                                  ) AS place
                             FROM (%s) mapped) twins
                        WHERE is_one OR place > 1)""",
                mapped,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_duplicate_candidate c SET partner_a_id = a, partner_b_id = b
                     FROM (%s) mapped WHERE mapped.id = c.id""",
                mapped,
            )
        )
        self.env.invalidate_all(flush=False)
