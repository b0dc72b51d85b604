"""What a database of the addons is made of, in lines that two databases can be compared by."""

import json
import re
from collections import defaultdict

OURS = ("crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey")
_SCHEMA = {
    "column": """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
               || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace""",
    "constraint": """
        SELECT c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
          FROM pg_constraint c
         WHERE c.connamespace = 'public'::regnamespace AND c.contype <> 'n'""",
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": """
        SELECT proname || ' ' || md5(prosrc) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace""",
    "view": "SELECT viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'",
    "extension": "SELECT extname FROM pg_extension",
}
_FOREIGN = """
    SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
       AND c.connamespace = 'public'::regnamespace"""
# What tells when, by whom or where a record was made, not what it is.
_PASSING = {
    "id", "create_uid", "create_date", "write_uid", "write_date", "parent_path", "arch_prev",
    "arch_updated", "nextcall", "lastcall", "failure_count", "first_failure_date", "access_token",
    "complete_name", "uuid", "menu_id", "date_begin", "date_end", "last_run", "last_run_id",
    "used_on", "activated_on", "benefits_changed_at", "session_code", "start_on",
}  # fmt: skip
_ACTIONS = {
    "ir.actions.act_window": "ir_act_window",
    "ir.actions.act_window.view": "ir_act_window_view",
    "ir.actions.client": "ir_act_client",
    "ir.actions.report": "ir_act_report_xml",
    "ir.actions.server": "ir_act_server",
    "ir.actions.act_url": "ir_act_url",
}
# References that Odoo turns into numbers: of actions in views, of models in contexts.
_NUMBER = re.compile(r"""(\bname="|'default_model_id': |%\()\d+""")
_REFERENCE = re.compile(r"^([a-z_.0-9]+),(\d+)$")


def schema(cursor):
    """``{kind: lines}`` of tables, indexes, constraints, triggers, functions and views."""
    found = {}
    for kind, query in _SCHEMA.items():
        cursor.execute(query)
        found[kind] = {line for (line,) in cursor.fetchall()}
    return found


class Records:
    """What has an external name of ours: which there are, what is in them, what they relate to."""

    def __init__(self, cursor):
        self.cursor = cursor
        cursor.execute("SELECT model FROM ir_model")
        self.tables = {model: _table(model) for (model,) in cursor.fetchall()}
        cursor.execute("SELECT model, res_id, module || '.' || name, noupdate FROM ir_model_data")
        self.names, self.noupdate = {}, {}
        for model, number, name, noupdate in cursor.fetchall():
            table = self.tables.get(model)
            # The first in the alphabet: one record may have several names.
            self.names[table, number] = min(self.names.get((table, number), name), name)
            self.noupdate[name] = noupdate
        cursor.execute(_FOREIGN)
        self.foreign = {(table, column): target for table, column, target in cursor.fetchall()}

    def all(self):
        """``{name: model}`` of our records."""
        self.cursor.execute(
            "SELECT module || '.' || name, model FROM ir_model_data WHERE module = ANY(%s)",
            [list(OURS)],
        )
        return dict(self.cursor.fetchall())

    def contents(self):
        """``{name: {column: value}}`` of our records, other records by their names."""
        found = {}
        for table in sorted({table for table in self.tables.values() if self._is_table(table)}):
            numbers = [n for (t, n), name in self.names.items() if t == table and _is_ours(name)]
            if not numbers:
                continue
            self.cursor.execute(
                f'SELECT id, to_jsonb(t) FROM "{table}" t WHERE id = ANY(%s)',
                [numbers],
            )
            for number, row in self.cursor.fetchall():
                found[self.names[table, number]] = {
                    column: self._value(table, column, value)
                    for column, value in row.items()
                    if column not in _PASSING
                }
        return found

    def relations(self):
        """``{lines}``: our records with what they are related to many to many."""
        pairs = defaultdict(list)
        for (table, column), target in self.foreign.items():
            pairs[table].append((column, target))
        self.cursor.execute(
            """SELECT c.relname FROM pg_class c
                WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relnatts = 2
            """
        )
        found = set()
        for (table,) in self.cursor.fetchall():
            if len(pairs[table]) == 2:
                found |= self._relations_of(table, *pairs[table])
        return found

    def _relations_of(self, table, one, other):
        self.cursor.execute(f'SELECT "{one[0]}", "{other[0]}" FROM "{table}"')
        found = set()
        for left, right in self.cursor.fetchall():
            names = [self.names.get((one[1], left)), self.names.get((other[1], right))]
            if all(names) and any(map(_is_ours, names)):
                found.add(f"{table} {' '.join(sorted(names))}")
        return found

    def _is_table(self, table):
        self.cursor.execute("SELECT relkind FROM pg_class WHERE relname = %s", [table])
        return self.cursor.fetchone() == ("r",)

    def _value(self, table, column, value):
        target = self.foreign.get((table, column))
        if target and value:
            return self.names.get((target, value), "a record without name")
        if isinstance(value, dict):
            # Translations are overwritten on request only (``--i18n-overwrite``).
            value = value["en_US"] if "en_US" in value else json.dumps(value, sort_keys=True)
        if isinstance(value, str):
            value = _NUMBER.sub(r"\1some record", value)
            found = _REFERENCE.match(value)
            if found:
                return self.names.get((self.tables.get(found[1]), int(found[2])), value)
        return value


def _table(model):
    """The table of a model of ours, or of Odoo's that are in data files."""
    return _ACTIONS.get(model, model.replace(".", "_"))


def _is_ours(name):
    return name.split(".")[0] in OURS
