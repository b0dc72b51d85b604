"""A person whose every mark can be searched for in the whole database."""

import json
from unittest.mock import patch

from odoo.tools import SQL, mute_logger

from .common import DealerCommon

KEY = "0" * 43 + "="
NAME, LOGIN = "Qilin Zhaomarker", "qilin.zhaomarker@example.com"
PHONE, NATIONAL, INTERNATIONAL = "138 0013 7319", "13800137319", "+8613800137319"
PLATE, VIN, ID_NUMBER = "沪A7Q319", "LSVAU2180N2183294", "11010519491231002X"
STREET = "Zhaomarker Lane 77"
MARKS = (NAME, "zhaomarker", NATIONAL, PLATE, VIN, ID_NUMBER, PHONE)
SAID = f"{NAME} of {STREET} called from {NATIONAL} and {PHONE}, wrote from {LOGIN}, came in {PLATE}"
_TEXTS = ("text", "character varying", "json", "jsonb")


class PrivacyCase(DealerCommon):
    """A customer of dealer A with a vehicle, a visit, a lead, an order, an invoice, papers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict("os.environ", CRM_DEALER_KEYS=KEY))
        china = cls.env.ref("base.cn")
        cls.person = cls._customer(
            cls.dealer_a, name=NAME, email=LOGIN, phone=PHONE, street=STREET, city="Shanghai",
            country_id=china.id, comment=SAID, id_type="resident", id_number=ID_NUMBER,
            birthdate_date="1949-12-31", interests=SAID,
        )  # fmt: skip
        cls.vehicle = cls._vehicle(cls.person, vin=VIN, plate=PLATE)
        cls.vehicle.ownership_ids.date_from = "2024-01-01"
        cls.visit = cls._visit(cls.vehicle, note=SAID)
        cls.lead = cls._lead(cls.person, name=SAID, description=SAID)
        cls.order = cls._order(cls.person, note=SAID)
        cls.log = cls.env["crm.contact.log"].create(
            {"partner_id": cls.person.id, "summary": SAID, "feedback": SAID, "way": "phone"}
        )
        cls.person.message_post(body=SAID, message_type="comment")
        cls.visit.message_post(body=SAID, message_type="comment")
        cls.order.message_post(body=SAID, message_type="comment", author_id=cls.person.id)
        cls.paper = cls.env["ir.attachment"].create(
            {"name": SAID, "raw": SAID.encode(), "res_model": "res.partner",
             "res_id": cls.person.id}
        )  # fmt: skip
        cls.person.activity_schedule("mail.mail_activity_data_todo", summary=SAID)
        cls.env.flush_all()

    def _kinds(self):
        return self.env["res.partner"]._privacy_kinds()

    # -- Filling what the demo data hold ----------------------------------------------------

    def _adopt_rows(self):
        """Give the person a row of every kind that there is one of, with its marks in each text."""
        told = []
        for kind in self._kinds():
            if kind.model not in self.env or kind.model == "res.partner" or not kind.by:
                continue
            model = self.env[kind.model]
            rows = self.person._privacy_people()._privacy_records(kind)[:1]
            if not rows:
                rows = self._adopt(model, kind.by[0])
            if rows and self._fill(model, rows.id):
                told.append(kind.key)
        return told

    def _adopt(self, model, key):
        """Point a row that is there to the person; lines go with what they hang on."""
        row = model.sudo().with_context(active_test=False).search([], limit=1, order="id desc")
        owner = row
        *path, key = key.split(".")
        for step in path:
            owner = owner[step][:1]
        if not owner or key not in owner._fields or not owner._fields[key].column_type:
            return model.browse()
        names = [key]
        customer = owner._fields.get("commercial_partner_id")
        if customer is not None and customer.store:
            names.append("commercial_partner_id")
        sets = SQL(", ").join(SQL("%s = %s", SQL.identifier(n), self.person.id) for n in names)
        if owner._name == "res.users" or owner._name == "res.company":
            return model.browse()
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                table = SQL.identifier(owner._table)
                self.cr.execute(SQL("UPDATE %s SET %s WHERE id = %s", table, sets, owner.id))
        except Exception:
            return model.browse()
        self.env.invalidate_all()
        return row

    def _fill(self, model, number):
        """Write the marks into every text of a row; say whether any took them."""
        done = False
        for field in self.env["res.partner"]._privacy_columns(model):
            if field.name in ("store_fname", "code", "origin_key", "event_key", "key"):
                continue
            value = json.dumps({"said": SAID}) if field.type in ("json", "properties") else SAID
            try:
                with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                    self.cr.execute(
                        SQL(
                            "UPDATE %s SET %s = %s WHERE id = %s",
                            SQL.identifier(model._table),
                            SQL.identifier(field.name),
                            value,
                            number,
                        )  # fmt: skip
                    )
                    done = True
            except Exception:
                continue
        self.env.invalidate_all()
        return done

    # -- Searching all there is -----------------------------------------------------------------

    def _columns_of_database(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT c.table_name, c.column_name FROM information_schema.columns c
                     JOIN information_schema.tables t USING (table_schema, table_name)
                    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
                      AND c.data_type IN %s""",
                _TEXTS,
            )
        )
        tables = {}
        for table, column in rows:
            tables.setdefault(table, []).append(column)
        return tables

    def _found_anywhere(self, marks=MARKS, tables=None):
        """``{table.column: how many rows}`` that still hold a mark, in the whole database."""
        self.env.flush_all()
        found = {}
        words = [f"%{mark}%" for mark in marks]
        for table, columns in self._columns_of_database().items():
            if tables and table not in tables:
                continue
            counts = SQL(", ").join(
                SQL("COUNT(*) FILTER (WHERE %s::text ILIKE ANY(%s))", SQL.identifier(c), words)
                for c in columns
            )
            [row] = self.env.execute_query(SQL("SELECT %s FROM %s", counts, SQL.identifier(table)))
            found |= {f"{table}.{c}": n for c, n in zip(columns, row, strict=True) if n}
        return found
