"""Who may do what with whose records: ``matrix.csv`` against the rights and rules of the database.

A model of ours, or one of the ERP's that a right or a rule of ours is about, has a row there.
"""

import csv
import io
from pathlib import Path

from measure import Row, fill_sides
from roles import ROLES, SCOPED

TABLE = Path(__file__).with_name("matrix.csv")
SUITE = ("crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey")
# Of the ERP, with what our roles need of it. Messages, files and to-dos follow their records.
MORE = {"res.users", "product.product"}
HEAD = ["model", "dealer", *ROLES]
HOW_TO = (
    "Compare with what ought to be; then put these lines into tests/access/matrix.csv, in order of "
    "names. The second column is the way to the dealer of a record, '-' if there is none; a cell "
    "is own/foreign/nobody's records, '.' is nothing (tests/access/README.md)."
)


def table():
    with TABLE.open() as file:
        rows = list(csv.DictReader(file))
    return {row["model"]: row for row in rows}


def line(row):
    out = io.StringIO()
    csv.DictWriter(out, HEAD, lineterminator="").writerow(row)
    return out.getvalue()


def wanted(env):
    """Names of the models that must have a row."""
    names = {
        name
        for name, model in env.registry.items()
        if not model._abstract and model._original_module in SUITE
    }
    for kind in ("ir.model.access", "ir.rule"):
        found = env["ir.model.data"].search([("model", "=", kind), ("module", "in", SUITE)])
        names |= set(env[kind].browse(found.mapped("res_id")).exists().model_id.mapped("model"))
    return names | MORE


def proposed_path(env, name):
    """A way to the dealer of the records: the own field, or that of what they belong to."""

    def dealer(model):
        field = env[model]._fields.get("dealer_id")
        return field is not None and field.comodel_name == "crm.dealer"

    if env[name]._transient:
        return "-"
    if dealer(name):
        return "dealer_id"
    for field in sorted(env[name]._fields.values(), key=lambda field: not field.required):
        if field.type == "many2one" and field.store and field.comodel_name in env.registry:
            if field.comodel_name.startswith("crm.") and dealer(field.comodel_name):
                return f"{field.name}.dealer_id"
    return "-"


def measured(env, people, name, path):
    fill_sides(env, name, path)
    row = Row(env, name, path)
    return {"model": name, "dealer": path, **{r: row.cell(people[r], r) for r in ROLES}}


def test_every_model_has_a_row(env, people):
    rows = table()
    missing = sorted(wanted(env) - set(rows))
    lines = [line(measured(env, people, name, proposed_path(env, name))) for name in missing]
    assert not missing, "\n".join(["Models without a row.", HOW_TO, ",".join(HEAD), *lines])
    gone = sorted(set(rows) - set(env.registry.models))
    assert not gone, f"Take these lines out of {TABLE.name}: {gone}"


def test_what_each_role_may(env, people):
    found = []
    for name, row in table().items():
        now = measured(env, people, name, row["dealer"])
        if now != row:
            differs = [f"{r}: {row[r]} → {now[r]}" for r in ROLES if row[r] != now[r]]
            found.append(f"{line(now)}\n    {', '.join(differs)}")
    assert not found, "\n".join(["Rights that are not as in the table.", HOW_TO, *found])


def test_foreign_records_are_nothing_to_dealers():
    """The table itself: a row that grants staff of dealers foreign records has a reason there."""
    granted = {}
    for name, row in table().items():
        for role in SCOPED:
            words = row[role].split("/")
            # One word for own, foreign and nobody's records: no difference is made.
            if row["dealer"] != "-" and words[min(1, len(words) - 1)] not in (".", "?"):
                granted.setdefault(name, []).append(role)
    assert granted.keys() <= SHARED.keys(), {n: granted[n] for n in granted.keys() - SHARED.keys()}


# What staff of dealers may read, or more, of other dealers, and why.
SHARED = {
    "crm.improvement.suggestion": "the library: what the manufacturer released, without names",
    "crm.club.merchant": "merchants of the club give their discounts to all members",
}
