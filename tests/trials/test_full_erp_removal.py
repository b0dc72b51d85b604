"""Installed on others' data, used, upgraded, removed: nothing is another than before (P5).

What is left is looked for in the whole database, not in places that somebody thought of.
"""

import os

import full_erp
import pytest
import traces
from test_install import LIFE, SURVEY_LIFE

GRADING, CLUB, SURVEY = full_erp.OURS
ORDERS = {
    "survey first": [SURVEY, CLUB, GRADING],
    "club first": [CLUB, SURVEY, GRADING],
    "grading, which takes all": [GRADING],
}
# Values that are no data of anybody: when a row was written; what was used last.
IGNORED = {
    "*": {"write_date", "write_uid"},
    "ir_cron": {"lastcall", "nextcall", "failure_count", "first_failure_date"},
    "ir_module_module": {
        # The list of modules is read anew from the disk; that ours were there once.
        "state", "latest_version", "demo", "icon", "description", "summary", "shortdesc",
    },
    "ir_model": {"info"},
}  # fmt: skip
# Tables in which rows may differ afterwards, how, and why.
MAY_DIFFER = {}
# The life that somebody led in between: what it made of the ERP's own records stays.
LIVED = {}


@pytest.fixture(scope="module", name="env")
def _env():
    return full_erp.environment()


@pytest.fixture(scope="module", name="base")
def _base():
    return os.environ["CRM_DEALER_BASE_DATABASE"]


@pytest.fixture(scope="module", name="lived")
def _lived(env, base):
    """Others' database with our addons without their demo data, used and upgraded."""
    with full_erp.copy(base, f"run_{os.getpid()}_lived") as name:
        with full_erp.cursor(name) as cursor:
            cursor.execute("UPDATE ir_module_module SET demo = false")
        full_erp.odoo("module", "install", "-d", name, *full_erp.OURS)
        full_erp.odoo("shell", "-d", name, "--no-http", input=LIFE + SURVEY_LIFE)
        ours = ",".join(full_erp.OURS)
        full_erp.odoo("server", "-d", name, "-u", ours, "--stop-after-init", "--no-http")
        yield name


@pytest.fixture(scope="module", name="shown")
def _shown():
    """The database of this run: our addons with all their demo data."""
    return os.environ["PGDATABASE"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("source", ["shown", "lived"])
def test_nothing_is_left(request, base, source, order):
    """Catalogue and rows are those of the database that our addons never were in."""
    name = f"run_{os.getpid()}_removed"
    with full_erp.copy(request.getfixturevalue(source), name):
        for module in ORDERS[order]:
            full_erp.odoo("module", "uninstall", "-d", name, module)
        with full_erp.cursor(base) as before, full_erp.cursor(name) as after:
            assert sorted(traces.catalogue(after) ^ traces.catalogue(before)) == []
            may = {**MAY_DIFFER, **(LIVED if source == "lived" else {})}
            assert told(before, after, may) == []


def told(before, after, may):
    """What differs and may not, each row as somebody can read it."""
    lines = []
    for table, rows in traces.compare(before, after, IGNORED).items():
        kinds = may.get(table, "")
        if rows.changed and "changed" not in kinds:
            key = rows.changed[0]
            how = key.isdigit() and traces.differing(before, after, table, key)
            lines.append((table, "changed", len(rows.changed), key, how))
        if rows.gone and "gone" not in kinds:
            lines.append((table, "gone", traces.named(before, table, rows.gone)))
        if rows.new and "new" not in kinds:
            lines.append((table, "new", traces.named(after, table, rows.new)))
    return lines
