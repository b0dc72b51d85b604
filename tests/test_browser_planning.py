"""A year is planned, approved and compared with what came of it, as people see it (S8)."""

import re

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api

PLAN, ACTIVITY = "crm.year.plan", "crm.year.plan.activity"
FIGURES = "action-crm_dealer_survey.crm_year_plan_figure_action"
STATUS = "action-crm_dealer_survey.crm_year_plan_status_action"
COSTS = "action-crm_dealer_survey.crm_year_plan_cost_action"
YEAR = 2078
CARDS = [
    "year-plans",
    "planned-activities",
    FIGURES,
    "action-crm_dealer_survey.crm_year_plan_review_action",
    "action-crm_dealer_survey.crm_year_plan_topic_action",
]


def forget(env, model, records):
    """Remove what was said about records, and the to-dos."""
    for kept, name in (("mail.message", "model"), ("mail.activity", "res_model")):
        env[kept].search([(name, "=", model), ("res_id", "in", records.ids)]).unlink()


@pytest.fixture(name="running")
def _running(registry):
    """The running plan of the manager's dealer, and an activity whose cost is not entered."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        dealer = env["res.users"].search([("login", "=", "manager")]).dealer_ids[0]
        plan = env[PLAN].search([("dealer_id", "=", dealer.id), ("state", "=", "running")], limit=1)
        activity = plan.planned_ids.filtered(lambda planned: not planned.cost)[:1]
        assert activity, "the demo network misses a plan that is carried out"
        known = {"plan": plan.id, "name": plan.name, "cost": plan.cost}
        known |= {"activity": activity.id, "activity_name": activity.name}
        said = env["mail.message"].search(
            [("model", "=", ACTIVITY), ("res_id", "=", activity.id)]
        ).ids  # fmt: skip
    yield known
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        activity = env[ACTIVITY].browse(known["activity"])
        activity._store_part({"cost": 0})
        env["mail.message"].search(
            [("model", "=", ACTIVITY), ("res_id", "=", activity.id), ("id", "not in", said)]
        ).unlink()


@pytest.fixture(name="submitted")
def _submitted(registry):
    """A plan of far away that the dealer's manager submitted; gone afterwards."""
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
        manager = env["res.users"].search([("login", "=", "manager")])
        dealer = manager.dealer_ids[0]
        plan = env[PLAN].with_user(manager).create(
            {
                "year": YEAR,
                "dealer_id": dealer.id,
                "target_ids": [
                    (0, 0, {"kpi_id": env.ref("crm_dealer_grading.kpi_churn").id, "target": 9})
                ],
            }
        )  # fmt: skip
        plan.action_submit()
        known = {"plan": plan.id, "dealer": dealer.name}
    yield known
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        forget(env, PLAN, env[PLAN].browse(known["plan"]))
        env.flush_all()
        cursor.execute("DELETE FROM crm_kpi_target WHERE year_plan_id = %s", [known["plan"]])
        cursor.execute("DELETE FROM crm_year_plan WHERE id = %s", [known["plan"]])


def button(page, name):
    return page.locator(".o_form_statusbar").get_by_role("button", name=name, exact=True)


def money(page, name):
    """The figure of this field of the form as a number."""
    return float(re.sub(r"[^\d.-]", "", page.locator(f"div[name={name}]").first.inner_text()))


def test_cost_is_entered_and_figures_are_looked_at(sign_in, running):
    person = sign_in("manager")
    page = person.page
    person.open("year-plans", "list")
    person.search(running["name"])
    person.rows().filter(has_text=running["name"]).first.locator("td[name=name]").click()
    person.settled("form")
    assert money(page, "cost") == running["cost"]
    person.tab("planned")
    row = page.locator("[name=planned_ids] .o_data_row")
    row.filter(has_text=running["activity_name"]).locator("td[name=name]").click()
    dialog = page.locator(".modal")
    dialog.locator("[name=cost] input").fill("1234")
    dialog.locator(".o_form_button_save").click()
    expect(dialog).to_have_count(0)
    page.locator(".o_form_button_save").first.click()
    person.settled("form")
    assert money(page, "cost") == running["cost"] + 1234
    person.screenshot("year-plan")
    page.locator("button.oe_stat_button", has_text="Targets Reached").click()
    person.settled("list")
    expect(page.locator(".o_facet_value").filter(has_text=running["name"])).to_have_count(1)
    person.screenshot("year-plan-figures")
    measured = person.rows().filter(has=page.locator("button[name=action_open_value]")).first
    kpi = measured.locator("td[name=kpi_id]").inner_text()
    measured.locator("button[name=action_open_value]").click()
    person.settled("form")
    expect(page.locator(".o_form_view")).to_contain_text(kpi)


def test_the_manufacturer_approves(sign_in, submitted):
    person = sign_in("oem")
    page = person.page
    person.open(STATUS, "list")
    person.unfilter()
    person.search(submitted["dealer"])
    row = person.rows().filter(has_text=str(YEAR))
    expect(row.locator("[name=state] .badge")).to_have_text("Submitted")
    row.locator("td[name=region_id]").click()
    person.settled("form")
    button(page, "Approve").click()
    person.settled("form")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Approved")
    [plan] = person.call(PLAN, "read", [submitted["plan"]], ["state"])
    assert plan["state"] == "approved"


@pytest.mark.parametrize("screen", CARDS)
def test_on_a_phone(sign_in, screen):
    person = sign_in("manager", "zh_CN", size=tools.PHONE)
    person.open(screen, "kanban")
    person.unfilter()
    expect(person.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    expect(person.page.locator(".o_view_sample_data")).to_have_count(0)
    assert not person.sticks_out()
    person.screenshot(f"phone {screen}")


def test_state_of_all_dealers_on_a_phone(sign_in):
    person = sign_in("oem", "zh_CN", size=tools.PHONE)
    person.open(STATUS, "kanban")
    cards = person.page.locator(".o_kanban_record:not(.o_kanban_ghost)")
    expect(cards.first).to_be_visible()
    assert not person.sticks_out()
    person.screenshot("phone status of plans")
    cards.filter(has=person.page.locator(".text-bg-info")).first.click()
    person.settled("form")


def test_a_plan_on_a_phone(sign_in, running):
    person = sign_in("manager", "zh_CN", size=tools.PHONE)
    person.open(f"year-plans/{running['plan']}", "form")
    assert not person.sticks_out()
    person.screenshot("phone year plan")


def test_totals_of_money_are_seen_wholly(sign_in):
    """Columns have a width of their own: on a phone the same one."""
    oem = sign_in("oem")
    for screen in ("planned-activities", COSTS):
        oem.open(f"{screen}?view_type=list", "list")
        expect(oem.page.locator("tfoot")).to_contain_text(re.compile(r"\d,\d{3},\d{3}"))
        assert oem.cut_totals() == []
