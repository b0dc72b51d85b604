"""An audit on the dealer's premises, with a phone; then what the dealer reads of it (S9)."""

import base64

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, Command, api

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ITEMS = ("Greeted at the door", "Order signed before work", "Lounge is clean")


@pytest.fixture(name="audit")
def _audit(registry):
    """A planned audit of three items at Shanghai's dealer; removed afterwards."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        items = [
            {"name": ITEMS[0], "sequence": 1},
            {"name": ITEMS[1], "sequence": 2, "scale": "yes_no", "photo": "always"},
            {"name": ITEMS[2], "sequence": 3},
        ]
        section = {"name": "Browser", "item_ids": [Command.create(item) for item in items]}
        checklist = env["crm.audit.checklist"].create(
            {"name": "In the Browser", "code": "BROWSER", "section_ids": [Command.create(section)]}
        )
        auditor = env["res.users"].search([("login", "=", "auditor")])
        dealer = env["crm.dealer"].search([("code", "=", "SH01")])
        audit = env["crm.audit"].with_user(auditor).create(
            {"dealer_id": dealer.id, "checklist_id": checklist.id}
        )
        number, lists = audit.id, checklist.id
    yield number
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        photos = env["crm.audit.photo"].search([("audit_id", "=", number)])
        env["ir.attachment"].search(
            [("res_model", "=", "crm.audit.photo"), ("res_id", "in", photos.ids),
             ("res_field", "!=", False)]
        ).unlink()  # fmt: skip
        env["mail.activity"].search(
            [("res_model", "=", "crm.dealer"), ("summary", "ilike", "Read the audit result")],
            order="id desc", limit=1,
        ).unlink()  # fmt: skip
        for model, name in (("mail.message", "model"), ("mail.activity", "res_model")):
            domain = [(name, "=", "crm.audit"), ("res_id", "=", number)]
            env[model].search(domain).unlink()
        cursor.execute("DELETE FROM crm_audit WHERE id = %s", [number])
        cursor.execute("DELETE FROM crm_audit_checklist WHERE id = %s", [lists])


def tap(page, label):
    page.locator(".o_audit_points").get_by_role("button", name=label, exact=True).click()


def test_audit_with_a_phone(sign_in, audit):
    person = sign_in("auditor", size=tools.PHONE)
    page = person.page
    person.open(f"audits/{audit}", "form")
    page.get_by_role("button", name="Begin", exact=True).click()
    person.settled("form")
    expect(page.get_by_role("heading", name=ITEMS[0])).to_be_visible()
    assert not person.sticks_out()
    tap(page, "3")
    expect(page.locator(".o_audit_next")).to_contain_text("1 / 3")
    tap(page, "3")  # the same one again takes it back
    expect(page.locator(".o_audit_next")).to_contain_text("0 / 3")
    tap(page, "4")
    expect(page.locator(".o_audit_next")).to_contain_text("1 / 3")
    person.screenshot("audit-item-phone")
    page.get_by_role("button", name="Next Open Item").click()
    expect(page.get_by_role("heading", name=ITEMS[1])).to_be_visible()
    tap(page, "Yes")
    expect(page.get_by_text("Photo required")).to_be_visible()
    page.locator(".o_audit_photo input[type=file]").set_input_files(
        {"name": "order.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    expect(page.get_by_text("Photo required")).to_have_count(0)
    expect(page.locator(".o_audit_photo")).to_have_text("1")
    page.get_by_role("button", name="Next Open Item").click()
    expect(page.get_by_role("heading", name=ITEMS[2])).to_be_visible()
    page.locator("[name=remark] textarea").fill("Cups on the table")
    tap(page, "n/a")
    expect(page.locator(".o_audit_next")).to_contain_text("3 / 3")
    page.get_by_role("button", name="Next Open Item").click()
    expect(page.locator(".o_notification")).to_contain_text("All items are scored")
    person.open(f"audits/{audit}", "form")
    answers = person.call("crm.audit.answer", "search_read", [["audit_id", "=", audit]],
                          ["points", "state", "remark", "photo_count"])  # fmt: skip
    assert [(a["points"], a["state"]) for a in answers] == [(4, "scored"), (1, "scored"), (0, "na")]
    assert answers[2]["remark"] == "Cups on the table" and answers[1]["photo_count"] == 1


def test_cards_then_release(sign_in, audit):
    person = sign_in("auditor")
    page = person.page
    person.call("crm.audit", "action_start", [audit])
    person.open(f"audits/{audit}", "form")
    page.locator("[name=action_open_items]").click()
    person.settled("kanban")
    cards = page.locator(".o_kanban_record:not(.o_kanban_ghost)")
    expect(cards).to_have_count(3)
    for number, label in enumerate(("2", "No", "5")):
        cards.nth(number).get_by_role("button", name=label, exact=True).click()
        chosen = cards.nth(number).locator(".o_audit_points .btn-primary")
        expect(chosen).to_have_text(label)
    cards.nth(1).locator("input[type=file]").set_input_files(
        {"name": "order.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    expect(cards.nth(1).locator(".o_audit_photo")).to_have_text("1")
    person.screenshot("audit-cards")
    expect(page.get_by_text("Finding", exact=True)).to_have_count(2)
    person.open(f"audits/{audit}", "form")
    page.get_by_role("button", name="Finish", exact=True).click()
    person.settled("form")
    page.get_by_role("button", name="Release to the Dealer").click()
    page.locator(".modal-footer .btn-primary").click()
    person.settled("form")
    person.screenshot("audit-released")
    manager = sign_in("manager")
    manager.open(f"audit-results/{audit}", "form")
    expect(manager.page.locator("[name=line_ids] .o_data_row")).to_have_count(4)
    manager.screenshot("audit-result")


@pytest.mark.parametrize("login", ["auditor", "oem"])
def test_screens(sign_in, login):
    person = sign_in(login, lang="zh_CN")
    for path, view in (("audits", "kanban"), ("audit-findings", "list"), ("audit-scores", "pivot"),
                       ("audit-checklists", "list"), ("sold-vehicle-verifications", "list"),
                       ("audit-results", "list")):  # fmt: skip
        person.open(path, view)
        person.screenshot(f"audit-{login}-{path}")
    person.open("audits", "kanban")
    for view in ("list", "calendar", "graph", "pivot", "activity"):
        person.switch(view)
        person.screenshot(f"audit-{login}-{view}")


@pytest.mark.parametrize("login", ["auditor", "manager"])
def test_lists_are_cards_on_a_phone(sign_in, login):
    person = sign_in(login, size=tools.PHONE)
    paths = ["audit-results"]
    if login == "auditor":
        paths += ["audits", "audit-findings", "audit-checklists", "sold-vehicle-verifications"]
    for path in paths:
        person.open(path, "kanban")
        person.screenshot(f"audit-phone-{login}-{path}")
        assert not person.sticks_out(), path


def test_call_centre_verifies(sign_in):
    person = sign_in("callcentre", size=tools.PHONE)
    person.open("sold-vehicles-to-verify", "kanban")
    person.screenshot("verify-phone")
    assert not person.sticks_out()
