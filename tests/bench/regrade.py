"""The engine against SQL by hand and against the ORM asked per customer (G15)."""

import ctypes
import gc
import re
import statistics
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import handwritten
from fill import ONE_VISIT_SQL, change_customers
from report import number, seconds, step
from scratch import NAME, run, scaled

ROUNDS = 3


@contextmanager
def environment(uid=1):
    """A fresh environment, as a request has it; commits at the end."""
    from odoo import api
    from odoo.modules.registry import Registry

    with Registry(NAME).cursor() as cr:
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
    """Regrade everybody; the duration in s, and of each scheme, and the counts."""
    start = time.perf_counter()
    with environment() as env:
        runs = env["crm.grading.scheme"].regrade()
        parts = {run.scheme_id.code: run.duration for run in runs}
        changed, graded = sum(runs.mapped("changed")), sum(runs.mapped("graded"))
    return time.perf_counter() - start, parts, changed, graded


def by_hand(context, foreign_keys=True):
    handwritten.make_table(foreign_keys)
    start = time.perf_counter()
    handwritten.grade(context)
    return time.perf_counter() - start


def bounds():
    """The reference date of a run, taken from the company as the engine does."""
    with environment() as env:
        context = env["crm.grading.scheme"]._context_for(None, None)
        return {"today": context.today, "end": context.today + timedelta(1), "tz": context.tz}


def measure_full(report):
    """Goals 1 and 4; leaves the results of the last regrade. Returns its time."""
    report.title("Regrading all customers, all shipped schemes")
    context = bounds()
    step("warming the caches")
    by_hand(context)
    ours, hands, parts = [], [], {}
    for turn in range(ROUNDS):
        step(f"SQL by hand, then the engine ({turn + 1} of {ROUNDS})")
        hands.append(by_hand(context))
        empty_results()
        reset_peak_memory()
        before = peak_memory()
        duration, parts, _changed, graded = regrade()
        growth = peak_memory() - before
        ours.append(duration)
        run("CHECKPOINT")
    bare = by_hand(context, foreign_keys=False)
    first, hand = statistics.median(ours), statistics.median(hands)
    report.info(f"engine, median of {ROUNDS}, {number(graded)} results", seconds(first))
    for code, duration in parts.items():
        report.info(f"  of it {code}", seconds(duration))
    report.info("SQL by hand, same shape, indexes and foreign keys", seconds(hand))
    report.judge("engine against SQL by hand", first / hand, 1.5)
    report.info("  the same without foreign keys in the hand's table", f"{first / bare:.2f}×")
    step("comparing both results")
    report.expect("rows that differ between both", handwritten.differences(), 0)
    report.judge("growth of the Python process during the regrade", growth, 300, " MB")
    run(f"DROP TABLE {handwritten.TABLE}")
    return first


# -- Asking per customer -----------------------------------------------------------------------


def ask(env, partner_id, context):
    """The figures of one customer through the ORM, each asked once for all schemes."""
    end = context["end"].isoformat()
    months = {n: f"today +1d -{n}m" for n in (3, 6, 12)}
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
    owned = [("commercial_partner_id", "=", partner_id)]
    since = [("date", ">=", months[12])]
    Order, Visit, Owned = (
        env[model] for model in ("sale.order", "crm.service.visit", "crm.vehicle.ownership")
    )
    Order._read_group(order, [], ["amount_untaxed:sum"])
    Order._read_group(order, [], ["date_order:max"])
    Order.search_count(order)
    Visit._read_group([*visit, *since, ("order_id", "=", False)], [], ["amount_total:sum"])
    for since_month in months.values():
        Visit.search_count([*visit, ("date", ">=", since_month)])
    for n in (6, 12):
        Owned.search_count([*owned, ("date_from", "<", months[n])])


def measure_orm(report, first):
    """Goal 2."""
    step("asking per customer through the ORM")
    context = bounds()
    [[customers]] = run("SELECT count(DISTINCT partner_id) FROM crm_grading_result")
    sample = run(
        "SELECT DISTINCT partner_id, md5(partner_id::text) FROM crm_grading_result"
        " ORDER BY 2 LIMIT 330"
    )
    with environment() as env:
        for partner_id, _hash in sample[:30]:
            ask(env, partner_id, context)
        start = time.perf_counter()
        for partner_id, _hash in sample[30:]:
            ask(env, partner_id, context)
        each = (time.perf_counter() - start) / len(sample[30:])
    report.info("asking the ORM for the figures of one customer", seconds(each))
    report.info(f"  of all {number(customers)} customers", f"{each * customers / 60:.0f} min")
    report.judge("engine against asking the ORM", each * customers / first, 200, at_least=True)


# -- Again, and one customer -------------------------------------------------------------------


def measure_again(report, first):
    """Goal 3: one customer in a hundred has a new visit or order since the last regrade."""
    run("VACUUM ANALYZE crm_grading_result")  # as autovacuum does long before the next night
    change_customers(scaled(10_000))
    step("regrading again, 1 % of the customers changed")
    again, parts, changed, _graded = regrade()
    report.info(f"second regrade, {number(changed)} results changed", seconds(again))
    for code, duration in parts.items():
        report.info(f"  of it {code}", seconds(duration))
    report.judge("second regrade against the first", 100 * again / first, 25, " %")
    step("regrading once more, nothing changed")
    again, _parts, changed, _graded = regrade()
    report.info(
        f"  once more, {number(changed)} results changed", f"{100 * again / first:.3g} %"
    )


def measure_one(report):
    """Goal 6: a visit is added, then the customer graded as the end of a transaction does it."""
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
