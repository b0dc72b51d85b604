"""The club in a browser: a member on a phone, and an advisor who enrols a customer (M1–M10)."""

import os
import time
from datetime import datetime, timedelta

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

MEMBER, SALES, CHINESE = "member", "sales", "zh_CN"
PRICE, PERCENT = 500.0, 10.0
DONE = "[role=status].alert-success"


def environment(cr):
    return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="tour")
def _tour():
    """An activity of the member's dealer; what the journey leaves behind goes with it."""
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = environment(cr)
        member = env["res.users"].search([("login", "=", MEMBER)]).partner_id
        begin = datetime.now().replace(microsecond=0) + timedelta(20)
        tour = env["event.event"].create(
            {
                "name": f"旅程 {time.time():.0f}",
                "is_club_activity": True,
                "club_announced": True,
                "dealer_id": member.dealer_id.id,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=2),
                "date_tz": "Asia/Shanghai",
                "seats_limited": True,
                "seats_max": 5,
                "club_guests_max": 1,
            }
        )
        car = member.vehicle_ids[0]
        found = {"id": tour.id, "name": tour.name, "car": car.id, "km": car.mileage + 10}
        before = [env[name].search([]).ids for name in LEFT]
        cr.commit()
    yield found
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = environment(cr)
        for name, known in zip(LEFT, before, strict=True):
            env[name].search([("id", "not in", known)]).unlink()
        env["event.event"].browse(found["id"]).unlink()
        cr.commit()


# What the member's journey makes; a visit's number is never taken out, so it is cancelled.
LEFT = ("event.registration", "crm.vehicle.mileage")


@pytest.fixture(name="customer")
def _customer():
    """A customer of the salesperson's dealer without a card, and a product with a benefit."""
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = environment(cr)
        dealer = env["res.users"].search([("login", "=", SALES)]).dealer_ids[0]
        label = f"{time.time():.0f}"
        customer = env["res.partner"].create(
            {"name": f"入会客户 {label}", "phone": "+86 21 5555 0101", "dealer_id": dealer.id}
        )
        product = env["product.product"].create(
            {
                "name": f"道路救援 {label}",
                "type": "service",
                "list_price": PRICE,
                "categ_id": env.ref("crm_dealer_club.product_category_rescue").id,
                "taxes_id": [Command.clear()],
            }
        )
        found = {"id": customer.id, "name": customer.name, "product": product.name}
        cr.commit()
    yield found
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        environment(cr)["product.product"].search([("name", "=", found["product"])]).active = False
        cr.commit()


# -- The member, on a phone, in Chinese ----------------------------------------------------------


def test_member_on_a_phone(chromium, address, tour):
    person = tools.Person(chromium, address, tools.PHONE)
    person.context.add_cookies([{"name": "frontend_lang", "value": CHINESE, "url": address}])
    page = person.page
    page.goto("/web/login?redirect=/my/club", timeout=90_000)
    page.fill("input[name=login]", MEMBER)
    page.fill("input[name=password]", MEMBER)
    page.click(".oe_login_form button[type=submit]")
    expect(page.locator(".o_club_card_number")).to_contain_text("8800")
    expect(page.locator("h1")).to_have_text("车主俱乐部")
    person.screenshot("club-card")
    enter_mileage(page, tour["car"], tour["km"])
    book(page)
    register(page, tour)
    person.check()
    person.context.close()


def enter_mileage(page, car, kilometres):
    page.click("a.o_club_tile[href='/my/club/vehicles']")
    page.click(f"a[href='/my/club/vehicles/{car}']")
    page.fill("#club_km", str(kilometres))
    page.click("form[action$='/mileage'] button")
    expect(page.locator(DONE)).to_be_visible()


def book(page):
    page.goto("/my/club/book")
    page.click("form[action='/my/club/book'] button")
    page.wait_for_selector(".o_club_times")
    page.click(".o_club_times nav a:last-child")  # next week has free times
    page.locator(".o_club_slots a:visible").first.click()
    page.fill("#club_wishes", "请检查雨刮")
    page.click("form[action='/my/club/book'] button")
    expect(page.locator(DONE)).to_be_visible()
    expect(page.locator("li[aria-current=step]")).to_have_count(1)
    page.click("form[action$='/cancel'] button")
    expect(page.locator("form[action$='/cancel']")).to_have_count(0)
    expect(page.locator(DONE)).to_be_visible()


def register(page, tour):
    page.goto("/my/club/activities")
    page.click(f"a.o_club_row[href='/my/club/activities/{tour['id']}']")
    page.fill("#club_guest_1", "林小满")
    page.click("form[action$='/register'] button")
    expect(page.locator(DONE).first).to_be_visible()
    expect(page.locator("#club_registration ~ ul")).to_contain_text("林小满")
    page.goto("/my/club")
    expect(page.locator("a.o_club_tile[href='/my/club/activities']")).to_be_visible()


# -- The advisor -----------------------------------------------------------------------------------


def test_enrol_and_sell_with_the_card(sign_in, customer):
    sales = sign_in(SALES, CHINESE)
    sales.open(f"dealer-customers/{customer['id']}", "form")
    enrol = sales.page.locator("button[name=action_enrol]:visible")
    if not enrol.count():  # there are more buttons than the form has room for
        sales.page.click(".o-form-buttonbox .o_button_more")
    enrol.click()
    sales.settled()
    [found] = sales.call("res.partner", "read", [customer["id"]], ["club_card_number"])
    assert found["club_card_number"].startswith("8800")
    sales.open("sale.order/new", "form")
    choose(sales.page, "[name=partner_id] input", customer["name"])
    expect(sales.page.locator("[name=club_card]")).to_be_visible()
    sales.page.locator("[name=order_line] .o_field_x2many_list_row_add a").first.click()
    product = "[name=order_line] .o_selected_row .o_field_widget[name^=product] input"
    choose(sales.page, product, customer["product"])
    sales.page.locator("[name=club_card]").click()
    sales.page.click(".o_form_button_save")
    sales.settled("form")
    [order] = sales.call(
        "sale.order", "search_read", [["partner_id", "=", customer["id"]]], ["amount_untaxed"]
    )
    assert order["amount_untaxed"] == PRICE * (100 - PERCENT) / 100
    sales.screenshot("club-order")


def choose(page, selector, name):
    field = page.locator(selector).first
    field.fill(name)
    page.locator(".o-autocomplete--dropdown-item, .o-autocomplete .dropdown-item").filter(
        has_text=name
    ).first.click()
