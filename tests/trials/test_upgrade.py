"""Every version that people may have, upgraded to this one after a while in use (P5).

Each former version is taken from git, installed on the ERP with others' data and lived in; the
upgrade is compared with an installation of today, and with what people had entered before. With
``CRM_DEALER_KEEP_OLD=1`` the databases before the upgrade, and that of today, stay for the next
run (``upgrade_…``).
"""

import os
import re
from collections import Counter

import pytest
import upgrade_rows
from upgrade_shape import OURS, Records, schema
from upgrade_site import LANDED, ROOT, Database, depends, has_history, unpack

KEPT = bool(os.environ.get("CRM_DEALER_KEEP_OLD"))
KINDS = ["demo", "bare"]
# Values that are others after the upgrade, and why.
CHANGED = {}
# Rows that are gone, and why.
GONE = {}
# Differences from a new database, and why.
LEFT = {
    r"\(ours\)": "changed by users, here by ``upgrade_life``",
    r"^theirs: ir\.cron .*interval_number": "changed by users, here by ``upgrade_life``",
    r"^theirs: .*level_value_\w+\.treatment": "sentences of 1.0, which managers may have changed",
    r"^theirs: .*followup_rule_body_paint\.name": "called by a longer name since 1.3",
}


@pytest.fixture(scope="module", autouse=True)
def _history():
    if not has_history():
        pytest.skip("git does not have the former versions here (a shallow clone?)")
    if not os.environ.get("CRM_DEALER_BASE_DATABASE"):
        pytest.skip("only under make trials, which names the base database")


@pytest.fixture(scope="module", name="today")
def _today():
    """The database of an installation of today, without demo data."""
    database = Database("upgrade_today_bare")
    if not (KEPT and database.exists):
        _build(database.name, ROOT, "bare")
    yield database
    _let_go(database)


@pytest.fixture(name="old")
def _old(request, tmp_path_factory):
    """A database of a former version, lived in."""
    version, kind = request.param
    database = Database(f"upgrade_{version.replace('.', '_').replace('-', '_')}_{kind}")
    if not (KEPT and database.exists):
        folder = unpack(version, tmp_path_factory.mktemp("old"))
        _build(database.name, folder, kind, live=True)
    yield database
    _let_go(database)


def _let_go(database):
    if not KEPT:
        database.drop()


def _build(name, folder, kind, live=False):
    """Install the addons of ``folder``; the database has its name only once it is whole."""
    building = Database(f"{name}_building")
    building.copy_of(os.environ["CRM_DEALER_BASE_DATABASE"])
    if kind == "bare":
        building.sql("UPDATE ir_module_module SET demo = false")
        _without_news(building, folder)
    building.install(folder, demo=kind == "demo")
    if live:
        building.do("live", folder)
    building.rename(name)


def _without_news(database, folder):
    """The base has what today's addons stand on; who has a former version may lack it."""
    had = sorted(depends(folder))
    # With what that stands on in its turn.
    needed = database.sql(
        """WITH RECURSIVE needed AS (
               SELECT id, name FROM ir_module_module WHERE name = ANY(%s)
                UNION
               SELECT m.id, m.name FROM needed n
                 JOIN ir_module_module_dependency d ON d.module_id = n.id
                 JOIN ir_module_module m ON m.name = d.name)
           SELECT name FROM needed""",
        [had],
    )
    wanted = depends(ROOT) - {name for (name,) in needed}
    if wanted:
        database.uninstall(sorted(wanted))


def _named(lines, explained):
    """Those of ``lines`` that nothing explains."""
    return [line for line in lines if not any(re.search(one, line) for one in explained)]


def _shape(old, new):
    """Differences of the schemas."""
    found = []
    for kind, lines in new.items():
        found += [f"{kind} missing: {line[:300]}" for line in sorted(lines - old[kind])]
        found += [f"{kind} left over: {line[:300]}" for line in sorted(old[kind] - lines)]
    return found


def _records(old, new):
    """Differences of what came with the addons."""
    had, has = old.all(), new.all()
    found = [f"record missing: {has[name]} {name}" for name in sorted(has.keys() - had.keys())]
    found += [f"record left over: {had[name]} {name}" for name in sorted(had.keys() - has.keys())]
    before, after = old.contents(), new.contents()
    for name in sorted(before.keys() & after.keys()):
        for column, value in after[name].items():
            if before[name].get(column) != value:
                said = f"{has.get(name)} {name}.{column}: {before[name].get(column)!r:.200}"
                found.append(f"{_kind(old, name)}: {said}, new databases {value!r:.200}")
    left, right = old.relations(), new.relations()
    found += [f"relation missing: {line}" for line in sorted(right - left)]
    found += [f"relation left over: {line}" for line in sorted(left - right)]
    return found


def _kind(records, name):
    return "theirs" if records.noupdate.get(name) else "ours"


CASES = [
    pytest.param((version, kind), id=f"{version}-{kind}") for version in LANDED for kind in KINDS
]


@pytest.mark.parametrize("old", CASES, indirect=True)
def test_upgrade(old, today):
    """As if it had been installed today; nothing that people entered is lost or altered."""
    work = Database(f"{old.name}_now")
    work.copy_of(old.name)
    try:
        with work.cursor() as cursor:
            upgrade_rows.keep(cursor)
        work.upgrade()
        with work.cursor() as cursor, today.cursor() as other:
            found = _named(_lost(cursor), {**CHANGED, **GONE})
            cursor.execute("DROP TABLE upgrade_before")
            found += _shape(schema(cursor), schema(other))
            # Demo data are another day's, and some of them change what came with the addons.
            if old.name.endswith("bare"):
                found += _named(_records(Records(cursor), Records(other)), LEFT)
            assert set(_versions(cursor)) == set(_versions(other))
        print("\n".join(found))
        print(old.name, Counter(line.split(":")[0] for line in found))
        assert found == []
        work.do("go_on")
    finally:
        work.drop()


def _lost(cursor):
    """What became of the rows that were there before the upgrade."""
    cursor.execute("SELECT count(DISTINCT name), count(*) FROM upgrade_before")
    print("tables, rows before:", cursor.fetchone())
    gone, changed = upgrade_rows.compare(cursor)
    found = [f"rows gone: {table} {count}" for table, count in sorted(gone.items())]
    for place, count in sorted(changed.items()):
        example = upgrade_rows.example(cursor, *place.split("."))
        found.append(f"value changed: {place} in {count} rows, {example!r:.400}")
    return found


def _versions(cursor):
    cursor.execute(
        "SELECT name, state, latest_version FROM ir_module_module WHERE name = ANY(%s)",
        [list(OURS)],
    )
    return cursor.fetchall()
