"""A customer answers on a phone, and who looks at the figures (S1)."""

import os

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api

SCREENS = (
    ("satisfaction-programmes", "list"),
    ("action-crm_dealer_survey.crm_satisfaction_version_action", "list"),
    ("action-crm_dealer_survey.crm_satisfaction_index_action", "list"),
    ("action-crm_dealer_survey.crm_satisfaction_score_action", "graph"),
    ("action-crm_dealer_survey.survey_user_input_action", "list"),
)
RESPONSE = (("satisfaction-response", "pivot"),)
SAMPLES = (
    ("satisfaction-samples", "list"),
    ("satisfaction-sampled", "list"),
    ("satisfaction-plans", "list"),
)
CHECKS = (
    ("action-crm_dealer_survey.crm_satisfaction_flag_action", "list"),
    ("action-crm_dealer_survey.crm_satisfaction_check_action", "list"),
    ("action-crm_dealer_survey.crm_satisfaction_check_run_action", "list"),
)
ROLES = {
    "manager": SCREENS[2:] + RESPONSE,
    "auditor": SCREENS + RESPONSE + SAMPLES + CHECKS,
    "callcentre": SCREENS[2:],
    "oem": CHECKS,
}


@pytest.fixture(name="link")
def _link(registry):
    """A customer's link to the shipped service questionnaire; gone afterwards."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        partner = env["res.partner"].create({"name": "Phone Customer", "lang": "zh_CN"})
        version = env.ref("crm_dealer_survey.version_csi_1")
        [answer] = version._invite([{"partner_id": partner.id}])
        used_on = version.used_on
        keys = answer.id, partner.id, version.id, used_on, answer.get_start_url()
    yield keys[-1]
    with registry.cursor() as cursor:
        cursor.execute("DELETE FROM survey_user_input WHERE id = %s", [keys[0]])
        cursor.execute(
            "UPDATE crm_satisfaction_version SET used_on = %s WHERE id = %s",
            [keys[3] or None, keys[2]],
        )
        api.Environment(cursor, SUPERUSER_ID, {})["res.partner"].browse(keys[1]).unlink()


@pytest.fixture(name="visitor")
def _visitor(chromium, address):
    person = tools.Person(chromium, address, tools.PHONE)
    yield person
    person.context.close()


def test_customer_answers_on_a_phone_once(visitor, link):
    page = visitor.page
    page.goto(link, timeout=90_000)
    page.wait_for_load_state("networkidle")
    visitor.screenshot("survey-phone")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= tools.PHONE["width"], f"the page is {wide} pixels wide"
    scales = page.locator("fieldset")
    assert scales.count() >= 20
    box = scales.nth(0).locator("label").nth(9).bounding_box()
    assert box["height"] >= 40 and box["width"] >= 40, "too small for a thumb"
    for number in range(scales.count()):
        scales.nth(number).locator("label").nth(1).click()
    page.locator("textarea").fill("很好")
    page.locator("button[type=submit]").click()
    expect(page.locator(".alert-success")).to_be_visible(timeout=30_000)
    visitor.screenshot("survey-phone-thanks")
    page.goto(link)
    expect(page.locator("form")).to_have_count(0)
    visitor.check()


@pytest.mark.parametrize("login", list(ROLES))
def test_roles_open_their_screens(sign_in, login):
    person = sign_in(login)
    for path, view in ROLES[login]:
        person.open(path, view)
        person.screenshot(f"survey-{login}-{path}")
    person.check()


def test_screens_in_chinese(sign_in):
    person = sign_in("auditor", "zh_CN")
    for path, view in SCREENS:
        person.open(path, view)
        person.screenshot(f"survey-zh-{path}")
    person.check()


if os.environ.get("SCREENSHOTS"):

    def test_forms_for_the_eye(sign_in):
        person = sign_in("auditor")
        for path in ("satisfaction-programmes",
                     "action-crm_dealer_survey.crm_satisfaction_version_action",
                     "action-crm_dealer_survey.survey_user_input_action"):  # fmt: skip
            person.open(path, "list")
            person.rows().first.locator("td").nth(2).click()
            person.settled("form")
            person.screenshot(f"survey-form-{path}")


def test_figures_in_all_views(sign_in):
    """List, pivot and graph of the index; the pivot of the scores with its interval."""
    person = sign_in("auditor")
    person.open("satisfaction-index", "list")
    expect(person.page.locator(".o_list_view th[data-name=rank_range]")).to_be_visible()
    person.screenshot("satisfaction-index-list")
    for view in ("pivot", "graph"):
        person.switch(view)
        person.screenshot(f"satisfaction-index-{view}")
    person.open("action-crm_dealer_survey.crm_satisfaction_score_action", "graph")
    person.switch("pivot")
    heads = person.page.locator(".o_pivot .o_pivot_measure_row").all_inner_texts()
    assert {"Index From", "Index To"} <= {head.strip() for head in heads}, heads
    person.screenshot("satisfaction-score-pivot")
    person.check()


def test_manager_decides_on_a_suspicion(sign_in):
    """From the list to the evidence, to the dialog, and back without a decision."""
    person = sign_in("oem")
    page = person.page
    person.open(CHECKS[0][0], "list")
    row = page.locator(".o_data_row").first
    expect(row).to_be_visible(timeout=30_000)
    row.locator("[name=dealer_id]").click()
    expect(page.locator(".o_form_view [name=words]")).to_be_visible(timeout=30_000)
    person.screenshot("suspicion")
    page.locator("button[name=action_dismiss]").click()
    expect(page.locator(".modal [name=reason] input")).to_be_visible(timeout=30_000)
    person.screenshot("suspicion-decision")
    page.locator(".modal button[special=cancel], .modal .btn-secondary").first.click()
    expect(page.locator(".modal")).to_have_count(0)
    person.check()
