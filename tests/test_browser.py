"""What people of each role do in the browser, on the demo network; nothing may go wrong."""

import re

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

SALES, OEM = "sales", "oem"
CHINESE = "zh_CN"
LANGUAGES = ["en_US", CHINESE]
OUR_FIELDS = ["dealer_id", "customer_number", "need_state", "value_level_id", "vehicle_ids"]
OUR_TABS = ["customer_profile", "vehicles", "service", "grading"]


@pytest.fixture(scope="module", name="data")
def _data(database):
    """What the journeys look for: records of the demo network, and a user without any role."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
        env["res.users"].create(
            {
                "name": "Clerk",
                "login": "clerk",
                "password": "clerk",
                "group_ids": [Command.set([env.ref("base.group_user").id])],
            }
        )
        dealers = env["res.users"].search([("login", "=", SALES)]).dealer_ids
        visit = env["crm.service.visit"].search(
            [
                ("dealer_id", "in", dealers.ids),
                ("commercial_partner_id.dealer_id", "in", dealers.ids),
                ("commercial_partner_id.is_company", "=", False),
                ("commercial_partner_id.value_level_id", "!=", False),
                ("stage", "=", "followed_up"),
                ("vehicle_id.plate", "!=", False),
            ],
            limit=1,
        )
        assert visit, "the demo network has no graded customer with a visit"
        customer, vehicle = visit.commercial_partner_id, visit.vehicle_id
        menu = env.ref("crm_dealer_grading.menu_root")
        found = {
            "customer": customer.id,
            "customer_name": customer.name,
            "vehicle": vehicle.id,
            "plate": vehicle.plate,
            "vin": vehicle.vin,
            "contact": env.ref("base.user_admin").partner_id.id,
            "scheme": env.ref("crm_dealer_grading.scheme_activity").id,
            "title": {lang: menu.with_context(lang=lang).name for lang in LANGUAGES},
        }
        cr.commit()
    return found


# -- Signing in and finding the application ----------------------------------------------------


def test_sales_signs_in_and_opens_the_application(people, chromium, address):
    sales = people[SALES, False] = tools.Person(chromium, address)
    sales.page.goto("/web/login")
    sales.page.fill("input[name=login]", SALES)
    sales.page.fill("input[name=password]", SALES)
    sales.page.click("button[type=submit]")
    # The first page of all: a server that has just started, and assets that no browser has yet.
    sales.page.wait_for_selector(".o_action_manager > *", timeout=4 * tools.TIMEOUT)
    sales.settled()
    sales.page.click(".o_navbar_apps_menu button")
    sales.screenshot("apps")
    sales.page.click(".o-dropdown--menu .o_app:has-text('Dealer CRM')")
    sales.settled("kanban")
    expect(sales.page.locator(".o_menu_brand")).to_have_text("Dealer CRM")
    expect(sales.page.locator(".o_breadcrumb")).to_contain_text("Today")


# -- The walk of a salesperson: the first page in both languages, then in Chinese ----------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_customers(sign_in, data, lang):
    sales = sign_in(SALES, lang)
    sales.open("dealer-customers", "list")
    placeholder = {"en_US": "Search", "zh_CN": "搜索"}[lang]
    expect(sales.page.get_by_placeholder(placeholder)).to_be_visible()
    expect(sales.page.locator(".o_menu_brand")).to_have_text(data["title"][lang])
    badges = sales.page.locator(".o_data_cell[name=value_level_id] .badge")
    assert badges.count() > 3
    sales.screenshot(f"{lang} customers")
    sales.group_by("res.partner", "group_value_level")
    assert sales.page.locator(".o_group_header").count() >= 3
    sales.screenshot(f"{lang} customers by value level")
    sales.unfilter()
    sales.switch("kanban")
    sales.screenshot(f"{lang} customers kanban")
    sales.open(f"dealer-customers/{data['customer']}", "form")
    sales.screenshot(f"{lang} customer")
    for tab in OUR_TABS:
        sales.tab(tab)
        sales.screenshot(f"{lang} customer {tab}")
    why = sales.page.locator("[name=grading_result_ids] .o_data_cell[name=why]").first
    assert re.search(r"\d", why.inner_text()), "why tells figures"


def wide(text):
    """``text`` in full-width characters, as an input method for Chinese may give it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_vehicles(sign_in, data):
    sales = sign_in(SALES, CHINESE)
    sales.open("crm-vehicles", "list")
    sales.screenshot("vehicles")
    vin = data["vin"]
    for words in (data["plate"], f"{vin[:3]} {vin[3:8].lower()} {vin[8:]}", wide(vin)):
        sales.search(words)
        expect(sales.rows()).to_have_count(1)
        expect(sales.rows()).to_contain_text(data["plate"])
        sales.unfilter()
    sales.switch("kanban")
    sales.screenshot("vehicles kanban")
    sales.open(f"crm-vehicles/{data['vehicle']}", "form")
    sales.screenshot("vehicle")
    for tab in ("visits", "mileage", "purchase", "owners"):
        sales.tab(tab)
    sales.page.click("[name=action_open_visits]")
    sales.settled()
    sales.screenshot("visits of a vehicle")


def test_visits(sign_in):
    sales = sign_in(SALES, CHINESE)
    sales.open("crm-service-visits", "kanban")
    assert sales.page.locator(".o_kanban_group").count() >= 7
    sales.screenshot("visits kanban")
    for view in ("list", "calendar", "pivot", "graph", "activity"):
        sales.switch(view)
        sales.screenshot(f"visits {view}")
    sales.switch("list")
    sales.rows().first.locator("[name=name]").click()
    sales.settled("form")
    sales.screenshot("visit")


def test_leads(sign_in):
    sales = sign_in(SALES, CHINESE)
    sales.open("action-crm.crm_lead_action_pipeline", "kanban")
    assert sales.page.locator(".o_kanban_record [name=intent_level_id] .badge").count() > 0
    sales.screenshot("leads")
    sales.switch("list")
    sales.unfilter()
    sales.screenshot("leads list")
    sales.group_by("crm.lead", "group_intent_level")
    assert sales.page.locator(".o_group_header").count() >= 3
    sales.screenshot("leads by intent")


# -- The manufacturer ----------------------------------------------------------------------------


def test_oem_grading(sign_in, data):
    oem = sign_in(OEM, CHINESE)
    oem.open("grading-schemes", "list")
    oem.screenshot("schemes")
    oem.open(f"grading-schemes/{data['scheme']}", "form")
    oem.screenshot("scheme metrics")
    oem.tab("levels")
    oem.screenshot("scheme levels")
    oem.page.click("[name=level_ids] .o_data_row >> nth=1 >> [name=name]")
    oem.page.wait_for_selector(".modal [name=condition_ids] .o_data_row")
    oem.settled()
    oem.screenshot("level conditions")
    oem.page.click(".modal .o_form_button_cancel")
    oem.open("action-crm_dealer_grading.crm_grading_run_action", "list")
    oem.screenshot("runs")
    oem.rows().first.locator("[name=scheme_id]").click()
    oem.settled("form")
    oem.screenshot("run")
    oem.open("action-crm_dealer_grading.crm_grading_run_line_action", "graph")
    oem.screenshot("pyramid")
    oem.open("action-crm_dealer_grading.crm_grading_history_action", "list")
    oem.screenshot("moves")
    oem.switch("pivot")
    oem.screenshot("moves pivot")
    oem.open("action-crm_dealer_grading.crm_grading_result_action", "list")
    oem.switch("graph")
    oem.screenshot("levels graph")


def test_oem_network_and_metrics(sign_in):
    oem = sign_in(OEM)
    oem.open("action-crm_dealer_grading.crm_dealer_action", "kanban")
    oem.screenshot("dealers")
    oem.page.click(".o_kanban_record:not(.o_kanban_ghost) >> nth=0")
    oem.settled("form")
    oem.screenshot("dealer")
    for action in ("crm_dealer_region_action", "crm_grading_metric_action"):
        oem.open(f"action-crm_dealer_grading.{action}", "list")
        oem.screenshot(action)
        oem.rows().first.locator(".o_data_cell[name$=name]").first.click()
        oem.settled()
        oem.screenshot(f"{action} form")


# -- Who may not ---------------------------------------------------------------------------------


def test_auditor_reads_but_does_not_edit(sign_in, data):
    auditor = sign_in("auditor")
    auditor.open("dealer-customers", "list")
    expect(auditor.page.locator(".o_list_button_add")).to_have_count(0)
    auditor.open(f"dealer-customers/{data['customer']}", "form")
    auditor.screenshot("auditor customer")
    expect(auditor.page.locator(".o_form_button_create")).to_have_count(0)
    expect(auditor.page.locator(".o_form_readonly")).to_have_count(1)
    expect(auditor.page.locator(".o_form_sheet .o_input:visible")).to_have_count(0)
    auditor.tab("grading")
    auditor.open(f"crm-vehicles/{data['vehicle']}", "form")
    expect(auditor.page.locator(".o_form_button_create")).to_have_count(0)
    expect(auditor.page.locator(".o_form_sheet .o_input:visible")).to_have_count(0)


def test_user_without_role_sees_nothing_of_ours(sign_in, data):
    clerk = sign_in("clerk")
    clerk.open(f"contacts/{data['contact']}", "form")
    clerk.screenshot("clerk contact")
    for name in OUR_FIELDS:
        expect(clerk.page.locator(f".o_field_widget[name={name}]")).to_have_count(0)
    for name in OUR_TABS:
        expect(clerk.page.locator(f".o_notebook a.nav-link[name='{name}']")).to_have_count(0)
    clerk.page.click(".o_navbar_apps_menu button")
    expect(clerk.page.locator(".o-dropdown--menu .o_app").first).to_be_visible()
    expect(clerk.page.locator(".o_app[data-menu-xmlid^=crm_dealer]")).to_have_count(0)


# -- On a phone ----------------------------------------------------------------------------------


def test_phone(sign_in, data):
    sales = sign_in(SALES, CHINESE, size=tools.PHONE)
    sales.open(f"dealer-customers/{data['customer']}", "form")
    sales.screenshot("phone customer")
    sales.tab("grading")
    sales.screenshot("phone customer grading")
    assert not sales.sticks_out()
    sales.open("crm-vehicles", "kanban")  # a phone prefers cards
    sales.screenshot("phone vehicles")
    assert not sales.sticks_out()
    sales.open("crm-service-visits", "kanban")  # its stages are beside each other
    sales.screenshot("phone visits")


# -- The tests themselves ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script", ["console.error('boom')", "void setTimeout(() => { throw Error('boom') })"]
)
def test_errors_of_pages_are_noticed(sign_in, script):
    sales = sign_in(SALES)
    sales.page.evaluate(script)
    sales.page.wait_for_timeout(100)
    with pytest.raises(AssertionError, match="boom"):
        sales.check()
    sales.forgive()
