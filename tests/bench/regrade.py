"""The engine against SQL by hand and against the ORM asked per customer (G15)."""

import ctypes
import gc
import re
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

import handwritten
from fill import ONE_VISIT_SQL, change_customers
from report import number, seconds, step
from scratch import NAME, Clock, run, scaled

ROUNDS = 2


@contextmanager
def environment(uid=1, database=NAME):
    """A fresh environment, as a request has it; commits at the end."""
    from odoo import api
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        yield api.Environment(cr, uid, {})


def peak_memory():
    """The most memory that this process ever had since the reset, in MB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def reset_peak_memory():
    """Give back what is free, so that growth cannot hide in it, and start anew."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")


def empty_results():
    run("TRUNCATE crm_grading_result, crm_grading_history, crm_grading_pending")


def regrade():
    """Regrade everybody; the ``Clock`` of it, the time of each scheme in s, and the counts."""
    with environment() as env:
        with Clock(env.cr) as clock:
            runs = env["crm.grading.scheme"].regrade()
            env.cr.commit()
        parts = {run.scheme_id.code: run.duration for run in runs}
        changed, graded = sum(runs.mapped("changed")), sum(runs.mapped("graded"))
    return clock, parts, changed, graded


def by_hand(context, foreign_keys=True):
    handwritten.make_table(foreign_keys)
    return handwritten.grade(context)


def warm():
    """Read what both will read, and make the pages' hint bits."""
    for table in ("res_partner", "sale_order", "crm_service_visit", "crm_vehicle_ownership"):
        run(f"SELECT count(*), max(t.write_date) FROM {table} t")


def bounds():
    """The reference date of a run, taken from the company as the engine does."""
    with environment() as env:
        context = env["crm.grading.scheme"]._context_for(None, None)
        return handwritten.bounds(context.today, context.tz)


def measure_full(report):
    """Goals 1 and 4; leaves the results of the last regrade. Returns the engine's clocks."""
    report.title("Regrading all customers, all shipped schemes")
    context = bounds()
    warm()
    ours, hands = [], []
    for turn in range(ROUNDS):
        step(f"SQL by hand, then the engine ({turn + 1} of {ROUNDS})")
        hands.append(by_hand(context))
        empty_results()
        reset_peak_memory()
        before = peak_memory()
        clock, parts, _changed, graded = regrade()
        growth = peak_memory() - before
        ours.append(clock)
    step("comparing both results")
    differences = handwritten.differences()
    bare = by_hand(context, foreign_keys=False)
    run(f"DROP TABLE {handwritten.TABLE}")
    report.info(f"engine, {number(graded)} results, best of {ROUNDS}", seconds(best(ours)))
    tell_parts(report, parts)
    report.info("SQL by hand, same indexes and foreign keys", seconds(best(hands)))
    report.judge("engine against SQL by hand", best(ours) / best(hands), 2)
    ratio = best(ours, "processor") / best(hands, "processor")
    report.info("  processor time alone", f"{ratio:.2f}×")
    ratio = best(ours) / bare.time
    report.info("  against SQL by hand into a table without foreign keys", f"{ratio:.2f}×")
    report.expect("rows that differ between both", differences, 0)
    report.judge("growth of the Python process during the regrade", growth, 300, " MB")
    return ours


def best(clocks, attribute="time"):
    return min(getattr(clock, attribute) for clock in clocks)


def tell_parts(report, parts):
    for code, duration in parts.items():
        report.info(f"  of it {code}", seconds(duration))


# -- Asking per customer -----------------------------------------------------------------------


def ask(env, partner_id, context):
    """The figures of one customer through the ORM, as value, ABC, activity and RFM need them.

    The other schemes are not asked for, so the ORM's time is too good. Value and ABC share their
    two figures here, which the engine does not know.
    """
    end, months = context["day0"].isoformat(), {n: f"today +1d -{n}m" for n in (3, 12)}
    order = [
        ("partner_id.commercial_partner_id", "=", partner_id),
        ("state", "=", "sale"),
        ("date_order", ">=", months[12]),
        ("date_order", "<", end),
    ]
    visit = [
        ("commercial_partner_id", "=", partner_id),
        ("stage", "not in", ["booked", "cancelled"]),
        ("date", "<", end),
    ]
    owned = [("commercial_partner_id", "=", partner_id), ("date_from", "<", months[12])]
    year = [*visit, ("date", ">=", months[12])]
    Order, Visit = env["sale.order"], env["crm.service.visit"]
    Order._read_group(order, [], ["amount_untaxed:sum"])
    Order._read_group(order, [], ["date_order:max"])
    Order.search_count(order)
    Visit._read_group([*year, ("order_id", "=", False)], [], ["amount_total:sum"])
    Visit.search_count(year)
    Visit.search_count([*visit, ("date", ">=", months[3])])
    env["crm.vehicle.ownership"].search_count(owned)


def write(env, rows):
    """Write one customer's results through the ORM, which a loop over customers would do."""
    env["crm.grading.result"].sudo().create(rows)
    env.flush_all()


def time_orm(partner_ids):
    """Seconds for asking, and for writing, one customer; leaves nothing changed."""
    context = bounds()
    with environment() as env:
        for partner_id in partner_ids[:30]:
            ask(env, partner_id, context)
        start = time.perf_counter()
        for partner_id in partner_ids[30:]:
            ask(env, partner_id, context)
        asked = time.perf_counter()
        results = env["crm.grading.result"].sudo().search([("partner_id", "in", partner_ids)])
        names = ["scheme_id", "partner_id", "level_id", "score", "figures", "since", "dealer_id"]
        rows = {}
        for values in results.read(names, load=None):
            values.pop("id")
            rows.setdefault(values["partner_id"], []).append(values)
        env.cr.execute("DELETE FROM crm_grading_result WHERE id = ANY(%s)", [results.ids])
        env.invalidate_all()
        writing = time.perf_counter()
        for customer_rows in rows.values():
            write(env, customer_rows)
        written = time.perf_counter()
        env.cr.rollback()
    return (asked - start) / len(partner_ids[30:]), (written - writing) / len(rows)


def measure_orm(report, first):
    """Goal 2; what asking costs is also set against a regrade that finds nothing changed."""
    step("asking per customer through the ORM")
    [[customers]] = run("SELECT count(DISTINCT partner_id) FROM crm_grading_result")
    sample = run(
        "SELECT DISTINCT partner_id, md5(partner_id::text) FROM crm_grading_result"
        " ORDER BY 2 LIMIT 330"
    )
    asking, writing = time_orm([partner_id for partner_id, _hash in sample])
    report.info("asking the ORM for the figures of one customer", seconds(asking))
    report.info(f"  of all {number(customers)} customers", f"{asking * customers / 60:.0f} min")
    ratio = asking * customers / best(first)
    report.judge("engine against asking the ORM", ratio, 200, at_least=True)
    ratio = (asking + writing) * customers / best(first)
    report.info("  against asking and writing the results", f"{number(ratio)}×")
    return asking * customers


# -- Again, and one customer -------------------------------------------------------------------


def measure_again(report, first, asking):
    """Goal 3: one customer in a hundred has a new visit or order since the last regrade."""
    run("VACUUM ANALYZE crm_grading_result")  # as autovacuum does long before the next night
    change_customers(scaled(10_000))
    step("regrading again, 1 % of the customers changed")
    again, parts, changed, _graded = regrade()
    report.info(f"second regrade, {number(changed)} results changed", seconds(again.time))
    tell_parts(report, parts)
    share = 100 * again.time / best(first)
    report.judge("second regrade against the first", share, 25, " %")
    share = 100 * again.processor / best(first, "processor")
    report.info("  processor time alone", f"{share:.3g} %")
    step("regrading once more, nothing changed")
    again, _parts, changed, _graded = regrade()
    share = 100 * again.time / best(first)
    report.info(f"  once more, {number(changed)} results changed", f"{share:.3g} %")
    ratio = asking / again.time
    report.info("  asking the ORM, which writes nothing either, against it", f"{number(ratio)}×")


def measure_one(report):
    """Goal 6: a visit is added, then the customer graded as the job does it after the commit."""
    step("regrading single customers")
    rows = run("SELECT id, commercial_partner_id FROM crm_vehicle ORDER BY md5(vin) LIMIT 55")
    times = []
    for vehicle, partner in rows:
        run(ONE_VISIT_SQL, [[vehicle]])
        start = time.perf_counter()
        with environment() as env:
            env["crm.grading.scheme"]._regrade_now([partner])
        times.append(1000 * (time.perf_counter() - start))
    report.judge("regrade of one customer, median of 50", statistics.median(times[5:]), 30, " ms")
