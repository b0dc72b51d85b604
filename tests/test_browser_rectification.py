"""A notice goes from the auditor to the dealer and back, as people see it (S4)."""

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api

SUBJECT = "Notice in the Browser"
SCREENS = (
    ("rectifications", "kanban"),
    ("rectification-figures", "pivot"),
    ("rectification-rules", "list"),
)


@pytest.fixture(name="notice")
def _notice(registry):
    """A draft to Shanghai's dealer; removed afterwards with what it left."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        dealer = env["crm.dealer"].search([("code", "=", "SH01")])
        notice = env["crm.rectification"].create(
            {"subject": SUBJECT, "problem": "Nobody was at the desk", "dealer_id": dealer.id}
        )
        number = notice.id
    yield number
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        for model, name in (("mail.mail", "model"), ("mail.message", "model"),
                            ("mail.activity", "res_model")):  # fmt: skip
            domain = [(name, "=", "crm.rectification"), ("res_id", "=", number)]
            env[model].search(domain).unlink()
        cursor.execute("DELETE FROM crm_rectification WHERE id = %s", [number])


def button(page, name):
    return page.locator(".o_form_statusbar").get_by_role("button", name=name, exact=True)


def test_from_the_auditor_to_the_dealer_and_back(sign_in, notice):
    person = sign_in("auditor")
    person.open(f"rectifications/{notice}", "form")
    person.screenshot("rectification-draft")
    button(person.page, "Issue").click()
    person.settled("form")
    expect(person.page.locator(".o_arrow_button_current")).to_have_text("Issued")
    manager = sign_in("manager")
    page = manager.page
    manager.open("rectifications", "kanban")
    manager.screenshot("rectification-kanban")
    manager.open(f"rectifications/{notice}", "form")
    button(page, "Accept").click()
    manager.settled("form")
    page.locator("[name=cause_analysis] textarea").fill("Holidays")
    page.locator("[name=measure_ids]").get_by_text("Add a line").click()
    page.locator("[name=measure_ids] tr.o_data_row [name=name] input").fill("A stand-in")
    page.locator("[name=measure_ids] input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Roster"}
    )
    manager.settled("form")
    day = page.locator("[name=measure_ids] [name=done_on]").last
    day.click()
    page.locator("[name=measure_ids] [name=done_on] input").fill("today")
    page.keyboard.press("Enter")
    manager.screenshot("rectification-work")
    page.locator(".o_form_button_save").click()
    manager.settled("form")
    button(page, "Report as Done").click()
    manager.settled("form")
    manager.screenshot("rectification-reported")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Reported")
    # Nobody is to be called: the issuer closes at once.
    person.open(f"rectifications/{notice}", "form")
    person.screenshot("rectification-auditor-reported")
    button(person.page, "Close").click()
    person.settled("form")
    expect(person.page.locator(".o_arrow_button_current")).to_have_text("Closed")


@pytest.mark.parametrize("login", ["sales", "manager", "callcentre", "auditor"])
def test_roles_open_their_screens(sign_in, login):
    person = sign_in(login, lang="zh_CN")
    for path, view in SCREENS:
        if login == "sales" and path != "rectifications":
            continue
        if login == "manager" and path == "rectification-rules":
            continue
        person.open(path, view)
        person.screenshot(f"rectification-{login}-{path}")
    person.open("rectifications", "kanban")
    for view in ("list", "calendar", "activity"):
        person.switch(view)
        person.screenshot(f"rectification-{login}-{view}")


def test_on_a_phone(chromium, address, notice):
    person = tools.Person(chromium, address, tools.PHONE)
    person.sign_in("auditor")
    person.open(f"rectifications/{notice}", "form")
    person.screenshot("rectification-phone")
    person.open("rectifications", "kanban")
    person.screenshot("rectification-phone-kanban")
    person.check()
    person.context.close()
