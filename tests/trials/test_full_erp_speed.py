"""What pages of the ERP cost somebody without a role of ours, with our addons and without (P5).

Times are told (``pytest -s``); queries are asserted: a page asks for the same, a few times more.
"""

import time

import pytest
from bench.specification import specification
from full_erp import as_user_fixture, built_fixture  # noqa: F401
from lxml import etree

from odoo import Command

ROUNDS = 7
# Queries that a page may ask for beyond those without our addons: rules that are looked up anew.
MORE = 3


def page(env, model, kind, domain=(), limit=80):
    """A page of a list or kanban view as the web client asks for it."""
    arch = env[model].get_views([(False, kind)])["views"][kind]["arch"]
    wanted = specification(etree.fromstring(arch), env[model])
    return lambda: env[model].web_search_read(list(domain), wanted, limit=limit)


def contacts(env):
    """The first page of contacts of the ERP's own demo data."""
    return page(env, "res.partner", "list", [("id", "<", 45)])


def contact(env):
    arch = env["res.partner"].get_views([(False, "form")])["views"]["form"]["arch"]
    wanted = specification(etree.fromstring(arch), env["res.partner"])
    [record] = env["res.partner"].search([("id", "<", 45), ("is_company", "=", True)], limit=1)
    return lambda: record.web_read(wanted)


def pipeline(env):
    """The columns of the pipeline with their cards."""
    env = env(context={**env.context, "default_type": "opportunity"})
    arch = env["crm.lead"].get_views([(False, "kanban")])["views"]["kanban"]["arch"]
    wanted = specification(etree.fromstring(arch), env["crm.lead"])
    return lambda: env["crm.lead"].web_read_group(
        [("type", "=", "opportunity"), ("id", "<", 45)], ["stage_id"], ["__count"],
        auto_unfold=True, unfold_read_specification=wanted, unfold_read_default_limit=80,
    )  # fmt: skip


def order(env):
    arch = env["sale.order"].get_views([(False, "form")])["views"]["form"]["arch"]
    wanted = specification(etree.fromstring(arch), env["sale.order"])
    [record] = env["sale.order"].search([("id", "<", 20)], order="id", limit=1)
    return lambda: record.web_read(wanted)


def new_order(env):
    """A quotation that is typed and saved."""
    customer = env["res.partner"].search([("id", "<", 45), ("is_company", "=", True)], limit=1)
    product = env["product.product"].search([("sale_ok", "=", True)], order="id", limit=1)
    vals = {"partner_id": customer.id, "order_line": [Command.create({"product_id": product.id})]}

    def make():
        env["sale.order"].create(vals)
        env.flush_all()

    return make


def till(env):
    """What a till loads when it starts."""
    env = env(su=True)
    config = env["pos.config"].search([], order="id", limit=1)
    session = config.current_session_id
    if not session:
        config.open_ui()
        session = config.current_session_id
    return lambda: session.load_data([])


@pytest.mark.parametrize("make", [contacts, contact, pipeline, order, new_order, till])
def test_page_costs_the_same(as_user, make):
    without, alone = measured(as_user("demo", "without ours"), make)
    with_ours, beside = measured(as_user("demo", "ours last"), make)
    print(
        f"\n{make.__name__:<12} queries {without} → {with_ours},"
        f" {alone * 1000:.0f} → {beside * 1000:.0f} ms ({beside / alone:.2f}×)"
    )
    assert with_ours <= without + MORE


def measured(env, make):
    """``(queries, best time in s)`` of a page that was opened before."""
    work = make(env)
    counts, times = [], []
    for _round in range(ROUNDS):
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        counts.append(env.cr.sql_log_count - queries)
    return min(counts), min(times)
