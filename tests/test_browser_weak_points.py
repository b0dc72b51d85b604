"""Weak points: who sees what, from the drawing to the words, on paper and on a phone (S5)."""

import io
import os
from pathlib import Path

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo.tools.pdf import PdfFileReader

PATH = "weak-points"
POINTS = ".o_weak_point"
OVERLAPS = """labels => {
    const boxes = labels.map(label => [label.textContent, label.getBoundingClientRect()]);
    const found = [];
    for (const [i, [name, a]] of boxes.entries()) {
        for (const [other, b] of boxes.slice(i + 1)) {
            if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
                found.push([name, other]);
            }
        }
    }
    return found;
}"""


def choose(person, name, value):
    person.page.locator(f".o_dealer_filters select[name={name}]").select_option(value)
    person.settled()


def open_weak_points(person):
    person.open(PATH)
    expect(person.page.locator(POINTS).first).to_be_visible()
    return person.page


def test_manufacturer_from_drawing_to_words(sign_in):
    person = sign_in("oem")
    page = open_weak_points(person)
    person.screenshot("weak-oem")
    assert page.locator(f"{POINTS} .o_weak_label").evaluate_all(OVERLAPS) == []
    order = page.locator(".o_weak_table tbody tr").evaluate_all(
        "rows => rows.map(r => r.dataset.id)"
    )
    page.click("[data-kind=derived]")
    expect(page.locator("[data-note=derived]")).to_contain_text("explain")
    person.screenshot("weak-oem-derived")
    derived = page.locator(".o_weak_table tbody tr").evaluate_all(
        "rows => rows.map(r => r.dataset.id)"
    )
    assert sorted(order) == sorted(derived) and len(order) > 3
    first = page.locator(f"{POINTS}[data-id='{derived[0]}']")
    first.focus()
    page.keyboard.press("Enter")
    person.settled()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".o_weak_behind blockquote").first).to_be_visible()
    person.screenshot("weak-oem-words")
    answers = page.locator("[data-open=answers]")
    count = int("".join(filter(str.isdigit, answers.inner_text())))
    answers.click()
    person.settled("list")
    assert int(page.locator(".o_pager_limit").inner_text()) == count
    person.screenshot("weak-oem-answers")
    page.locator(".o_breadcrumb a, .breadcrumb-item a").first.click()
    person.settled()
    expect(page.locator("[data-kind=derived]")).to_have_attribute("aria-pressed", "true")


def test_manufacturer_looks_at_questions(sign_in):
    person = sign_in("oem")
    page = open_weak_points(person)
    page.locator(".o_weak_table tbody .btn-link").first.click()
    person.settled()
    page.click("[data-open=questions]")
    person.settled()
    expect(page.locator("select[name=factor]")).not_to_have_value("")
    choose(person, "factor", "")
    assert page.locator(POINTS).count() > 6
    assert page.locator(f"{POINTS} .o_weak_label").evaluate_all(OVERLAPS) == []
    person.screenshot("weak-questions")
    page.locator(POINTS).first.click()
    person.settled()
    page.click("[data-open=answers]")
    person.settled("list")
    person.screenshot("weak-questions-answers")


def test_dealer_sees_its_own(sign_in):
    person = sign_in("manager")
    page = open_weak_points(person)
    expect(page.locator(".o_dealer_record")).to_have_count(1)  # no region to choose
    person.screenshot("weak-dealer")
    dealers = person.call("crm.dealer", "search_read", [["in_my_scope", "=", True]], ["name"])
    page.locator(POINTS).first.click()
    person.settled()
    page.click("[data-open=answers]")
    person.settled("list")
    seen = set(page.locator(".o_data_row [name=dealer_id]").all_inner_texts())
    assert len(seen) == 1 and len(dealers) >= 1
    page.goto("about:blank")


def test_empty_selection_says_what_to_do(sign_in):
    person = sign_in("oem")
    page = open_weak_points(person)
    choose(person, "period", "year")
    for _year in range(3):
        page.click(".o_dealer_step button >> nth=0")
        person.settled()
    expect(page.locator(".o_weak_empty")).to_be_visible()
    person.screenshot("weak-empty")


def test_in_chinese_and_on_a_phone(sign_in):
    person = sign_in("oem", "zh_CN")
    page = open_weak_points(person)
    person.screenshot("weak-zh")
    choose(person, "level", "question")
    assert page.locator(f"{POINTS} .o_weak_label").evaluate_all(OVERLAPS) == []
    person.screenshot("weak-zh-questions")
    phone = sign_in("manager", "zh_CN", tools.PHONE)
    open_weak_points(phone)
    phone.screenshot("weak-zh-phone")
    assert not phone.sticks_out()
    phone.page.locator(POINTS).first.scroll_into_view_if_needed()
    phone.screenshot("weak-zh-phone-chart")
    phone.page.locator(".o_weak_table").scroll_into_view_if_needed()
    phone.screenshot("weak-zh-phone-table")


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_prints_on_one_page(sign_in, lang):
    person = sign_in("oem", lang)
    page = open_weak_points(person)
    choose(person, "level", "question")
    if os.environ.get("SCREENSHOTS"):
        page.set_viewport_size({"width": 703, "height": 1032})
        page.emulate_media(media="print")
        person.screenshot(f"weak-print-{lang}")
        page.emulate_media(media="screen")
        page.set_viewport_size(tools.DESKTOP)
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder, f"weak-{lang}.pdf").write_bytes(paper)
    read = PdfFileReader(io.BytesIO(paper))
    assert read.getNumPages() == 1
    text = read.getPage(0).extract_text()
    # Letters in subsets of fonts: what is looked for are figures.
    total = page.locator(".o_weak_total").inner_text()
    assert total in text
