"""Cockpits: each role's page, from a figure to its records, on paper and on a phone (P3)."""

import io

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo.tools.pdf import PdfFileReader

PATH = "cockpit"
ROLES = ["manager", "callcentre", "auditor", "oem"]
TITLES = {"en_US": "Cockpit", "zh_CN": "驾驶舱"}


def open_cockpit(person, query=""):
    person.open(PATH + query)
    expect(person.page.locator(".o_cockpit_card").first).to_be_visible()
    return person.page


def digits(text):
    return int("".join(filter(str.isdigit, text)))


def records_shown(page):
    """How many records the list says it has; none where it shows its help."""
    if page.locator(".o_nocontent_help").count():
        return 0
    return digits(page.locator(".o_pager_limit").inner_text())


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
@pytest.mark.parametrize("login", ROLES)
def test_each_role_from_figure_to_records(sign_in, login, lang):
    person = sign_in(login, lang)
    page = open_cockpit(person)
    person.screenshot(f"cockpit-{login}-{lang}")
    entries = page.locator(".o_menu_sections > *")
    expect(entries.first).to_have_text(TITLES[lang])
    figures = page.locator(".o_cockpit_waiting .o_cockpit_figure")
    for number in range(min(3, figures.count())):
        figure = figures.nth(number)
        count = digits(figure.locator(".o_cockpit_number").inner_text())
        figure.click()
        page.wait_for_selector(".o_list_view, .o_kanban_view, .o_view_nocontent")
        person.settled()
        assert records_shown(page) == count
        page.locator(".o_breadcrumb a, .breadcrumb-item a").first.click()
        expect(page.locator(".o_cockpit_card").first).to_be_visible()
        person.settled()


def test_a_dealer_goes_from_kpi_to_cases(sign_in):
    person = sign_in("manager")
    page = open_cockpit(person)
    tile = page.locator("[data-kpi=retention]")
    expect(tile).to_contain_text("Rank")
    tile.focus()
    page.keyboard.press("Enter")
    person.settled("form")
    page.click("button[name=action_open_numerator]")
    person.settled("list")
    # A point of the curve opens the answers of its month.
    page = open_cockpit(person)
    point = page.locator("[data-card=trend] .o_cockpit_point").last
    said = point.get_attribute("aria-label")
    point.focus()
    page.keyboard.press("Enter")
    person.settled("list")
    answers = digits(said.rsplit(" answers", 1)[0].rsplit(", ", 1)[1])
    assert records_shown(page) == answers


def test_the_manufacturer_goes_down_to_a_dealer(sign_in):
    person = sign_in("oem")
    page = open_cockpit(person)
    heat = page.locator("[data-card=regions] tbody tr")
    assert heat.count() == 3
    heat.first.locator("th button").click()
    person.settled()
    assert "region=" in page.url
    region = page.locator(".o_cockpit_head h1").inner_text()
    dealers = page.locator("[data-card=dealers] tbody tr")
    expect(dealers).not_to_have_count(8)
    page.reload()
    person.settled()
    expect(page.locator(".o_cockpit_head h1")).to_have_text(region)
    page.click("[data-role=dealer]")
    person.settled()
    expect(page.locator("[data-card=funnel]")).to_be_visible()
    choices = page.locator(".o_cockpit_roles button").all_inner_texts()
    assert choices == ["Network", "Region", "Call Centre", "Dealer"]


def test_ranking_of_another_kpi(sign_in):
    person = sign_in("auditor")
    page = open_cockpit(person)
    page.locator("select[name=kpi]").select_option(label="Retention of Service Customers")
    person.settled()
    places = page.locator(".o_cockpit_ranking .o_cockpit_place").all_inner_texts()
    assert places == sorted(places, key=int) and len(places) > 3
    page.locator(".o_cockpit_ranking button").first.click()
    person.settled("form")


def test_periods_can_be_kept(sign_in):
    person = sign_in("manager")
    page = open_cockpit(person)
    page.locator("select[name=kind]").select_option("quarter")
    person.settled()
    page.click("[data-step=before]")
    person.settled()
    title = page.locator(".o_cockpit_head h1").inner_text()
    assert " Q" in title
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    person.settled()
    expect(page.locator(".o_cockpit_head h1")).to_have_text(title)


@pytest.mark.parametrize("query", ["?dealer=999999", "?kind=week", "?role=network", "?begin=x"])
def test_a_wrong_address_is_told(sign_in, query):
    person = sign_in("manager")
    person.open(PATH + query)
    message = page_message(person)
    assert len(message) > 20
    person.page.click(".o_cockpit_message button")
    expect(person.page.locator(".o_cockpit_card").first).to_be_visible()
    person.settled()


def page_message(person):
    message = person.page.locator(".o_cockpit_message p")
    expect(message).to_be_visible()
    return message.inner_text()


def test_who_has_none_is_told(sign_in):
    person = sign_in("sales")
    person.open(PATH)
    assert len(page_message(person)) > 20


@pytest.mark.parametrize("login", ROLES)
def test_on_a_phone(sign_in, login):
    person = sign_in(login, "zh_CN", tools.PHONE)
    page = open_cockpit(person)
    person.screenshot(f"cockpit-{login}-phone")
    assert not person.sticks_out()
    tops = page.locator(".o_cockpit_card").evaluate_all(
        "cards => cards.map(card => Math.round(card.getBoundingClientRect().left))"
    )
    assert len(set(tops)) == 1, "one column"


@pytest.mark.parametrize("login", ["manager", "oem"])
def test_prints(sign_in, login):
    person = sign_in(login)
    page = open_cockpit(person)
    title = page.locator(".o_cockpit_head h1").inner_text()
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "10mm"))
    read = PdfFileReader(io.BytesIO(paper))
    assert 1 < read.getNumPages() <= 4
    text = "".join(read.getPage(number).extract_text() for number in range(read.getNumPages()))
    assert title.rsplit(" · ", 1)[1] in text
    page.emulate_media(media="print")
    for selector in (".o_cockpit_print", ".o_dealer_filters", ".o_main_navbar"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator(".o_cockpit_printed")).to_be_visible()
    page.emulate_media(media="screen")
