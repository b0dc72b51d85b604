"""What a role may do, as a cell of ``matrix.csv``.

The letters are ``c``reate, ``r``ead, ``u``pdate, ``d``elete: what rights and rules grant on at
least one record of a side. A letter that is missing is granted on none of them.
"""

from psycopg2 import Error
from roles import dealers_of, sides, view_of

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

MODES = {"c": "create", "r": "read", "u": "write", "d": "unlink"}
# So many records of a side are asked for; reading is asked of all of them.
ENOUGH = 400


class Row:
    """A row of the table: a model, the way to the dealer of its records, a cell for each role."""

    def __init__(self, env, model, path):
        self.env, self.model, self.path = env, model, path
        self._sides = {}

    def cell(self, user, role):
        """``own/foreign/none``, one word where these do not differ; ``?``: there is no record."""
        asked = self.env[self.model].with_user(user)
        modes = {letter: mode for letter, mode in MODES.items() if asked.has_access(mode)}
        if not modes:
            return "."
        if asked._transient:
            return "".join(modes)  # rows are of who made them: test_network_dialogs.py
        sides_of = self._sides_of(role)
        if not asked._auto:
            # A statement within the statement of a report is worked out again and again.
            ids = [number for _query, records in sides_of for number in records.ids]
            readable = asked.search([("id", "in", ids)]) if ids else asked
            words = [self._said(bool(r & readable), r, "r") for _query, r in sides_of]
        else:
            words = [self._word(asked, side, modes) for side in sides_of]
        return words[0] if len(set(words)) == 1 else "/".join(words)

    def _sides_of(self, role):
        """``[(query, records)]`` of own, foreign and nobody's, as found with all rights."""
        view = view_of(role)
        if view not in self._sides:
            model = self.env[self.model].with_context(active_test=False)
            found = []
            for domain in sides(self.env, role, self.model, self.path):
                query = model._search(domain)
                found.append((query, model.search(domain, limit=ENOUGH, order="id DESC")))
            self._sides[view] = found
        return self._sides[view]

    def _word(self, asked, side, modes):
        query, records = side
        if not records:
            return "?"
        records = records.with_env(asked.env)
        granted = [letter for letter, mode in modes.items() if self._grants(records, query, mode)]
        return "".join(granted) or "."

    def _grants(self, records, query, mode):
        if mode != "read":
            return bool(records._filtered_access(mode))
        return bool(records.search(Domain("id", "in", query), limit=1))

    def _said(self, granted, records, letters):
        return (letters if granted else ".") if records else "?"


def fill_sides(env, model, path):
    """Let there be a record, and one of each side where a column leads to the dealer.

    By SQL, with nothing computed: rules look at the column. All is undone with the transaction.
    """
    if not env[model]._auto or env[model]._transient:
        return
    name, _dot, rest = path.partition(".")
    field = env[model]._fields.get(name)
    records = env[model].with_context(active_test=False)
    if not records.search([], limit=1):
        _put_first(records)
    if field is None or not field.store:
        return
    own, foreign = dealers_of(env, "sales")
    second, _foreign = dealers_of(env, "two")
    # Nobody's first: where a row cannot be copied, one of several is taken.
    for dealer in (own.browse(), own, second, foreign[:1]):
        if records.search([(path, "=", dealer.id)], limit=1) or (field.required and not dealer):
            continue
        value = dealer.id or None
        if rest and dealer:
            shared = [("partner_share", "=", True)] if field.comodel_name == "res.partner" else []
            value = env[field.comodel_name].search([(rest, "=", dealer.id), *shared], limit=1).id
        if value or not dealer:
            _put_one(records, name, value)


def _put_first(records):
    """A row with what a row must have, and nothing else."""
    values = {
        field.name: _anything(records.env, field)
        for field in records._fields.values()
        if field.required and field.store and field.column_type
    }
    names = SQL(", ").join(map(SQL.identifier, values))
    row = tuple(values.values())
    table = SQL.identifier(records._table)
    _try(records.env, SQL("INSERT INTO %s (%s) VALUES %s", table, names, row))


def _anything(env, field):
    if field.type == "many2one":
        return env[field.comodel_name].with_context(active_test=False).search([], limit=1).id
    if field.type == "selection":
        return field.get_values(env)[0]
    kinds = {"date": fields.Date.today(), "datetime": fields.Datetime.now(), "boolean": True}
    return kinds.get(field.type, 1 if field.type in ("integer", "float", "monetary") else "X")


def _try(env, statement):
    """:return: whether the database took the statement"""
    try:
        with env.cr.savepoint(), mute_logger("odoo.sql_db"):
            env.cr.execute(statement)
    except Error:
        return False
    env.invalidate_all()
    return True


def _put_one(records, name, value):
    """A copy of a row, or where it would meet a unique key one of several rows, has this value."""
    env, table = records.env, SQL.identifier(records._table)
    groups = records._read_group([], [name], ["id:array_agg"], order="__count DESC", limit=1)
    if not groups:
        return
    ids = groups[0][1]
    stored = [f for f in records._fields.values() if f.store and f.column_type]
    columns = [f.name for f in stored if f.name != "id"]
    names = [SQL.identifier(column) for column in columns]
    copied = [SQL("%s", value) if c == name else n for c, n in zip(columns, names, strict=True)]
    insert = SQL(
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s",
        table, SQL(", ").join(names), SQL(", ").join(copied), table, ids[-1],
    )  # fmt: skip
    update = SQL("UPDATE %s SET %s = %s WHERE id = %s", table, SQL.identifier(name), value, ids[-1])
    if not _try(env, insert) and len(ids) > 1:
        _try(env, update)
