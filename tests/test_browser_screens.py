"""Screens that are looked at in passing: what is left, cut off, or too small to read."""

import re

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

# Actions whose list would be wider than a phone: there they are cards.
CARDS = [
    "suspicious-data",
    "action-crm_dealer_grading.crm_cleaning_list_action",
    "action-crm_dealer_grading.crm_grading_manual_action",
    "action-crm_dealer_grading.crm_customer_verification_action",
    "grading-matrix",
    "care-effect",
    "campaign-effect",
    "action-crm_dealer_club.crm_campaign_subject_action",
    "lost-customers",
]


@pytest.fixture(scope="module", name="data")
def _data(database):
    """A customer of the salesperson's dealer and a won lead."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        dealer = env["res.users"].search([("login", "=", "sales")]).dealer_ids[0]
        customer = env["res.partner"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("is_company", "=", False),
                ("parent_id", "=", False),
                ("phone", "!=", False),
            ],
            limit=1,
        )
        assert customer, "the demo network misses a customer"
        # One of its own: others are delivered by the day's work.
        lead = env["crm.lead"].create(
            {
                "name": "To look at",
                "type": "opportunity",
                "dealer_id": dealer.id,
                "user_id": dealer.user_ids.filtered(lambda user: user.login == "sales").id,
                "partner_id": customer.id,
            }
        )
        lead.action_set_won()
        cr.commit()
        return {"customer": customer.id, "lead": lead.id}


def verifications(person, customer):
    domain = [["partner_id", "=", customer]]
    return person.call("crm.customer.verification", "search_count", domain)


@pytest.mark.parametrize("half_said", [False, True], ids=["untouched", "half said"])
def test_leaving_a_verification_records_nothing(sign_in, data, half_said):
    agent = sign_in("callcentre")
    agent.page.goto("/odoo", timeout=90_000)
    agent.settled()
    before = verifications(agent, data["customer"])
    agent.open(f"dealer-customers/{data['customer']}", "form")
    agent.tab("customer_profile")
    agent.page.click("button[name=action_verify]")
    row = agent.page.locator(".modal [name=line_ids] .o_data_row").first
    expect(row).to_be_visible()
    if half_said:
        row.locator("[name=verdict]").click()
        choice = agent.page.locator(".modal [name=verdict] input, .modal [name=verdict] select")
        choice.first.click()
        agent.page.locator(".o-dropdown-item, .o_select_menu_item, option").filter(
            has_text="Wrong"
        ).first.click()
        agent.settled()
        verdict = row.locator("[name=verdict] input, [name=verdict] select")
        expect(verdict).to_have_value(re.compile("wrong", re.IGNORECASE))
    # Closing the page, as a phone does when somebody else calls.
    agent.page.goto("/web/login?redirect=/odoo")
    agent.settled()
    assert verifications(agent, data["customer"]) == before


def test_first_and_last_day_of_today_are_whole(sign_in):
    """The chart of the Today page lies within its card."""
    sales = sign_in("sales")
    sales.open("dealer-today", "kanban")
    canvas = sales.page.locator("[name=today_graph] canvas").first.bounding_box()
    card = sales.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first.bounding_box()
    assert card["x"] <= canvas["x"]
    assert canvas["x"] + canvas["width"] <= card["x"] + card["width"]
    hidden = sales.page.locator("[name=today_graph]").first.evaluate(
        "field => getComputedStyle(field.parentElement).overflow"
    )
    assert hidden == "visible"


def test_unknown_model_year_is_empty(sign_in, data):
    sales = sign_in("sales")
    sales.open(f"dealer-leads/{data['lead']}", "form")
    sales.page.click("button[name=action_deliver]")
    year = sales.page.locator(".modal [name=model_year] input")
    expect(year).to_have_value("")
    year.fill("2026")
    year.press("Tab")
    expect(year).to_have_value("2026")
    year.fill("")
    year.press("Tab")
    expect(year).to_have_value("")
    sales.page.click(".modal footer [special=cancel], .modal .o_form_button_cancel")
    expect(sales.page.locator(".modal")).to_have_count(0)


def test_matrix_takes_the_screen(sign_in):
    """Four squares share the height, so that the eye compares them."""
    sales = sign_in("sales")
    sales.open("grading-matrix", "kanban")
    squares = sales.page.locator(".o_kanban_record:not(.o_kanban_ghost)")
    expect(squares).to_have_count(4)
    boxes = [squares.nth(number).bounding_box() for number in range(4)]
    assert sum(box["height"] for box in boxes[::2]) > 0.7 * tools.DESKTOP["height"]
    assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"] == boxes[3]["y"]
    assert not sales.sticks_out()


@pytest.mark.parametrize("action", CARDS)
def test_phone_gets_cards(sign_in, action):
    manager = sign_in("manager", "zh_CN", size=tools.PHONE)
    manager.open(action, "kanban")
    manager.screenshot(f"phone {action}")


def test_suspicious_data_begin_with_those_of_dealers(sign_in):
    """The list counts what the monthly list counts; addresses of nobody come on demand."""
    manager = sign_in("manager")
    manager.open("suspicious-data", "list")
    headers = manager.page.locator(".o_group_header")
    counts = [re.search(r"\((\d+)\)", text)[1] for text in headers.all_inner_texts()]
    domain = [["state", "=", "open"], ["dealer_id", "!=", False]]
    expected = manager.call("crm.suspicious.data", "search_count", domain)
    assert sum(map(int, counts)) == expected
