"""Nothing of a merged customer is lost (C3): every foreign key of ours, from the catalogue."""

import itertools

from psycopg2 import Error

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import DealerCommon

_FOREIGN_KEYS = """
SELECT f.conrelid::regclass::text, a.attname FROM pg_constraint f
  JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
 WHERE f.contype = 'f' AND f.confrelid = 'res_partner'::regclass ORDER BY 1, 2"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull, f.confrelid::regclass::text
  FROM pg_attribute a
  LEFT JOIN pg_constraint f ON f.conrelid = a.attrelid AND f.contype = 'f'
   AND f.conkey = ARRAY[a.attnum]
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'id'"""
_UNIQUE_WITH = """
SELECT ARRAY(SELECT attname::text FROM pg_attribute o
              WHERE o.attrelid = i.indrelid AND o.attnum = ANY(i.indkey)),
       COALESCE(pg_get_expr(i.indpred, i.indrelid), 'true')
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
 WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary AND a.attname = %s"""

# What the catalogue does not tell of a table, the same for each of its rows.
_VALUES = {
    "crm_club_membership": {"state": "active"},
    "crm_club_referral": {"rewarded_on": "2026-01-01"},
    "crm_contact_due": {"state": "planned"},
    "crm_customer_verification_line": {"stands": True},
    "crm_training_person": {"active": True},
    "crm_vehicle_ownership": {"date_to": "2026-01-02", "date_from": "2026-01-01"},
}


@tagged("post_install", "-at_install")
class TestCleaningMerge(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.older = cls._customer(cls.dealer_a, name="Older")
        cls.survivor = cls._customer(cls.dealer_a, name="One", email="one@example.com")
        cls.loser = cls._customer(cls.dealer_a, name="One", email="one@example.com")
        cls.younger = cls._customer(cls.dealer_a, name="Younger")
        for _number in range(30):
            cls._vehicle(None)
        cls.numbers = itertools.count(1000)

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.survivor | self.loser).ids, self.survivor)
        self.assertFalse(self.loser.exists())

    # -- Filling any table ---------------------------------------------------------------------

    def _special(self, table, column, partner_id):
        """What the catalogue does not tell of a table: values of some columns; extend."""
        if table == "crm_duplicate_candidate":
            if column == "partner_a_id":
                return {"partner_b_id": self.younger.id, "reason": "phone", "state": "open"}
            return {"partner_a_id": self.older.id, "reason": "phone", "state": "open"}
        if table == "crm_suspicious_data":
            # One that no check would take off the list again.
            return {"vehicle_id": None, "kind": f"test_{next(self.numbers)}"}
        if table == "crm_credit_hold":
            return {"order_id": self._order(self.older).id}
        if table in ("crm_credit_file", "crm_credit_turn"):
            # A customer has one in each company, and so has its twin.
            company = self.env["res.company"].create({"name": f"Company {next(self.numbers)}"})
            return {"company_id": company.id}
        if table == "crm_satisfaction_sample_line":
            # A customer is drawn once for a sample, and so is its twin.
            sample, _values = self._insert("crm_satisfaction_sample")
            return {"sample_id": sample, "partner_id": partner_id}
        if table == "crm_satisfaction_sample":
            return {"hour_from": 9, "hour_to": 20, "date_to": "2026-02-01", "quota": 10}
        if table == "crm_training_participant":
            # Nobody of the demo network, who may be in any session already.
            return {"person_id": self._insert("crm_training_person")[0]}
        if table == "crm_contact_log" and column == "commercial_partner_id":
            return {"partner_id": self.older.id}
        return _VALUES.get(table, {})

    def _value(self, kind, target, number):
        if target == "res_partner":
            return self.older.id
        if target:
            rows = self.env.execute_query(
                SQL("SELECT id FROM %s ORDER BY id DESC LIMIT 20", SQL.identifier(target))
            )
            return rows[number % len(rows)][0] if rows else self._insert(target)[0]
        return {
            "integer": number % 8, "bigint": number, "numeric": 1, "double precision": 1,
            "boolean": True, "date": "2026-01-01", "timestamp without time zone": "2026-01-01",
            "jsonb": "{}",
        }.get(kind, f"x{number}")  # fmt: skip

    def _insert(self, table, column=None, partner_id=None, like=None):
        """Insert a row and return its ``(id, values)``; ``like`` gives values of a twin."""
        number = next(self.numbers)
        values = {
            name: self._value(kind, target, number)
            for name, kind, required, target in self.env.execute_query(SQL(_COLUMNS, table))
            if required
        }
        values |= self._special(table, column, partner_id) | (like or {})
        if column:
            values[column] = partner_id
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                [[row_id]] = self.env.execute_query(
                    SQL(
                        "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                        SQL.identifier(table),
                        SQL(", ").join(map(SQL.identifier, values)),
                        SQL(", ").join(SQL("%s", value) for value in values.values()),
                    )
                )
        except Error as error:
            self.fail(
                f"{table}.{column} names customers, and this test does not know how to fill a row "
                f"of {table}: tell _special() what it needs. {error}"
            )
        return row_id, values

    def _twins(self, table, column, row, values):
        """A row of the survivor that meets a unique key of the loser's, for each such key."""
        for names, where in self.env.execute_query(SQL(_UNIQUE_WITH, table, column)):
            if not self._count(table, SQL("id = %s AND (%s)", row, SQL(where.replace("%", "%%")))):
                self.fail(f"A unique key of {table} holds where {where}: let _special() reach it.")
            same = {name: values[name] for name in names if name != column and name in values}
            yield self._insert(table, column, self.survivor.id, same)[0]

    def test_every_foreign_key_of_ours(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        own = set(wizard._own_tables())
        keys = [key for key in self.env.execute_query(SQL(_FOREIGN_KEYS)) if key[0] in own]
        self.assertGreater(len(keys), 12)
        alone, doubled, twins = [], [], []
        for table, column in keys:
            row, values = self._insert(table, column, self.loser.id)
            found = list(self._twins(table, column, row, values))
            (doubled if found else alone).append((table, column, row))
            twins += [(table, column, twin) for twin in found]
            # Beside the twin one that meets nobody: the ERP alone would drop it with the twin.
            keys_of_row = self.env.execute_query(SQL(_UNIQUE_WITH, table, column))
            names = {name for key in keys_of_row for name in key[0]}
            if found and table != "crm_duplicate_candidate" and len(names) > 1:
                alone.append((table, column, self._insert(table, column, self.loser.id)[0]))
        self.assertTrue(doubled)
        loser_id = self.loser.id
        self.env.invalidate_all()
        self._merge()
        for table, column in keys:
            left = self._count(table, SQL("%s = %s", SQL.identifier(column), loser_id))
            self.assertFalse(left, f"{table}.{column} names the merged customer still")
        for table, column, row in alone + twins:
            kept = self._count(
                table,
                SQL("id = %s AND %s = %s", row, SQL.identifier(column), self.survivor.id),
            )
            self.assertTrue(kept, f"A row of {table}.{column} was lost")
        # The loser's twins are gone or, where a topic keeps them as evidence, the survivor's.
        for table, column, row in doubled:
            other = SQL("id = %s AND %s <> %s", row, SQL.identifier(column), self.survivor.id)
            self.assertFalse(self._count(table, other), table)

    def _count(self, table, where):
        query = SQL("SELECT count(*) FROM %s WHERE %s", SQL.identifier(table), where)
        return self.env.execute_query(query)[0][0]

    # -- What people would miss ------------------------------------------------------------------

    def test_what_hangs_on_a_customer(self):
        vehicle = self._vehicle(self.loser, plate="京A12345")
        visit = self._visit(vehicle)
        lead, order = self._lead(self.loser), self._order(self.loser)
        log = self.env["crm.contact.log"].create({"partner_id": self.loser.id, "summary": "x"})
        mileage = self.env["crm.vehicle.mileage"].create({"vehicle_id": vehicle.id, "km": 10})
        self._merge()
        for record in (vehicle, visit, lead, order, log, vehicle.ownership_ids):
            self.assertEqual(record.partner_id, self.survivor, record)
            # What a lead calls so is the company of its contact, if any.
            if "commercial_partner_id" in record._fields and record != lead:
                self.assertEqual(record.commercial_partner_id, self.survivor, record)
        self.assertTrue(mileage.exists())

    def test_who_has_a_vehicle_still(self):
        """Put on the duplicate before the merge, it has been the customer's all the time (G5)."""
        vehicle = self._vehicle(self.survivor)
        vehicle.ownership_ids.date_from = "2020-01-01"
        vehicle.with_context(ownership_date="2026-01-01").partner_id = self.loser
        lines = vehicle.ownership_ids.sorted("date_from")
        self.assertEqual(lines.mapped("is_present"), [False, True])
        self._merge()
        self.assertEqual(lines.mapped("is_present"), [True, True])

    def test_pairs_follow(self):
        Candidate = self.env["crm.duplicate.candidate"]
        pairs = Candidate.create(
            [
                {"partner_a_id": a.id, "partner_b_id": b.id, "reason": "phone", "state": state}
                for a, b, state in (
                    (self.survivor, self.loser, "open"),
                    (self.older, self.survivor, "open"),
                    (self.older, self.loser, "rejected"),
                    (self.loser, self.younger, "open"),
                )
            ]
        )
        self._merge()
        left = pairs.exists()
        self.assertEqual(
            [(pair.partner_a_id, pair.partner_b_id, pair.state) for pair in left],
            [
                (self.older, self.survivor, "rejected"),
                (self.survivor, self.younger, "open"),
            ],
        )

    def test_dealer_follows(self):
        other = self._customer(self.dealer_b, name="Other", phone="12", email="one@example.com")
        self.env["crm.suspicious.data"]._refresh()
        row = self.env["crm.suspicious.data"].search([("partner_id", "=", other.id)])
        self.assertEqual(row.dealer_id, self.dealer_b)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.survivor | other).ids, self.survivor)
        # The survivor had no phone and took this one over.
        self.assertEqual((row.partner_id, row.dealer_id), (self.survivor, self.dealer_a))
