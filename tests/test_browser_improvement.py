"""A weak point becomes a plan, and its measures are carried out, as people see it (S6)."""

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api

PLAN = "crm.improvement.plan"
SCREENS = (
    ("improvement-plans", "kanban"),
    ("improvement-measures", "list"),
    ("improvement-checks", "list"),
    ("improvement-meetings", "list"),
    ("proven-measures", "list"),
)

# Actions whose list would be wider than a phone: there they are cards.
CARDS = [
    "improvement-checklists",
    "improvement-checks",
    "action-crm_dealer_survey.crm_improvement_check_line_action",
    "improvement-meetings",
    "proven-measures",
]


@pytest.fixture(name="tidy")
def _tidy(registry):
    """Removes the plans that the journey makes."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        before = env[PLAN].search([]).ids
    yield
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        made = env[PLAN].search([("id", "not in", before)])
        for model, records in ((PLAN, made), ("crm.improvement.measure", made.measure_ids)):
            for kept, name in (("mail.message", "model"), ("mail.activity", "res_model")):
                env[kept].search([(name, "=", model), ("res_id", "in", records.ids)]).unlink()
        env.flush_all()
        cursor.execute("DELETE FROM crm_improvement_plan WHERE id = ANY(%s)", [made.ids])


def button(page, name):
    return page.locator(".o_form_statusbar").get_by_role("button", name=name, exact=True)


def test_from_a_weak_point_to_a_plan(sign_in, tidy):
    person = sign_in("manager")
    page = person.page
    person.open("weak-points")
    expect(page.locator(".o_weak_point").first).to_be_visible()
    name = page.locator(".o_weak_table tbody tr button").first.inner_text()
    page.locator(".o_weak_table tbody tr").first.click()
    person.settled()
    page.click(".o_weak_improve")
    person.settled("form")
    expect(page.locator("[name=item_ids] .o_data_row")).to_have_count(1)
    expect(page.locator("[name=item_ids]")).to_contain_text(name)
    person.screenshot("improvement-plan")
    button(page, "Begin").click()
    expect(page.locator(".modal")).to_contain_text("Still missing")
    expect(page.locator(".modal")).to_contain_text("a measure")
    page.locator(".modal .btn-primary").click()
    row = page.locator("[name=item_ids] .o_data_row")
    row.locator("td[name=target]").click()
    row.locator("[name=target] input").fill("950")
    page.get_by_role("tab", name="Measures").click()
    page.locator("[name=measure_ids]").get_by_text("Add a line").click()
    measure = page.locator("[name=measure_ids] tr.o_data_row")
    measure.locator("[name=name] input").fill("A measure of the journey")
    for day, value in (("begin_on", "today"), ("deadline_on", "+7d")):
        measure.locator(f"td[name={day}]").click()
        measure.locator(f"[name={day}] input").fill(value)
        page.keyboard.press("Tab")
    page.locator(".o_form_button_save").click()
    person.settled("form")
    button(page, "Begin").click()
    person.settled("form")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Do")
    person.open("improvement-measures", "list")
    expect(page.locator(".o_list_table")).to_contain_text("A measure of the journey")


def test_the_manufacturer_asks_one_dealer(sign_in):
    person = sign_in("oem")
    page = person.page
    person.open("weak-points")
    expect(page.locator(".o_weak_point").first).to_be_visible()
    page.click(".o_weak_improve")
    expect(page.locator(".o_notification")).to_contain_text("one dealer")


def test_call_centre_has_no_button(sign_in):
    page = sign_in("callcentre").page
    sign_in("callcentre").open("weak-points")
    expect(page.locator(".o_weak_point").first).to_be_visible()
    expect(page.locator(".o_weak_improve")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS, ids=[path for path, _view in SCREENS])
def test_screens(sign_in, screen):
    path, view = screen
    for login in ("auditor", "manager"):
        person = sign_in(login)
        person.open(path, view)
        person.screenshot(f"{path}-{login}")


@pytest.mark.parametrize("path", CARDS)
def test_phone_gets_cards(sign_in, path):
    person = sign_in("auditor", "zh_CN", size=tools.PHONE)
    person.open(path, "kanban")
    person.unfilter()
    expect(person.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    expect(person.page.locator(".o_view_sample_data")).to_have_count(0)
    assert not person.sticks_out()
    person.screenshot(f"phone {path}")
