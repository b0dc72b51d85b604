"""An agent takes the next call, fills the questionnaire and goes on by keys (S3)."""

from datetime import timedelta

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Domain

NAME = "Follow-up in the Browser"
SCREENS = (
    ("followup-calls", "list"),
    ("followup-ratios", "pivot"),
    ("followup-rules", "list"),
)


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="rule")
def _rule(registry):
    """Two finished visits and a rule whose questionnaire is filled in the call."""
    with registry.cursor() as cursor:
        keys = make(environment(cursor))
    yield keys
    with registry.cursor() as cursor:
        env = environment(cursor)
        calls = env["crm.followup.call"].search([("rule_id", "=", keys["rule"])])
        cursor.execute("DELETE FROM survey_user_input WHERE id = ANY(%s)", [calls.answer_id.ids])
        cursor.execute(
            "UPDATE crm_satisfaction_version SET used_on = %s WHERE id = %s",
            [keys["used_on"] or None, keys["version"]],
        )
        calls.unlink()
        env["crm.followup.rule"].browse(keys["rule"]).unlink()
        # Calls that stood before stand again.
        env["crm.followup.call"].browse(keys["resting"]).user_id = False
        env["crm.contact.log"].search([("partner_id", "=", keys["partner"])]).unlink()
        cursor.execute("DELETE FROM crm_service_visit WHERE id = ANY(%s)", [keys["visits"]])
        env["crm.vehicle"].browse(keys["vehicle"]).unlink()
        env["res.partner"].browse(keys["partner"]).unlink()


def make(env):
    dealer = env["crm.dealer"].search([("code", "=", "SH01")])
    # Open calls of the demo rest: they are given to somebody else meanwhile.
    resting = env["crm.followup.call"].search(
        Domain("state", "=", "due") & Domain("user_id", "=", False)
    )
    resting.user_id = env.ref("base.user_admin")
    version = env.ref("crm_dealer_survey.version_csi_1")
    partner = env["res.partner"].create(
        {"name": NAME, "dealer_id": dealer.id, "phone": "+86 138 0013 8000"}
    )
    vehicle = env["crm.vehicle"].create({"partner_id": partner.id, "plate": "沪A 12345"})
    rule = env["crm.followup.rule"].create(
        {"name": NAME, "caller": "call_centre", "event": "recall", "delay": 0, "hour_from": 0,
         "hour_to": 24, "start_on": fields.Date.today() - timedelta(9),
         "programme_id": version.programme_id.id,
         "script": "Good day, I am calling about your {vehicle}."}
    )  # fmt: skip
    at = fields.Datetime.now() - timedelta(2)
    vals = {"vehicle_id": vehicle.id, "visit_type": "recall", "stage": "delivered", "date": at,
            "date_delivered": at, "dealer_id": dealer.id, "note": "Rattles when cold"}  # fmt: skip
    return {
        "partner": partner.id,
        "vehicle": vehicle.id,
        "rule": rule.id,
        "visits": env["crm.service.visit"].create([vals, vals]).ids,
        "version": version.id,
        "used_on": version.used_on,
        "resting": resting.ids,
    }


def state(registry, rule):
    with registry.cursor() as cursor:
        calls = environment(cursor)["crm.followup.call"].search([("rule_id", "=", rule["rule"])])
        return [
            (call.last_result, len(call.answer_id.user_input_line_ids))
            for call in calls.sorted(lambda c: c.last_date or fields.Datetime.now())
        ]


def test_agent_calls_by_keys(registry, sign_in, rule):
    person = sign_in("callcentre")
    page = person.page
    person.open("followup-calls", "list")
    person.screenshot("followup-list")
    page.get_by_role("button", name="Next Call").first.click()
    person.settled("form")
    expect(page.locator(".o_form_view")).to_contain_text("calling about your")
    person.screenshot("followup-desk")
    figure = page.locator("[name=question_ids] tr.o_data_row").first.locator("[name=typed]")
    figure.click()
    person.screenshot("followup-desk-figure")
    for typed in "989":  # on appointment, time, and by mistake on a yes or no
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    person.screenshot("followup-desk-typed")
    marked = page.locator("[name=question_ids] td.text-danger, [name=question_ids] td .text-danger")
    expect(marked.first).to_have_text("9")
    wrong = page.locator("[name=question_ids] tr.o_data_row").nth(2).locator("[name=typed]")
    wrong.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.get_by_role("tab", name="History").click()
    person.screenshot("followup-desk-history")
    page.keyboard.press("Alt+r")
    page.wait_for_timeout(300)
    person.settled("form")
    person.screenshot("followup-desk-next")
    # The way back leads to the list, not to the call that is closed.
    expect(page.locator(".o_control_panel_breadcrumbs a")).to_have_count(1)
    page.keyboard.press("Alt+a")
    person.settled("list")
    results = state(registry, rule)
    assert [result for result, _lines in results] == ["reached", "no_answer"]
    assert results[0][1] == 3
    person.check()


@pytest.mark.parametrize("login", ["sales", "manager", "auditor"])
def test_roles_open_their_screens(sign_in, login):
    person = sign_in(login)
    for path, view in SCREENS:
        if login == "sales" and path == "followup-ratios":
            continue
        person.open(path, view)
        person.screenshot(f"followup-{login}-{path}")
    person.check()


def test_on_a_phone(chromium, address, registry, rule):
    """An agent calls with one thumb: next call, figures, result, and on to the next one."""
    person = tools.Person(chromium, address, tools.PHONE)
    person.sign_in("callcentre")
    page = person.page
    person.open("followup-calls", "kanban")
    person.screenshot("followup-phone")
    page.get_by_role("button", name="Next Call").first.tap()
    person.settled("form")
    person.screenshot("followup-phone-desk")
    assert not person.sticks_out()
    cards = page.locator("[name=question_ids] .o_kanban_record:not(.o_kanban_ghost)")
    assert cards.count() >= 20
    for number, figure in ((0, "9"), (1, "10"), (2, "Yes")):
        button = cards.nth(number).get_by_role("button", name=figure, exact=True)
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "true")
        box = button.bounding_box()
        assert box["height"] >= 40 and box["width"] >= 40, "too small for a thumb"
    again = cards.nth(1).get_by_role("button", name="10", exact=True)
    again.tap()  # taken back
    expect(again).to_have_attribute("aria-pressed", "false")
    person.screenshot("followup-phone-figures")
    results = page.locator(".o_followup_results")
    expect(results).to_be_in_viewport()
    results.get_by_role("button", name="Reached").tap()
    page.wait_for_timeout(300)
    person.settled("form")
    person.screenshot("followup-phone-next")
    page.locator(".o_followup_results").get_by_role("button", name="No Answer").tap()
    person.settled("kanban")
    outcomes = state(registry, rule)
    assert [result for result, _lines in outcomes] == ["reached", "no_answer"]
    assert outcomes[0][1] == 2
    person.check()
    person.context.close()
