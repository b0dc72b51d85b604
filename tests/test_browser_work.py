"""The day's work in a browser: contacts, the workshop, verification, delivery, the Today page."""

import time

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

SALES, SENTENCE = "sales", "Asked for the autumn check"
# Another one at each run, for a vehicle is delivered once.
VIN = f"LSVAU65G3TZ{int(time.time()) % 1_000_000:06}"
NEXT = {"received": "Work Order", "work_order": "In Work", "in_work": "Quality Check"}
CHINESE = "zh_CN"


@pytest.fixture(scope="module", name="data")
def _data(database):
    """A customer, a vehicle in the workshop and a won lead of the salesperson's dealer."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        dealer = env["res.users"].search([("login", "=", SALES)]).dealer_ids[0]
        visit = env["crm.service.visit"].search(
            [("dealer_id", "=", dealer.id), ("stage", "in", list(NEXT)), ("plate", "!=", False)],
            order="stage",
            limit=1,
        )
        lead = env["crm.lead"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("won_status", "=", "won"),
                ("delivered_on", "=", False),
                ("partner_id", "!=", False),
            ],
            limit=1,
        )
        customer = env["res.partner"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("is_company", "=", False),
                ("parent_id", "=", False),
                ("phone", "!=", False),
                ("contact_opt_out", "=", False),
            ],
            limit=1,
        )
        assert visit and lead and customer, "the demo network misses a visit, a lead or a customer"
        return {
            "visit": visit.id,
            "plate": visit.plate,
            "next": NEXT[visit.stage],
            "lead": lead.id,
            "customer": customer.id,
        }


def stat_button(person, name):
    """Press a button at the top of the form, from “More” if there is no room for it."""
    button = person.page.locator(f"button[name={name}]")
    if not button.count():
        person.page.click(".o_button_more")
    button.click()
    person.settled("form")


def test_contact_takes_two_clicks_and_a_sentence(sign_in, data):
    sales = sign_in(SALES, CHINESE)
    # The first page of a new database waits for its assets to be built.
    sales.page.goto("/odoo", timeout=90_000)
    sales.settled()
    sales.open(f"dealer-customers/{data['customer']}", "form")
    count = sales.page.locator("[name=contact_log_count] .o_stat_value")
    before = int(count.inner_text())
    sales.page.click("button[name=action_log_contact]")
    summary = sales.page.locator(".modal [name=summary]").locator("input, textarea")
    expect(summary).to_be_focused()
    sales.page.keyboard.type(SENTENCE)
    sales.page.click(".modal footer .btn-primary")
    expect(sales.page.locator(".modal")).to_have_count(0)
    sales.open(f"dealer-customers/{data['customer']}", "form")
    expect(count).to_have_text(str(before + 1))
    sales.tab("story")
    expect(sales.page.locator("[name=customer_event_ids]")).to_contain_text(SENTENCE)


def test_workshop_board_moves_a_vehicle(sign_in, data):
    sales = sign_in(SALES)
    sales.open(f"crm-service-visits/{data['visit']}", "form")
    sales.page.click("button[name=action_next_stage]")
    sales.settled("form")
    sales.open("crm-service-visits", "kanban")
    column = sales.page.locator(".o_kanban_group").filter(has_text=data["next"])
    expect(column).to_contain_text(data["plate"])


def test_call_centre_opens_the_verification(sign_in, data):
    agent = sign_in("callcentre", CHINESE)
    agent.open(f"dealer-customers/{data['customer']}", "form")
    agent.tab("customer_profile")
    agent.page.click("button[name=action_verify]")
    rows = agent.page.locator(".modal [name=line_ids] .o_data_row")
    expect(rows.first).to_be_visible()
    agent.settled()
    agent.screenshot("verify")
    agent.page.click(".modal .o_form_button_cancel")
    expect(agent.page.locator(".modal")).to_have_count(0)


def test_delivery_and_the_way_to_the_vehicle(sign_in, data):
    sales = sign_in(SALES)
    sales.open(f"dealer-leads/{data['lead']}", "form")
    sales.page.click("button[name=action_deliver]")
    vin = sales.page.locator(".modal [name=vin] input")
    vin.fill(VIN)
    vin.press("Tab")
    sales.settled()
    sales.screenshot("delivery")
    sales.page.click(".modal button[name=action_deliver]")
    expect(sales.page.locator(".modal")).to_have_count(0)
    sales.open(f"dealer-leads/{data['lead']}", "form")
    stat_button(sales, "action_open_vehicle")
    expect(sales.page.locator(".o_field_widget[name=vin] input")).to_have_value(VIN)


@pytest.mark.parametrize("size", [tools.DESKTOP, tools.PHONE], ids=["desktop", "phone"])
def test_today_opens_what_it_counts(sign_in, size):
    sales = sign_in(SALES, size=size)
    sales.open("dealer-today", "kanban")
    assert not sales.sticks_out()
    # The second figure counts the visits of today.
    figure = sales.page.locator("[name=figures] > div:nth-child(2) > a.fw-bold").first
    count = int(figure.inner_text())
    figure.click()
    sales.settled()
    if size is tools.DESKTOP:
        if not sales.page.locator(".o_list_view").count():
            sales.switch("list")
        expect(sales.page.locator(".o_pager_limit")).to_have_text(str(count))
