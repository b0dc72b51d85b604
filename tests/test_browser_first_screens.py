"""What newcomers meet: readable colours, a phone that shows all, the first steps (P5)."""

import browser as tools
import pytest
from contrast import too_pale
from playwright.sync_api import expect

# Where an advisor spends the day; each is opened on a phone.
ADVISOR = [
    "dealer-today",
    "dealer-customers",
    "dealer-leads",
    "crm-vehicles",
    "crm-visits-today",
    "contact-log",
    "action-crm_dealer_survey.crm_followup_call_action",
    "complaints",
]
# login, path, what of it is ours
PAINTED = [
    ("oem", "cockpit", ".o_cockpit"),
    ("manager", "cockpit", ".o_cockpit"),
    ("oem", "weak-points", ".o_weak_points"),
    ("sales", "workshop-board", ".o_workshop_board"),
    ("sales", "grading-matrix", ".o_kanban_renderer"),
]
MEMBER = ("/my/club", "/my/club/points", "/my/club/benefits", "/my/club/book", "/my/club/visits")


def first_page(person):
    """What is loaded once, on a machine that does other things too."""
    person.page.goto("/odoo", timeout=90_000)
    person.page.wait_for_selector(".o_action_manager > *", timeout=90_000)
    person.settled()


@pytest.mark.parametrize(("login", "path", "ours"), PAINTED)
def test_colours_can_be_read(sign_in, login, path, ours):
    person = sign_in(login, "zh_CN")
    first_page(person)
    person.open(path)
    expect(person.page.locator(ours).first).to_be_visible()
    person.settled()
    assert too_pale(person.page, ours) == []


def test_colours_of_members_pages(sign_in):
    member = sign_in("member", "zh_CN", tools.PHONE)
    for path in MEMBER:
        member.page.goto(path, timeout=90_000)
        assert too_pale(member.page, "main") == [], path
        wide = member.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 1, path
        member.screenshot(f"member-{path}")


@pytest.mark.parametrize("path", ADVISOR)
def test_an_advisors_phone_shows_all(sign_in, path):
    person = sign_in("sales", "zh_CN", tools.PHONE)
    first_page(person)
    person.open(path)
    person.screenshot(f"phone-{path}")
    assert person.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 1
    boxes = person.page.locator(".o_control_panel button:visible").evaluate_all(
        "buttons => buttons.map(one => one.getBoundingClientRect()).filter("
        "box => box.width && (box.right > innerWidth + 1 || box.left < -1)).length"
    )
    assert boxes == 0


def test_first_steps_are_followed_and_closed(sign_in):
    person = sign_in("oem", "zh_CN")
    page = person.page
    first_page(person)
    person.open("cockpit")
    panel = page.locator(".o_first_steps")
    expect(panel).to_be_visible()
    person.screenshot("first-steps")
    assert panel.locator("li").count() == 7
    panel.locator("button[data-step=action_open_dealer_schemes]").click()
    page.wait_for_selector(".o_list_view")
    page.locator(".o_breadcrumb a, .breadcrumb-item a").first.click()
    expect(panel.locator("li.o_first_steps_done").first).to_be_visible()
    person.settled()
    for login in ("manager", "callcentre"):
        other = sign_in(login)
        first_page(other)
        other.open("cockpit")
        expect(other.page.locator(".o_cockpit_card").first).to_be_visible()
        assert other.page.locator(".o_first_steps").count() == 0
