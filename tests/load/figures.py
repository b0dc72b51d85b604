"""What is told of pages that were opened: quantiles, errors, ratios."""

import os
from collections import defaultdict

from report import number, seconds

FEWEST = 20  # pages of a name for a p95 that means anything
GOAL = 1.3


def quantile(times, share):
    ordered = sorted(times)
    return ordered[round(share * (len(ordered) - 1))]


def by_page(pages):
    found = defaultdict(list)
    for one in pages:
        found[one["page"]].append(one["time"])
    return found


def tell_load(report):
    load = f"{os.cpu_count()}, {os.getloadavg()[0]:.1f}"
    report.info("processors, load of the last minute", load)


def tell_errors(report, pages, raised, logged):
    """Pages that failed, failures of the crowd itself, and errors of the server's log."""
    failed = [one for one in pages if one["error"]]
    report.expect("  pages with an error", len(failed), 0)
    report.expect("  pages that the crowd could not make", len(raised), 0)
    report.expect("  errors in the server's log", len(logged), 0)
    told = {f"{one['page']}: {one['error']}" for one in failed}
    for text in [*sorted(told), *logged[:5], *raised[:3]]:
        report.info(f"    {text[:500]}", "")


def tell_ratio(report, bare, full):
    """Goal: nobody waits much longer than before."""
    report.title("Waiting with the addons against bare Odoo, p95 (p50)")
    all_bare, all_full = ([one["time"] for one in pages] for pages in (bare, full))
    if not all_bare or not all_full:
        return
    ratio = quantile(all_full, 0.95) / quantile(all_bare, 0.95)
    report.judge("all pages, each with its own mix", ratio, GOAL)
    theirs, ours = by_page(bare), by_page(full)
    common = [name for name in theirs if name in ours]
    pooled = [[time for name in common for time in pages[name]] for pages in (theirs, ours)]
    report.judge(
        "pages that both have", quantile(pooled[1], 0.95) / quantile(pooled[0], 0.95), GOAL
    )
    for name in sorted(common):
        one, other = theirs[name], ours[name]
        middle = quantile(other, 0.5) / quantile(one, 0.5)
        words = f"  {name} ({middle:.2f}×)"
        ratio = quantile(other, 0.95) / quantile(one, 0.95)
        if min(len(one), len(other)) >= FEWEST:
            report.judge(words, ratio, GOAL)
        else:
            report.info(f"{words}, of {len(one)} and {len(other)}", f"{ratio:.2f}×")


def tell_pages(report, kind, logged):
    """Each page as its user saw it; requests, queries and time of the server for one."""
    report.title(f"{kind.database}: p50, p95, p99; for a page: requests, queries, server's time")
    for name, times in sorted(by_page(kind.pages).items(), key=lambda item: -sum(item[1])):
        three = ", ".join(seconds(quantile(times, share)) for share in (0.5, 0.95, 0.99))
        requests, queries, spent = (total / len(times) for total in logged.get(name, (0, 0, 0)))
        work = f"{number(requests)}, {number(queries)}, {seconds(spent)}"
        report.info(f"{name}, {len(times)} times: {three}", work)
