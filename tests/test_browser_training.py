"""Trainings as people meet them: registered, held, and the test on a phone (S7)."""

from datetime import timedelta

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api, fields

PARTICIPANT, SESSION = "crm.training.participant", "crm.training.session"
SCREENS = (
    ("training-sessions", "list"),
    ("training-needs", "kanban"),
    ("training-plans", "list"),
    ("training-results", "list"),
    ("training-certificates", "list"),
    ("training-people", "list"),
)


@pytest.fixture(name="session")
def _session(registry):
    """A session of the manufacturer that begins now, announced; removed afterwards."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        session = env[SESSION].create(
            {
                "training_id": env.ref("crm_dealer_survey.training_data").id,
                "date_begin": fields.Datetime.now() - timedelta(minutes=5),
                "place": "Browser",
                "dealer_id": False,
            }
        )
        session._step("announce")
        user = env["res.users"].search([("login", "=", "sales")])
        person = env["crm.training.person"].search([("partner_id", "=", user.partner_id.id)])
        assert person, "the demo network misses a salesperson in training"
        numbers = {"session": session.id, "person": person.name}
    yield numbers
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        session = env[SESSION].browse(numbers["session"])
        people = session.participant_ids
        people.test_input_ids.with_context(active_test=False).unlink()
        for model, records in ((PARTICIPANT, people), (SESSION, session)):
            for talk, name in (("mail.mail", "model"), ("mail.message", "model"),
                               ("mail.activity", "res_model")):  # fmt: skip
                env[talk].search([(name, "=", model), ("res_id", "in", records.ids)]).unlink()
        cursor.execute("DELETE FROM crm_training_session WHERE id = %s", [session.id])


def button(page, name):
    return page.locator(".o_form_statusbar").get_by_role("button", name=name, exact=True)


def test_registered_held_and_tested(sign_in, session):
    manager = sign_in("manager")
    manager.open(f"training-sessions/{session['session']}", "form")
    button(manager.page, "Register People").click()
    dialog = manager.page.locator(".modal")
    dialog.locator("[name=person_ids] input").fill(session["person"][:3])
    manager.page.locator(".o-autocomplete--dropdown-item").first.click()
    dialog.get_by_role("button", name="Register", exact=True).click()
    manager.settled("form")
    expect(manager.page.locator("[name=participant_ids] .o_data_row")).to_have_count(1)
    oem = sign_in("oem")
    oem.open(f"training-sessions/{session['session']}", "form")
    button(oem.page, "Held").click()
    oem.settled("form")
    oem.page.locator("[name=participant_ids] button[name=action_present]").click()
    oem.settled("form")
    oem.screenshot("training-session")
    button(oem.page, "Close and Send Tests").click()
    oem.settled("form")
    expect(oem.page.locator(".o_arrow_button_current")).to_have_text("Closed")
    take_the_test(sign_in("sales", size=tools.PHONE))


def take_the_test(person):
    """On a phone: the first answer to each question, which is not enough."""
    page = person.page
    person.open("my-trainings", "kanban")
    person.screenshot("training-phone-mine")
    page.get_by_role("button", name="Take the Test").first.click()
    page.locator("button[value=start]").click()
    questions = page.locator(".js_question-wrapper")
    expect(questions.first).to_be_visible()
    person.screenshot("training-phone-test")
    for number in range(questions.count()):
        questions.nth(number).locator("label").first.click()
    page.locator("button[value=finish]").click()
    page.locator(".modal .btn-primary").click()  # really?
    expect(page.locator(".o_survey_finished")).to_be_visible()
    person.screenshot("training-phone-done")
    person.open("my-trainings", "kanban")
    failed = page.locator(".o_kanban_record [name=test_state] .text-bg-danger")
    expect(failed.first).to_be_visible()


@pytest.mark.parametrize("path", ["training-plans", "training-courses"])
def test_phone_gets_cards(sign_in, path):
    person = sign_in("oem", "zh_CN", size=tools.PHONE)
    person.open(path, "kanban")
    person.unfilter()
    expect(person.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    expect(person.page.locator(".o_view_sample_data")).to_have_count(0)
    assert not person.sticks_out()
    person.screenshot(f"phone {path}")


def test_screens(sign_in):
    oem = sign_in("oem")
    for path, view in SCREENS:
        oem.open(path, view)
        oem.screenshot(f"training-{path}")
    oem.open("training-sessions", "list")
    oem.switch("calendar")
    oem.screenshot("training-calendar")
    oem.open("training-certificates", "list")
    for view in ("pivot", "graph"):
        oem.switch(view)
        oem.screenshot(f"training-certificates-{view}")
