"""From the scorecard and the salesperson's application to a limit on the customer (K1, K2, K3)."""

import base64
import os
import time
from datetime import date, timedelta

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import SQL

SALES, MANAGER, COMMERCE, FINANCE = "sales", "manager", "credit", "finance"
MODULE = "crm_dealer_grading"
CHINESE, UNANSWERED, WANTED = "zh_CN", 2, 200_000
COPY = {"name": "copy.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 stamped"}


@pytest.fixture(scope="module", name="firm")
def _firm():
    """A firm of the salesperson's dealer that was judged, and one that nearly was."""
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        firms = [firm(env, words) for words in ("申请物流有限公司", "评估物流有限公司")]
        assess(firms[0], 0).action_done()
        draft = assess(firms[1], UNANSWERED)
        found = {
            "id": firms[0].id,
            "name": firms[0].name,
            "draft": draft.id,
            # As the salesperson reads them.
            "level": env.ref(f"{MODULE}.level_channel_web").with_context(lang=CHINESE).name,
            "paper": env.ref(f"{MODULE}.credit_paper_licence").with_context(lang=CHINESE).name,
        }
        cr.commit()
    yield found
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        for made in firms:
            remove(cr, made.id)


def firm(env, words):
    """A company of the salesperson's dealer, with a legal representative."""
    dealer = env["res.users"].search([("login", "=", SALES)]).dealer_ids[0]
    made = env["res.partner"].create(
        {
            "name": f"{words} {time.time_ns() % 10**6}",
            "is_company": True,
            "dealer_id": dealer.id,
        }
    )
    made.responsible_id = env["res.partner"].create({"name": "李伟", "parent_id": made.id})
    return made


def assess(partner, unanswered):
    """The controller's draft assessment of the company; the last answers are missing."""
    controller = partner.env["res.users"].search([("login", "=", COMMERCE)])
    assessments = partner.env["crm.credit.assessment"].with_user(controller)
    draft = assessments.create({"partner_id": partner.id})
    for line in draft.line_ids[: len(draft.line_ids) - unanswered]:
        line.score = "8"
        if line.criterion_id.evidence_required:
            paper = {"name": "proof.pdf", "raw": b"proof", "res_model": line._name}
            paper = line.env["ir.attachment"].create({**paper, "res_id": line.id})
            line.attachment_ids = [Command.link(paper.id)]
    return draft


def remove(cr, firm_id):
    """Take the firm away, signatures and history included: demo tests count what is there."""
    cr.execute(
        """DELETE FROM tier_review WHERE model = 'crm.credit.application' AND res_id IN (
               SELECT id FROM crm_credit_application WHERE partner_id = %s)""",
        [firm_id],
    )
    for table in (
        "crm_credit_limit_change", "crm_credit_file", "crm_credit_turn", "crm_credit_application",
        "crm_credit_assessment",
    ):  # fmt: skip
        cr.execute(SQL("DELETE FROM %s WHERE partner_id = %s", SQL.identifier(table), firm_id))
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.partner"].search([("id", "child_of", firm_id)], order="parent_id, id").unlink()


def choose(box, words):
    """Type into a field that offers what it finds, and take it."""
    box.click()
    box.fill(words)
    offered = box.page.locator(".o-autocomplete--dropdown-item", has_text=words)
    offered.first.click()


def answer(row, points):
    """Choose the points of a criterion."""
    row.locator("td[name=score]").click()
    offered = row.page.locator(".o-dropdown-item, .o_select_menu_item", has_text=points).first
    for _try in range(10):  # a click while the menu opens closes it again
        if offered.is_visible():
            break
        row.locator("[name=score] input, [name=score] select").click()
        row.page.wait_for_timeout(500)
    offered.click()


def test_scorecard_is_completed_and_speaks(sign_in, firm):
    controller = sign_in(COMMERCE, CHINESE)
    page = controller.page
    page.goto("/odoo", timeout=90_000)  # the first page of a new database builds its assets
    controller.settled()
    controller.open(f"credit-assessments/{firm['draft']}", "form")
    rows = page.locator("[name=line_ids] .o_data_row")
    for number in range(rows.count() - UNANSWERED, rows.count()):
        answer(rows.nth(number), "4")
    page.click("button[name=action_done]")
    controller.settled("form")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("已完成")
    words = page.locator("div[name=explanation]")
    expect(words).to_contain_text("最强")
    controller.screenshot("credit-assessment")
    [said] = controller.call(
        "crm.credit.assessment", "read", [firm["draft"]], ["score", "proposed_limit"]
    )
    expect(words).to_contain_text(f"{said['score']:g}")
    assert said["proposed_limit"] > 0


def test_application_is_signed_and_becomes_a_limit(sign_in, firm):
    number = file_application(sign_in(SALES, CHINESE), firm)
    steps = (
        (sign_in(MANAGER, CHINESE, size=tools.PHONE), "客户情况属实"),
        (sign_in(COMMERCE, CHINESE), "已评估"),
        (sign_in(FINANCE), "Confirmed"),
    )
    for person, words in steps:
        approve(person, number, words)
    seller = sign_in(SALES, CHINESE)
    seller.open(f"dealer-customers/{firm['id']}", "form")
    seller.tab("credit")
    granted = seller.call("res.partner", "read", [firm["id"]], ["credit_granted"])
    assert 0 < granted[0]["credit_granted"] <= WANTED
    shown = f"{granted[0]['credit_granted']:,.2f}"
    expect(seller.page.locator("[name=credit_granted]")).to_contain_text(shown)
    seller.screenshot("credit-limit-on-the-customer")


def file_application(seller, firm):
    """Fill in the form with its papers and submit it; return its id."""
    page = seller.page
    seller.open("credit-applications/new", "form")
    choose(page.locator("[name=partner_id] input"), firm["name"])
    seller.settled("form")
    expect(page.locator("[name=legal_person] input")).to_have_value("李伟")
    choose(page.locator("[name=channel_class_id] input"), firm["level"])
    page.fill("[name=requested_limit] input", str(WANTED))
    seller.tab("papers")
    page.click("[name=paper_ids] .o_field_x2many_list_row_add a")
    row = page.locator("[name=paper_ids] .o_selected_row")
    choose(row.locator("[name=type_id] input"), firm["paper"])
    row.locator("input[type=file]").set_input_files(COPY)
    row.locator("[name=stamped] input").check()
    row.locator("td[name=valid_until]").click()
    until = date.today() + timedelta(days=90)
    row.locator("[name=valid_until] input").fill(f"{until:%Y-%m-%d}")
    page.keyboard.press("Tab")
    page.click(".o_form_button_save")
    seller.settled("form")
    seller.screenshot("credit-application-draft")
    page.click("button[name=action_submit]")
    seller.settled("form")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text("审批中")
    [found] = seller.call(
        "crm.credit.application", "search_read", [["partner_id", "=", firm["id"]]], ["paper_ids"]
    )
    [paper] = seller.call("crm.credit.paper", "read", found["paper_ids"], ["document"])
    assert base64.b64decode(paper["document"]) == COPY["buffer"]
    return found["id"]


def approve(person, number, words):
    """Approve the step whose turn it is, from the form, with a remark."""
    person.open(f"credit-applications/{number}", "form")
    person.screenshot(f"credit-application-{words.encode().hex()[:6]}")
    assert not person.sticks_out()
    person.page.locator("button[name=action_approve]:visible").click()
    remark = person.page.locator(".modal [name=comment]").locator("input, textarea")
    remark.fill(words)
    person.page.locator(".modal footer .btn-primary").first.click()
    expect(person.page.locator(".modal")).to_have_count(0)
    person.settled("form")
