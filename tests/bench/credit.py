"""Confirming orders, in turn with bare Odoo; exposures of a page of credit files (K4)."""

import statistics
import time
from pathlib import Path

import scratch
from regrade import environment
from report import seconds, step

SINGLE = 80  # orders of as many customers
BATCH = 500  # orders of one customer
PAGE = 80
BARE = "bench_bare"
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"


def quotations(env, partners):
    """A draft order for each of ``partners``."""
    product = env["product.product"].create({"name": "Bench", "type": "service"})
    line = {"product_id": product.id, "price_unit": 10.0, "tax_ids": [(5,)]}
    return env["sale.order"].create(
        [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for partner in partners]
    )


def customers(env, count):
    """The latest ones, the dealers' where there are dealers."""
    domain = [("is_company", "=", False), ("parent_id", "=", False), ("user_ids", "=", False)]
    return env["res.partner"].search(domain, limit=count, order="id desc")


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


def requests(env, partners):
    """Ids of draft orders of these customers and of the salesperson, committed."""
    ids = quotations(env, partners).ids, seller(env).id
    env.cr.commit()
    return ids


def one_request(database, order_id, user_id):
    """Seconds and processor seconds from the click to the commit, both with what is notified."""
    with environment(user_id, database) as env:
        order = env["sale.order"].browse(order_id)
        begin, used = time.perf_counter(), processor(env.cr)
        order.action_confirm()
        env.cr.commit()
        return time.perf_counter() - begin, processor(env.cr) - used


def processor(cr):
    """Processor seconds that this thread and its database session have used (man proc)."""
    session = Path(f"/proc/{cr._cnx.info.backend_pid}/schedstat").read_text()
    return time.thread_time() + int(session.split()[0]) / 1e9


def in_turn(prepare):
    """Medians of ``SINGLE`` confirmations, in bare Odoo and here, in turn: as loaded as each other.

    :return: ``[(seconds, processor seconds)]``: bare Odoo, here
    """
    made = []
    for database, ready in ((BARE, lambda env: None), (scratch.NAME, prepare)):
        with environment(database=database) as env:
            ready(env)
            made.append((database, *requests(env, customers(env, SINGLE))))
    found = {database: [] for database, _orders, _user in made}
    for number in range(SINGLE):
        for database, orders, user_id in made[:: 1 if number % 2 else -1]:
            found[database].append(one_request(database, orders[number], user_id))
    # The first ones fill the caches.
    return [tuple(map(statistics.median, zip(*rows[5:], strict=True))) for rows in found.values()]


def measure_one(report):
    """A dealer's customer, one of nobody, and a dealer's under credit control."""
    scratch.make(BARE)
    with environment(database=BARE) as env:
        env["res.partner"].create([{"name": f"Bare {number}"} for number in range(SINGLE)])
    try:
        for name, prepare in (
            ("nobody's customer", strangers),
            ("dealer's customer", lambda env: None),
            ("dealer's customer, under credit control", under_control),
        ):
            (bare, bare_used), (here, used) = in_turn(prepare)
            report.info(f"confirming an order, {name}: bare Odoo", seconds(bare))
            report.judge("... with the addon, in turn, median", here / bare, 1.15)
            report.info("... the same, processor time", f"{used / bare_used:.2f}×")
        measure_batch(report)
    finally:
        scratch.drop(BARE)


def strangers(env):
    """The latest customers are nobody's."""
    env["res.partner"].create([{"name": f"Stranger {number}"} for number in range(SINGLE)])


def confirm_at_once(env):
    """Seconds for all orders of one customer."""
    seller(env)
    return confirm(env, quotations(env, [customers(env, 1)] * BATCH))


def measure_batch(report):
    """Many orders of a customer: bare Odoo, control off and on, in turn, the quickest of each."""
    ways = {
        "bare": (BARE, lambda env: None),
        "off": (scratch.NAME, lambda env: None),
        "on": (scratch.NAME, under_control),
    }
    found = {name: [] for name in ways}
    for _round in range(3):
        for name, (database, prepare) in ways.items():
            with environment(database=database) as env:
                prepare(env)
                found[name].append(confirm_at_once(env))
                env.cr.rollback()
                env.invalidate_all()
    bare, off, on = map(min, found.values())
    report.info(f"confirming {BATCH} orders of a customer: bare Odoo", seconds(bare))
    report.info("... with the addon, control off", f"{off / bare:.2f}×")
    report.judge("... control on", on / bare, 1.3)


def under_control(env):
    """Control is on, and each customer has a file whose limit is never reached."""
    env.company.credit_mode = "release"
    files = env["crm.credit.file"]._open(customers(env, SINGLE), env.company)
    for file in files:
        file._grant(1e9, False, "Bench")
    env.flush_all()


def measure(report):
    step("confirming orders under credit control")
    report.title("Credit")
    measure_one(report)
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
