"""What opening a screen asks of the database."""

import pytest
from bench.specification import view_specification

from odoo import api

SALES = "sales"
# Bare Odoo with the same modules asks about thirty times; the rest is vehicles, visits, levels
# with their reasons, credit, contacts, the story, and the club's card with its points.
MOST_QUERIES = 72


@pytest.fixture(name="sales")
def _sales(registry):
    with registry.cursor() as cr:
        root = api.Environment(cr, api.SUPERUSER_ID, {})
        user = root["res.users"].search([("login", "=", SALES)])
        yield root(user=user.id, su=False, context={"lang": "en_US", "bin_size": True})


def test_customer_form(sales):
    """The form of a salesperson's customer, as the web client reads it, again and again."""
    form = view_specification(sales, sales.ref("base.view_partner_form").id, "form")
    visits = sales["crm.service.visit"].search([("stage", "=", "followed_up")])
    customers = visits.commercial_partner_id
    customers = customers.filtered(lambda c: c.value_level_id and not c.child_ids)[:6]
    assert len(customers) > 3, "the demo network has too few graded customers with visits"
    counts = []
    for customer in customers:
        sales.invalidate_all()
        before = sales.cr.sql_log_count
        customer.with_prefetch().web_read(form)
        counts.append(sales.cr.sql_log_count - before)
    # What is known of schemes and rights stays known.
    assert max(counts[2:]) <= MOST_QUERIES, counts
