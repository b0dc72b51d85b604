"""What opening a screen asks of the database."""

import pytest
from bench.specification import view_specification
from lxml import etree

from odoo import api
from odoo.tools import SQL

SALES = "sales"
# What the buttons of a customer are said to leave out.
LEFT_OUT = [
    ("crm.service.visit", "commercial_partner_id", "stage", "cancelled"),
    ("crm.purchase.candidate", "partner_id", "state", "dismissed"),
    ("crm.followup.call", "commercial_partner_id", "state", "withdrawn"),
]
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


def test_customer_buttons(registry):
    """Each button of a customer, and of a company's contact, opens as many as it tells."""
    with registry.cursor() as cr:
        root = api.Environment(cr, api.SUPERUSER_ID, {})
        customers = root["res.partner"]
        for model, customer, name, state in LEFT_OUT:
            groups = root[model]._read_group([], [customer], ["id:recordset"])
            some = next(found for _customer, found in groups if len(found) > 1)
            table, column = SQL.identifier(some._table), SQL.identifier(name)
            cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", table, column, state, some[0].id))
            customers += some[customer]
        root.invalidate_all()
        customers += root["helpdesk.ticket"].search([("crm_kind", "=", "complaint")]).partner_id
        visited = root["crm.service.visit"].search([("partner_id.parent_id", "!=", False)])
        customers += visited.commercial_partner_id.child_ids[:2]
        told = set()
        for login in (SALES, "manager", "callcentre", "auditor", "oem"):
            user = root["res.users"].search([("login", "=", login)])
            env = root(user=user.id, su=False)
            arch = etree.fromstring(env["res.partner"].get_view(view_type="form")["arch"])
            counted = {
                button.get("name"): field.get("name")
                for button in arch.iter("button")
                for field in button.iter("field")
                if field.get("name") in env["res.partner"]._customer_counters()
            }
            for customer in env["res.partner"].search([("id", "in", customers.ids)]):
                for method, name in counted.items():
                    if count := customer[name]:
                        action = getattr(customer, method)()
                        opened = env[action["res_model"]].search_count(action["domain"])
                        assert opened == count, (login, customer, name)
                        told.add(name)
        assert {"service_visit_count", "followup_call_count", "complaint_count"} <= told, told
        cr.rollback()
