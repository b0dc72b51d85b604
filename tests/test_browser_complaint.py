"""A complaint in the back office, from an unknown caller to the call-back (M7)."""

import re

import pytest
from playwright.sync_api import expect

TITLE = "The heating stays cold"
TIMEOUT = 60_000


def press(person, name):
    person.page.click(f"header button[name={name}], .o_form_statusbar button[name={name}]")
    person.settled("form")


@pytest.fixture(name="dealer")
def _dealer(connect):
    """The dealer of the manager who signs in."""
    return connect()["res.users"].search([("login", "=", "manager")]).dealer_ids[:1].id


def take_complaint(agent):
    """The id of the complaint of somebody whom nobody knows."""
    page = agent.page
    page.goto("/odoo/action-crm_dealer_club.crm_ticket_open_action_complaint")
    page.fill(".modal [name=query] input", "13800009999")
    page.press(".modal [name=query] input", "Tab")
    expect(page.locator(".modal [name=found_text]")).to_be_visible()
    page.fill(".modal [name=partner_name] input", "Ms Wang")
    # What is missing is told, and nothing of what was typed is lost.
    page.click(".modal button[name=action_open]")
    expect(page.locator(".modal").last).to_contain_text("Say in a few words")
    page.locator(".modal").last.locator("footer button").click()
    expect(page.locator(".modal [name=partner_name] input")).to_have_value("Ms Wang")
    page.fill(".modal [name=name] input", TITLE)
    page.fill(".modal [name=description] textarea", "Since yesterday.")
    page.click(".modal button[name=action_open]")
    agent.settled("form")
    expect(page).to_have_url(re.compile(r"/complaints/\d+"))
    expect(page.locator("[name=clock_text]").first).to_contain_text("left")
    return int(re.search(r"complaints/(\d+)", page.url)[1])


def test_from_an_unknown_caller_to_the_call_back(sign_in, dealer):
    agent = sign_in("callcentre")
    agent.context.set_default_timeout(TIMEOUT)
    page, number = agent.page, take_complaint(agent)

    # The call centre finds out which dealer it is about; that dealer does the work.
    manager = sign_in("manager")
    agent.call("helpdesk.ticket", "write", [number], {"dealer_id": dealer})
    manager.open(f"complaints/{number}", "form")
    press(manager, "assign_to_me")
    manager.page.click("button[name=action_complaint_answered]")
    manager.page.fill(".modal [name=note] textarea", "Bring it in today")
    manager.page.click(".modal button[name=action_confirm]")
    expect(manager.page.locator(".modal")).to_have_count(0)
    press(manager, "action_complaint_analyse")
    manager.tab("solution")
    expect(manager.page.locator("[name=category_id] input")).to_be_visible()
    cause = [["crm_kind", "=", "complaint"], ["parent_id", "!=", False]]
    [cause] = manager.call("helpdesk.ticket.category", "search", cause, 0, 1)
    values = {"category_id": cause, "liable": "dealer", "solution": "Thermostat changed"}
    manager.call("helpdesk.ticket", "write", [number], values)
    manager.open(f"complaints/{number}", "form")
    press(manager, "action_complaint_solve")
    press(manager, "action_complaint_solved")
    agent.open(f"complaints/{number}", "form")
    page.click("button[name=action_complaint_called]")
    page.locator(".modal [name=result] input[type=radio]").first.check()
    agent.screenshot("complaint call back")
    page.click(".modal button[name=action_confirm]")
    agent.settled("form")
    expect(page.locator("button[name=action_complaint_reopen]")).to_be_visible()
