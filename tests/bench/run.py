"""make bench: builds a full network in a scratch database and prints what it measures there.

See README.md beside this file.
"""

import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "scripts/dev")]
sys.dont_write_bytecode = True

import assessment  # noqa: E402
import care  # noqa: E402
import cheats  # noqa: E402
import cleaning  # noqa: E402
import club  # noqa: E402
import cockpit  # noqa: E402
import contacts  # noqa: E402
import credit  # noqa: E402
import fill  # noqa: E402
import imports  # noqa: E402
import install  # noqa: E402
import kpi  # noqa: E402
import quality  # noqa: E402
import regrade  # noqa: E402
import scratch  # noqa: E402
import screens  # noqa: E402
import survey  # noqa: E402
import survey_sums  # noqa: E402
from report import Report, step  # noqa: E402


def start_odoo():
    from odoo.tools import config

    config.parse_config(["--no-http", "--log-level=error", "--max-cron-threads=0"])
    import odoo.modules.module

    odoo.modules.module.initialize_sys_path()


def build():
    """Fill, measure bare Odoo, install, fill the rest; what was measured meanwhile."""
    begin = time.perf_counter()
    step("making the scratch databases")
    for name in (scratch.NAME, scratch.EMPTY):
        scratch.drop(name)
        scratch.make(name)
    base = fill.fill_before()
    bare = screens.measure_before(base["base"])
    installed = install.measure()
    scratch.drop(scratch.EMPTY)
    with regrade.environment() as env:
        fill.make_network(env)
    screens.make_staff()
    scratch.forget(scratch.NAME)
    fill.fill_after(base)
    found = {
        "scale": scratch.SCALE,
        "bare": bare,
        "install": installed,
        "built": time.perf_counter() - begin,
    }
    scratch.keep(**found)
    return found


def update_kept():
    """A kept database takes over what the addon's files say now."""
    from odoo.modules.registry import Registry

    step("using the kept database")
    scratch.run("DELETE FROM crm_service_visit WHERE name LIKE 'new %'")
    scratch.run("DELETE FROM sale_order WHERE name = 'new'")
    # What stands on it, such as the club where it was measured, comes along.
    Registry.new(scratch.NAME, update_module=True, upgrade_modules=[install.MODULE])


def measure(report, found):
    sizes = (scratch.CONTACTS, scratch.ORDERS, scratch.VEHICLES, scratch.VISITS)
    [[size]] = scratch.run("SELECT pg_size_pretty(pg_database_size(current_database()))")
    names = "make bench: {:,} contacts, {:,} orders, {:,} vehicles, {:,} visits"
    report.title(names.format(*sizes))
    report.info("database", size)
    load = f"{os.cpu_count()}, {os.getloadavg()[0]:.1f}"
    report.info("processors, load of the last minute", load)
    only = os.environ.get("BENCH_ONLY", "").split()
    for name, part in PARTS.items():
        if not only or name in only:
            part(report, found)


def measure_regrade(report, _found):
    first = regrade.measure_full(report)
    asking = regrade.measure_orm(report, first)
    regrade.measure_again(report, first, asking)
    regrade.measure_one(report)


def measure_screens(report, found):
    screens.measure_lists(report, found["bare"])
    screens.measure_form(report, found["bare"])


# In this order: later ones stand on the levels that "regrade" writes.
PARTS = {
    "install": lambda report, found: install.tell(report, found["install"]),
    "regrade": measure_regrade,
    "quality": lambda report, _found: quality.measure(report),
    "screens": measure_screens,
    "imports": lambda report, _found: imports.measure(report),
    "contacts": lambda report, _found: contacts.measure(report),
    "cleaning": lambda report, _found: cleaning.measure(report),
    "credit": lambda report, _found: credit.measure(report),
    "club": lambda report, _found: club.measure(report),
    "care": lambda report, _found: care.measure(report),
    "survey": lambda report, _found: survey.measure(report),
    "sums": lambda report, _found: survey_sums.measure(report),
    "kpi": lambda report, _found: kpi.measure(report),
    "cheats": lambda report, _found: cheats.measure(report),
    "assessment": lambda report, _found: assessment.measure(report),
    "cockpit": lambda report, _found: cockpit.measure(report),
}


def main():
    start_odoo()
    report = Report()
    begin = time.perf_counter()
    try:
        found = scratch.kept() if scratch.KEEP else None
        if found:
            update_kept()
        measure(report, found or build())
        report.title(f"All in {(time.perf_counter() - begin) / 60:.0f} minutes")
        report.summary()
    finally:
        scratch.drop(scratch.EMPTY)
        if not scratch.KEEP:
            scratch.drop(scratch.NAME)


if __name__ == "__main__":
    main()
