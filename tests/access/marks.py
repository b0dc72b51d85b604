"""A word that only foreign records hold, and every way for a user to come upon it.

What a dealer's staff must not know is marked in the database; then all that they may read, find,
group and complete is looked through for the mark.
"""

import re

from psycopg2 import Error

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

MARK, NOBODY = "Zqxj", "Zqxk"
WORDS = ("char", "text", "html")
# One sequence of the company's for all dealers: it tells of nobody.
NUMBERS = {("account.move", "name"), ("account.move", "sequence_prefix")}
# So many records of a model are read, beside those of the vehicles that were sold.
ENOUGH, SOLD_ENOUGH = 6, 40
# So many conditions are one search.
AT_ONCE = 80
# What a search passes through on its way to people.
PASSED = {
    *("crm.vehicle", "crm.vehicle.ownership", "crm.service.visit", "helpdesk.ticket"),
    "survey.user_input",
}
# What hangs on any record: the names of the columns that lead there.
PAPERS = {
    "mail.message": ("model", "res_id"),
    "ir.attachment": ("res_model", "res_id"),
    "mail.activity": ("res_model", "res_id"),
    "mail.followers": ("res_model", "res_id"),
}
# Refusals, and what methods of the ERP raise at values that they do not expect.
REFUSALS = (UserError, Error, KeyError, ValueError, TypeError, AttributeError, IndexError)


def mark(env, model, ids, names=None):
    """Put the mark into the words of these rows, by SQL: nothing is computed or refused."""
    fields = [
        f
        for f in env[model]._fields.values()
        if f.type in WORDS and f.store and not f.translate and not f.company_dependent
        and f.column_type and (f.name in names if names else (model, f.name) not in NUMBERS)
    ]  # fmt: skip
    # All at once; one by one where a column is frozen by a trigger, or too short for the word.
    if not _put(env, model, fields, ids):
        for field in fields:
            _put(env, model, [field], ids)


def _put(env, model, fields, ids):
    """:return: whether the database took it"""
    if not fields or not ids:
        return True
    columns = [SQL.identifier(field.name) for field in fields]
    marked = [
        SQL("%s = CASE WHEN %s > '' THEN %s || id ELSE %s END", column, column, MARK, column)
        for column in columns
    ]
    table = SQL.identifier(env[model]._table)
    statement = SQL("UPDATE %s SET %s WHERE id = ANY(%s)", table, SQL(", ").join(marked), ids)
    try:
        with env.cr.savepoint(), mute_logger("odoo.sql_db"):
            env.cr.execute(statement)
    except Error:
        return False
    return True


def mark_papers(env, model, ids):
    """Messages, changes, files and to-dos of these records."""
    for papers, named, number in (
        ("mail.message", "model", "res_id"),
        ("ir.attachment", "res_model", "res_id"),
        ("mail.activity", "res_model", "res_id"),
    ):
        found = env[papers].search([(named, "=", model), (number, "in", ids)])
        if found:
            words = {"mail.message": ("body", "subject", "email_from", "record_name")}
            mark(env, papers, found.ids, words.get(papers, ("name", "summary", "note", "res_name")))
        if papers == "mail.message" and found:
            values = env["mail.tracking.value"].search([("mail_message_id", "in", found.ids)])
            mark(env, values._name, values.ids, ("old_value_char", "new_value_char"))


class Reader:
    """A user who reads all there is to read; ``told`` is what ought not to have been told."""

    def __init__(self, user, vehicles):
        self.env = user.env(user=user, su=False, context={"active_test": False})
        self.vehicles = vehicles
        self.told, self.asked = set(), 0

    def models(self):
        for name in sorted(self.env.registry.models):
            model = self.env[name]
            if not model._abstract and not model._transient and model.has_access("read"):
                yield model

    def _note(self, answer, *what):
        self.asked += 1
        if MARK in str(answer):
            self.told.add((*what, re.search(f".{{0,40}}{MARK}.{{0,12}}", str(answer), re.S)[0]))

    def _try(self, ask, refusals=REFUSALS):
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db", "odoo.models"):
                return ask()
        except refusals:
            return None

    # -- Reading

    def concerned(self):
        """Models whose records name people or vehicles, or hang on records that do."""
        ends = {"res.partner", *PASSED}
        for model in self.models():
            named = {f.comodel_name for f in model._fields.values() if f.type == "many2one"}
            if model._name in ends | PAPERS.keys() or named & ends:
                yield model

    def records(self, model):
        """Some of the model's records, and those of the vehicles that were sold."""
        found = model.search([], limit=ENOUGH, order="id DESC")
        field = model._fields.get("vehicle_id")
        if model._name == "crm.vehicle":
            found |= model.search([("id", "in", self.vehicles.ids)])
        elif model._name in PAPERS:
            named, number = PAPERS[model._name]
            of_sold = [(named, "=", "crm.vehicle"), (number, "in", self.vehicles.ids)]
            found |= model.search(of_sold, limit=SOLD_ENOUGH)
        elif field and field.comodel_name == "crm.vehicle" and field._description_searchable:
            found |= model.search([("vehicle_id", "in", self.vehicles.ids)], limit=SOLD_ENOUGH)
        elif model._name == "res.partner":
            found |= self.env["crm.vehicle"].search([("id", "in", self.vehicles.ids)]).partner_id
        return found

    def read_all(self):
        for model in self.concerned():
            records = self._try(lambda model=model: self.records(model))
            if records:
                kinds = model.fields_get(attributes=["type"])
                # Pictures are no words.
                self._read(records, [n for n, kind in kinds.items() if kind["type"] != "binary"])

    def _read(self, records, names):
        """By halves where one of them is refused."""
        answer = self._try(lambda: records.read(names))
        if answer is not None:
            for name in names:
                self._note([row.get(name) for row in answer], records._name, name)
        elif len(names) > 1:
            half = len(names) // 2
            self._read(records, names[:half])
            self._read(records, names[half:])

    # -- Finding

    def search_all(self, depth=2):
        """By what somebody knows of a person: the name as it is typed, and conditions on it.

        :param depth: so many steps through PASSED are between a record and a person
        """
        for model in self.models():
            self._note(self._try(lambda m=model: m.name_search(MARK)), model._name, "name_search")
            # The messages themselves: each search of them looks at all, one after the other.
            steps = 0 if model._name.startswith("mail.") else depth
            known = [(path, "ilike", MARK) for path in paths(model, steps)]
            for begin in range(0, len(known), AT_ONCE):
                self._find(model, known[begin : begin + AT_ONCE])

    def _find(self, model, conditions):
        """One search for many conditions; by halves where it fails or finds somebody."""
        found = self._try(lambda: model.search(Domain.OR([[c] for c in conditions]), limit=1).ids)
        self.asked += len(conditions)
        if found == []:
            return
        if len(conditions) == 1:
            path, operator, _word = conditions[0]
            any_word = [(path, operator, NOBODY)]
            # What finds something by whatever word is no condition.
            if found and not self._try(lambda: model.search(any_word, limit=1).ids):
                self.told.add((model._name, *conditions[0], str(found)))
            return
        half = len(conditions) // 2
        self._find(model, conditions[:half])
        self._find(model, conditions[half:])

    def group_all(self):
        for model in self.models():
            for field in model._fields.values():
                if field.type == "many2one" and field.comodel_name in {"res.partner", *PASSED}:
                    group = [field.name]
                    rows = self._try(
                        lambda m=model, g=group: m.formatted_read_group([], g, ["__count"])
                    )
                    self._note(rows, model._name, field.name, "group by")


def paths(model, depth=2):
    """Dotted paths of ``model`` to words about people: of the own, and through what it names."""
    fields = model.fields_get(attributes=["type", "relation", "searchable"])
    for name, field in fields.items():
        if not field.get("searchable"):
            continue
        if field["type"] in WORDS:
            yield name
        elif field["type"] in ("many2one", "one2many", "many2many"):
            comodel = field["relation"]
            if comodel == "res.partner":
                yield from (f"{name}.{word}" for word in ("name", "phone", "email"))
            elif comodel in PASSED and depth:
                yield from (f"{name}.{rest}" for rest in _onwards(model.env[comodel], depth - 1))


def _onwards(model, depth):
    for path in paths(model, depth):
        if "." in path or path in ("name", "plate", "body", "subject", "summary", "note"):
            yield path


def foreign_rows(env, table):
    """``(model, ids)`` of all that is foreign to the dealer of ``sales``, by the matrix."""
    from roles import sides

    for name, row in table.items():
        model = env[name]
        if row["dealer"] != "-" and model._auto and not model._transient:
            domain = sides(env, "sales", name, row["dealer"])[1]
            if name == "res.partner":
                domain &= Domain("partner_share", "=", True)
            ids = model.search(domain).ids
            if ids:
                yield name, ids
