"""The club's pages in a browser: on a phone, in two languages, without a mouse (M10)."""

import browser as tools
import pytest
from playwright.sync_api import expect

MEMBER = "member"
PAGES = ("/my", "/my/club", "/my/club/vehicles", "/my/club/book", "/my/club/visits",
         "/my/club/profile", "/my/club/leave", "/my/club/points", "/my/club/benefits",
         "/my/club/activities", "/my/club/referral")  # fmt: skip
FOCUSED = "selector => document.activeElement.matches(selector)"


def speak(person, lang):
    """The portal follows its cookie."""
    address = person.page.context.request.get("/web/login").url
    person.context.add_cookies([{"name": "frontend_lang", "value": lang, "url": address}])


def tab_to(page, selector, most=80):
    """Walk with the tabulator until the element has the focus, and is seen to have it."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            style = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none", f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"The keyboard does not reach {selector}")


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_pages_fit_on_a_phone(sign_in, lang):
    member = sign_in(MEMBER, lang, size=tools.PHONE)
    speak(member, lang)
    for path in PAGES:
        member.page.goto(path, timeout=90_000)
        member.page.wait_for_load_state("networkidle")
        member.screenshot(f"portal-{lang}-{path}")
        wide = member.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= tools.PHONE["width"], f"{path} is {wide} pixels wide"
        assert member.page.locator("html").get_attribute("lang") or path == "/my"
    member.check()


def test_book_and_cancel_with_the_keyboard(sign_in):
    page = sign_in(MEMBER).page
    speak(sign_in(MEMBER), "en_US")
    page.goto("/my/club/book", timeout=90_000)
    tab_to(page, "#club_book_vehicle")
    tab_to(page, "#club_book_type")
    tab_to(page, "form[action='/my/club/book'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_club_times")
    # Next week, so that there is time to cancel.
    later = "nav[aria-label='Weeks'] a:last-child"
    tab_to(page, later)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".o_club_slots a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#club_wishes")
    tab_to(page, "#club_wishes")
    page.keyboard.type("Please look at the left wiper.")
    tab_to(page, "form[action='/my/club/book'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Your visit is booked")
    expect(page.locator("li[aria-current=step]")).to_contain_text("Booked")
    cancel = "form[action$='/cancel'] button"
    tab_to(page, cancel)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("cancelled")
