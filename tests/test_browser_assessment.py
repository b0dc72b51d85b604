"""A result is appealed against and the appeal answered, as people see it (S9)."""

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api

SCREENS = (
    ("assessments", "list"),
    ("assessment-results", "list"),
    ("assessment-proposals", "list"),
    ("assessment-appeals", "list"),
    ("policy-sandbox", "kanban"),
    ("policy-gains", "graph"),
)
REASON = "Two answers are of another dealer's customers"


@pytest.fixture(name="line")
def _line(registry):
    """Shanghai's result that the demo network shows; without the appeal afterwards."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        line = env["crm.assessment.line"].search(
            [("dealer_id.code", "=", "SH01"), ("state", "=", "shown"), ("appeal_ids", "=", False)]
        )
        number = line.ensure_one().id
    yield number
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        appeals = env["crm.assessment.appeal"].search([("line_id", "=", number)])
        for model, name in (("mail.mail", "model"), ("mail.message", "model"),
                            ("mail.activity", "res_model")):  # fmt: skip
            domain = [(name, "=", "crm.assessment.appeal"), ("res_id", "in", appeals.ids)]
            env[model].search(domain).unlink()
        cursor.execute("DELETE FROM crm_assessment_appeal WHERE line_id = %s", [number])


def button(page, name):
    return page.locator(".o_form_statusbar").get_by_role("button", name=name, exact=True)


def answer(page, reason):
    """Fill in the dialog that asks for a reason."""
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=reason] textarea").fill(reason)
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_have_count(0)


def test_an_appeal_is_filed_and_refused(sign_in, line, registry):
    manager = sign_in("manager")
    manager.open("my-assessment", "kanban")
    manager.screenshot("assessment-mine")
    manager.open(f"my-assessment/{line}", "form")
    expect(manager.page.locator("[name=rank_words]")).to_contain_text("of 8")
    button(manager.page, "Appeal").click()
    answer(manager.page, REASON)
    manager.settled("form")
    expect(button(manager.page, "Appeal")).to_have_count(0)
    with registry.cursor() as cursor:
        cursor.execute("SELECT id FROM crm_assessment_appeal WHERE line_id = %s", [line])
        (number,) = cursor.fetchone()
    oem = sign_in("oem")
    oem.open(f"assessment-appeals/{number}", "form")
    expect(oem.page.locator("[name=reason]")).to_contain_text(REASON)
    button(oem.page, "Refuse").click()
    answer(oem.page, "They are of this dealer")
    oem.settled("form")
    expect(oem.page.locator(".o_field_widget[name=answer]")).to_contain_text("of this dealer")
    oem.screenshot("assessment-appeal")


def test_the_manufacturers_screens_open(sign_in):
    person = sign_in("oem")
    for path, kind in SCREENS:
        person.open(path, kind)
        person.screenshot(path)


def test_a_policy_is_tried_out(sign_in, registry):
    """The demo network's simulation runs again; gains and losses as bars; no menu for dealers."""
    with registry.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM crm_assessment_simulation")
        (number,) = cursor.fetchone()
    oem = sign_in("oem")
    oem.open(f"policy-sandbox/{number}", "form")
    button(oem.page, "Run Again").click()
    oem.settled("form")
    expect(oem.page.locator("[name=top_line_ids] .o_data_row").first).to_be_visible()
    oem.screenshot("policy-sandbox-form")
    oem.page.get_by_role("tab", name="Periods").click()
    oem.screenshot("policy-sandbox-periods")
    oem.page.locator("button[name=action_open_lines]").click()
    oem.settled("graph")
    oem.screenshot("policy-gains-of-one")
    manager = sign_in("manager")
    manager.open("my-assessment", "kanban")
    expect(manager.page.get_by_text("Policy Sandbox")).to_have_count(0)


def test_score_is_read_on_a_phone(sign_in):
    """What the score is made of is cards, whole within the screen."""
    manager = sign_in("manager", size=tools.PHONE)
    manager.open("my-assessment", "kanban")
    manager.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first.click()
    manager.settled("form")
    cards = manager.page.locator("[name=part_ids] .o_kanban_record:not(.o_kanban_ghost)")
    expect(cards.first).to_contain_text("Weight")
    assert not manager.sticks_out()
