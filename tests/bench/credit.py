"""Confirming orders under credit control, against bare Odoo; exposures of a page of files (K4)."""

import statistics
import time

from regrade import environment
from report import seconds, step

SINGLE = 80  # orders of as many customers
BATCH = 500  # orders of one customer
PAGE = 80
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"


def quotations(env, partners):
    """A draft order for each of ``partners``."""
    product = env["product.product"].create({"name": "Bench", "type": "service"})
    line = {"product_id": product.id, "price_unit": 10.0, "tax_ids": [(5,)]}
    return env["sale.order"].create(
        [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for partner in partners]
    )


def customers(env, count):
    return env["res.partner"].search([("is_company", "=", False)], limit=count, order="id desc")


def seller(env):
    """A salesperson as bare Odoo knows them."""
    users = env["res.users"].with_context(no_reset_password=True)
    found = users.search([("login", "=", "bench_seller")])
    groups = [env.ref(name).id for name in ("base.group_user", ALL_LEADS)]
    return found or users.create(
        {"name": "Seller", "login": "bench_seller", "group_ids": [(6, 0, groups)]}
    )


def confirm(env, orders):
    """Seconds that a request of the salesperson takes: all that happens before the commit."""
    env.cr.flush()
    env.invalidate_all()
    begin = time.perf_counter()
    orders.with_user(seller(env)).action_confirm()
    env.cr.flush()
    return time.perf_counter() - begin


def confirm_one_by_one(env):
    """Median seconds of a confirmation."""
    seller(env)
    return statistics.median(
        confirm(env, order) for order in quotations(env, customers(env, SINGLE))
    )


def confirm_at_once(env):
    """Seconds for all orders of one customer."""
    seller(env)
    return confirm(env, quotations(env, [customers(env, 1)] * BATCH))


def best(work, prepare=None, rounds=3):
    """The quickest of some rounds, each undone."""
    found = []
    for _round in range(rounds):
        with environment() as env:
            if prepare:
                prepare(env)
            found.append(work(env))
            env.cr.rollback()
            env.invalidate_all()
    return min(found)


def measure_before():
    """Bare Odoo on the full database, before the addon is installed."""
    step("confirming orders in bare Odoo")
    return {"one": best(confirm_one_by_one), "batch": best(confirm_at_once)}


def under_control(env):
    """Control is on, and each customer has a file whose limit is never reached."""
    env.company.credit_mode = "release"
    files = env["crm.credit.file"]._open(customers(env, SINGLE), env.company)
    for file in files:
        file._grant(1e9, False, "Bench")
    env.flush_all()


def measure(report, bare):
    step("confirming orders under credit control")
    report.title("Credit")
    for name, key, work, goal in (
        ("confirming an order, under control", "one", confirm_one_by_one, 1.15),
        (f"confirming {BATCH} orders of a customer, under control", "batch", confirm_at_once, 1.3),
    ):
        off, on = best(work), best(work, under_control)
        report.info(f"{name}: bare Odoo", seconds(bare[key]))
        report.info("... with the addon, control off", seconds(off))
        report.info("... control on, against control off", f"{on / off:.2f}×")
        report.judge("... control on, against bare Odoo", on / bare[key], goal)
    measure_page(report)


def measure_page(report):
    """A page of credit files, with used and free."""
    with environment() as env:
        under_control(env)
        files = env["crm.credit.file"].search([], limit=PAGE)
        counts = {}
        for number in (1, len(files)):
            env.flush_all()
            env.invalidate_all()
            before, begin = env.cr.sql_log_count, time.perf_counter()
            files[:number].read(["limit", "used", "free", "over_limit", "state"])
            counts[number] = env.cr.sql_log_count - before
            spent = time.perf_counter() - begin
        report.info(f"exposures of {len(files)} files", seconds(spent))
        report.expect("... queries for all, against one file", counts[len(files)], counts[1])
        env.cr.rollback()
