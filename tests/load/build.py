"""The two databases under load: a million customers in bare Odoo, and the same with the addons.

Built stage by stage; a database that is kept goes on after the last stage that was finished.
"""

import os
import time

SCALE = os.environ.get("LOAD_SCALE") or "1"
KEEP = bool(os.environ.get("LOAD_KEEP"))
_SIZE = "" if float(SCALE) == 1 else "_" + SCALE.replace(".", "_")
FULL, BARE = f"load_full{_SIZE}", f"load_bare{_SIZE}"
# Before tests/bench is imported: its sizes and its database come from here.
os.environ.update(BENCH_NAME=FULL, BENCH_SCALE=SCALE)

import assessment  # noqa: E402
import care_fill  # noqa: E402
import club  # noqa: E402
import cockpit  # noqa: E402
import erp  # noqa: E402
import fill  # noqa: E402
import more  # noqa: E402
import postgres  # noqa: E402
import regrade  # noqa: E402
import scratch  # noqa: E402
import survey  # noqa: E402
from report import step  # noqa: E402

PLAIN_SURVEY = "Load"
# Dates of vehicles; mileages and birthdays take most of the time, and no page shows many of them.
CARE = ["crm_vehicle"]
MODULES = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
survey.RESPONSES = scratch.scaled(100_000)
assessment.CALLS = scratch.scaled(300_000)


def build():
    """Do the stages that are not done yet."""
    there = {FULL, BARE} <= postgres.databases()
    done = (there and scratch.kept()) or {"scale": scratch.SCALE, "stages": []}
    if done["stages"]:
        step("using the kept databases")
    for name, stage in STAGES.items():
        if name not in done["stages"]:
            begin = time.perf_counter()
            step(f"stage {name}")
            done.update(stage(done) or {})
            done["stages"].append(name)
            scratch.keep(**done)
            step(f"stage {name} took {time.perf_counter() - begin:.0f} s")
    return done


def drop():
    for name in (FULL, BARE):
        scratch.drop(name)


# -- Stages ----------------------------------------------------------------------------------


def make(_done):
    """Contacts and orders of both databases."""
    drop()
    scratch.make(FULL)
    base = fill.fill_before()
    erp.duplicate(FULL, BARE)
    return {"base": base}


def install(_done):
    from odoo.modules.registry import Registry

    Registry.new(FULL, update_module=True, install_modules=MODULES)
    scratch.forget(FULL)


def upgrade():
    """A kept database takes over what the addons' files say now."""
    from odoo.modules.registry import Registry

    step("upgrading the addons")
    Registry.new(FULL, update_module=True, upgrade_modules=MODULES)
    scratch.forget(FULL)


def fill_network(done):
    with regrade.environment() as env:
        fill.make_network(env)
    fill.fill_after(done["base"])


def fill_club(_done):
    """Every twentieth customer is a member, of any tier."""
    club.give_levels()
    rows = scratch.run(
        "SELECT id FROM res_partner WHERE commercial_partner_id = id AND active"
        "   AND dealer_id IS NOT NULL AND id % 20 = 5 ORDER BY id"
    )
    ids = [partner for (partner,) in rows]
    for start in range(0, len(ids), club.ENROLLED):
        with regrade.environment() as env:
            partners = env["res.partner"].browse(ids[start : start + club.ENROLLED])
            env["crm.club.membership"].enrol(partners)
    with scratch.bulk("crm_club_membership") as cr:
        cr.execute(club.MEMBERS_SQL)


def fill_care(_done):
    with regrade.environment() as env:
        day = env.company._today_here()
    for table, statement in care_fill.DATA:
        if table not in CARE:
            continue
        with scratch.bulk(table) as cr:
            cr.execute(statement.replace("TODAY", f"DATE '{day}'"))


def fill_survey(_done):
    survey.fill()
    with regrade.environment() as env:
        begin = env["crm.assessment"]._last_period("quarter")
        days = (env.company._today_here() - begin).days
    with scratch.bulk("crm_followup_call") as cr:
        statement = assessment._CALLS.replace("'BA%%'", "'BD%%'")
        cr.execute(statement, {
            "begin": begin, "days": days, "dealers": scratch.DEALERS, "count": assessment.CALLS,
        })  # fmt: skip
    for statement in (cockpit.VALUES_SQL, cockpit.TARGETS_SQL):
        scratch.run(statement)


def fill_work(done):
    """The fifty, and what they work on."""
    more.fill_full(done["base"], FULL)


def fill_bare(done):
    more.fill_bare(done["base"], BARE)


def night(_done):
    """What the jobs of a night write once, so that the load does not begin with it."""
    for name, job in NIGHT.items():
        begin = time.perf_counter()
        with regrade.environment() as env:
            job(env)
        step(f"{name}: {time.perf_counter() - begin:.0f} s")


NIGHT = {
    "grading": lambda env: env["crm.grading.scheme"].regrade(),
    "mileage": lambda env: env["crm.vehicle.forecast"]._cron_refresh(),
    "completeness": lambda env: env["crm.customer.quality"]._cron_refresh(),
    "care": lambda env: env["crm.care.rule"].search([])._find_all(),
}
STAGES = {
    "contacts": make,
    "addons": install,
    "network": fill_network,
    "club": fill_club,
    "care": fill_care,
    "survey": fill_survey,
    "work": fill_work,
    "bare": fill_bare,
    "night": night,
}

