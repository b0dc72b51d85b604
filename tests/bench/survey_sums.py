"""Surveys: what sums of settled quarters and figures beside the total save (S1, S5)."""

import time

from regrade import environment
from report import seconds
from scratch import run
from survey import quickest, version_of


def measure_settling(report):
    begin = time.perf_counter()
    with environment() as env:
        env["crm.satisfaction.settled"]._cron_settle()
    report.info("settling all quarters that are over", seconds(time.perf_counter() - begin))
    run("VACUUM ANALYZE crm_satisfaction_sum")


def measure_network(report):
    """The manufacturer's list without a period, from scores and from sums."""
    domain = [("level", "=", "dealer"), ("period_kind", "=", "quarter"),
              ("kind", "=", "satisfaction"), ("factor_id", "=", False)]  # fmt: skip
    names = ("period", "dealer_id", "index_value", "low", "high", "n", "rank")
    found = []
    with environment() as env:
        index = env["crm.satisfaction.index"]

        def opened():
            env.invalidate_all()
            return index.web_search_read(domain, {name: {} for name in names}, limit=80)

        def figures():
            env.invalidate_all()
            return {row.id: (row.n, round(row.index_value, 6), row.rank)
                    for row in index.search(domain)}  # fmt: skip

        found.append(figures())
        raw = quickest(opened)
        measure_settling(report)
        summed = quickest(opened)
        found.append(figures())
    report.info("list of the index without a period, from the scores", seconds(raw))
    report.judge("... with the sums that are kept", summed, 1.5, unit=" s")
    differ = [key for key in found[0] | found[1] if found[0].get(key) != found[1].get(key)]
    report.expect("... rows that differ", len(differ), 0)


def measure_weak_points(report):
    with environment() as env:
        version = version_of(env)
        for level in ("factor", "question"):
            spent = quickest(lambda level=level: version.weak_points({}, level))
            report.judge(f"weak points of the network by {level}", spent, 3, unit=" s")


def measure(report):
    measure_network(report)
    measure_weak_points(report)
