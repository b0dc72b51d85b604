"""Stranded: a call for help by telephone, through the call centre, to the rating (M8, M10)."""

import io
from urllib.parse import urljoin

import browser as tools
import pytest
from PIL import Image
from playwright.sync_api import expect

MEMBER, AGENT, DEALER = "member", "callcentre", "manager"
TIMEOUT = 60_000


@pytest.fixture(name="photo")
def _photo():
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#557").save(out, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(name="member")
def _member(sign_in):
    """The member on the phone, at a known place, in English."""
    person = sign_in(MEMBER, size=tools.PHONE)
    person.context.set_default_timeout(TIMEOUT)
    speak(person, "en_US")
    person.context.grant_permissions(["geolocation"])
    person.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737})
    return person


def speak(person, lang):
    """The portal follows its cookie, on all of its pages."""
    address = urljoin(person.page.context.request.get("/web/login").url, "/")
    person.context.add_cookies([{"name": "frontend_lang", "value": lang, "url": address}])


def fits(person, name):
    person.page.wait_for_load_state("networkidle")
    person.screenshot(name)
    wide = person.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= tools.PHONE["width"], f"{name} is {wide} pixels wide"


def call_for_help(member, photo):
    """The number of the call that the member makes from the phone."""
    page = member.page
    page.goto("/my/club/rescues", timeout=90_000)
    fits(member, "rescue-list")
    page.click("a[href='/my/club/rescues/new']")
    page.click(".o_club_choices label >> nth=0")
    page.click(".o_club_locate")
    expect(page.locator("[data-case=found]")).to_be_visible()
    page.fill("#club_place", "Under the bridge")
    page.set_input_files("#club_photos", [photo])
    fits(member, "rescue-new")
    page.click("form[action='/my/club/rescues/new'] button[type=submit]")
    expect(page.locator("[role=status].alert")).to_contain_text("We have your call")
    expect(page.locator(".o_club_photos img")).to_be_visible()
    fits(member, "rescue-called")
    return int(page.url.split("/rescues/")[1].split("?")[0])


def test_from_the_call_to_the_rating(member, sign_in, photo):
    page = member.page
    number = call_for_help(member, photo)

    agent = sign_in(AGENT)
    agent.context.set_default_timeout(TIMEOUT)
    agent.open("crm-rescues", "kanban")
    agent.screenshot("rescue-board")
    agent.open(f"crm-rescues/{number}", "form")
    agent.page.click("button[name=action_rescue_dispatch]")
    agent.settled("form")
    agent.screenshot("rescue-form")
    page.reload()
    expect(page.locator("#club_status")).to_contain_text("Expected with you")
    assert page.locator("html").get_attribute("lang") == "en-US"

    # The dealer that was sent reports from the road, here without its screens.
    agent.call("helpdesk.ticket", "action_rescue_on_site", [number])
    agent.call("helpdesk.ticket", "write", [number], {"rescue_result": "repaired"})
    agent.call("helpdesk.ticket", "action_rescue_done", [number])
    page.reload()
    fits(member, "rescue-done")
    page.check("#club_stars_5")
    page.fill("#club_rate_words", "Quick and friendly")
    page.click("form[action$='/rate'] button")
    expect(page.locator("[role=status].alert")).to_contain_text("Thank you")
    speak(member, "zh_CN")
    page.goto(f"/my/club/rescues/{number}")
    fits(member, "rescue-rated-zh")
    member.check()


def test_complain_and_read_the_answer(member, sign_in):
    page = member.page
    page.goto("/my/club/complaints/new", timeout=90_000)
    page.select_option("#club_cause", index=1)
    page.fill("#club_text", "The brakes squeak.\nSince the last visit.")
    fits(member, "complaint-new")
    page.click("form[action='/my/club/complaints/new'] button")
    expect(page.locator("[role=status].alert")).to_be_visible()
    number = int(page.url.split("/complaints/")[1].split("?")[0])
    agent = sign_in(AGENT)
    [ticket] = agent.call("helpdesk.ticket", "read", [number], ["partner_id"])
    agent.rpc(
        "/mail/message/post",
        thread_model="helpdesk.ticket",
        thread_id=number,
        post_data={
            "body": "We look at your brakes tomorrow.",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "partner_ids": [ticket["partner_id"][0]],
        },
    )
    page.reload()
    expect(page.locator(".o_club_thread")).to_contain_text("brakes tomorrow")
    page.fill("#club_text", "Thank you")
    page.click("form[action$='/reply'] button")
    expect(page.locator(".o_club_message_own").last).to_contain_text("Thank you")
    fits(member, "complaint-answered")
    member.check()
