"""People click through the other applications of a full ERP beside our addons (P5)."""

import os

import browser as tools
import full_erp
import pytest
from full_erp import built_fixture  # noqa: F401
from playwright.sync_api import expect

MEMBER = "member"


@pytest.fixture(scope="module", name="shop")
def _shop(built):
    """A copy of the full ERP that is written to; what the ERP asks to be switched on is on."""
    name = f"run_{os.getpid()}_full"
    with full_erp.copy(built["ours last"], name):
        full_erp.odoo("shell", "-d", name, "--no-http", input=PREPARED)
        yield name


# Pricelists are a setting of the ERP; those offered in the shop could hide the cards' from members.
PREPARED = """
env.ref("base.group_user")._apply_group(env.ref("product.group_product_pricelist"))
env["product.pricelist"].search([]).write({"selectable": True})
env["website"].search([]).write({"show_line_subtotals_tax_selection": "tax_excluded"})
member = env["res.users"].search([("login", "=", "member")]).partner_id
member.write({"street": "1 Main Street", "city": "Shanghai", "zip": "200000",
              "phone": "+86 21 5555 0000", "email": "member@example.com",
              "country_id": env.ref("base.cn").id,
              "state_id": env.ref("base.state_cn_SH").id})
category = env.ref("crm_dealer_club.product_category_labour")
env["product.template"].create({"name": "Trial Labour", "type": "service", "list_price": 1000,
                                "categ_id": category.id, "is_published": True, "taxes_id": False})
assert member.club_tier_id, "the demo member has no card"
env.cr.commit()
"""


@pytest.fixture(scope="module", name="site")
def _site(shop, tmp_path_factory):
    log = tmp_path_factory.mktemp("full") / "server.log"
    before = os.environ["PGDATABASE"]
    os.environ["PGDATABASE"] = shop  # whom people sign in to
    try:
        with tools.serve(shop, log) as address:
            yield address
    finally:
        os.environ["PGDATABASE"] = before
    ours = [line for line in log.read_text().splitlines()
            if full_erp.COMPLAINT.match(line) and "crm_dealer" in line]  # fmt: skip
    assert ours == []


@pytest.fixture(name="person")
def _person(chromium, site):
    """Function that signs somebody in; nothing may go wrong on their pages."""
    people = []

    def person(login):
        one = tools.Person(chromium, site)
        one.context.set_default_timeout(60_000)
        if login:
            one.sign_in(login)
        people.append(one)
        return one

    yield person
    for one in people:
        one.context.close()


def price(page, selector):
    return float(page.locator(selector).first.inner_text().replace(",", "").strip())


def test_member_buys_at_the_cards_prices(person, shop):
    """From the catalogue to the payment the member sees one price, and it is the card's."""
    member = person(MEMBER)
    page = member.page
    page.goto("/shop?search=Trial+Labour")
    shown = price(page, ".oe_product .oe_currency_value")
    page.click(".oe_product a:has-text('Trial Labour')")
    page.click("#add_to_cart")
    page.wait_for_timeout(3000)
    page.goto("/shop/cart")
    in_cart = price(page, "#order_total .oe_currency_value, #cart_total .oe_currency_value")
    page.goto("/shop/checkout?try_skip_step=true")
    page.wait_for_load_state("networkidle")
    page.goto("/shop/payment")
    page.wait_for_load_state("networkidle")
    to_pay = price(page, "#order_total .oe_currency_value, #cart_total .oe_currency_value")
    member.screenshot("full-erp-payment")
    with full_erp.cursor(shop) as cursor:
        cursor.execute(
            """SELECT o.amount_total, t.id FROM sale_order o
                 JOIN product_pricelist l ON l.id = o.pricelist_id
                 JOIN crm_club_tier t ON t.id = l.club_tier_id
                WHERE o.website_id IS NOT NULL ORDER BY o.id DESC LIMIT 1"""
        )
        [(total, _tier)] = cursor.fetchall()
    assert shown == in_cart == to_pay == float(total) < 1000
    member.check()


def test_visitor_sees_the_ordinary_price(person):
    page = person(None).page
    page.goto("/shop?search=Trial+Labour")
    assert price(page, ".oe_product .oe_currency_value") == 1000


def test_contact_form_of_the_website_makes_a_lead(person, shop):
    visitor = person(None)
    page = visitor.page
    page.goto("/contactus")
    page.fill("input[name='name'], input[name='contact_name']", "Web Visitor")
    page.fill("input[name='email_from']", "visitor@example.com")
    page.fill("textarea[name='description']", "Please call me.")
    for name in ("phone", "partner_name", "company"):
        if page.locator(f"input[name='{name}']").count():
            page.fill(f"input[name='{name}']", "Trial")
    if page.locator("input[name='subject']").count():
        page.fill("input[name='subject']", "Question")
    page.click(".s_website_form_send, .o_website_form_send")
    page.wait_for_url("**/contactus-thank-you")
    visitor.check()


@pytest.mark.parametrize("path", [
    "contacts", "crm", "sales", "purchase", "inventory", "project", "employees", "fleet",
    "recruitment", "point-of-sale", "events", "email-marketing", "accounting", "website",
])  # fmt: skip
def test_applications_open(person, path):
    """The application's first page, as the administrator; it is found by its menu."""
    admin = person("admin")
    names = {"inventory": "Inventory", "contacts": "Contacts", "crm": "CRM", "sales": "Sales",
             "purchase": "Purchase", "project": "Project", "employees": "Employees",
             "fleet": "Fleet", "recruitment": "Recruitment", "point-of-sale": "Point of Sale",
             "events": "Events", "email-marketing": "Email Marketing", "accounting": "Invoicing",
             "website": "Website"}  # fmt: skip
    menus = admin.context.request.get("/web/webclient/load_menus").json()
    [app] = [m for m in menus.values() if m["name"] == names[path] and m["id"] == m["appID"]]
    admin.open(f"action-{app['actionID']}")
    if admin.rows().count():
        admin.rows().first.locator("td.o_data_cell").first.click()
        admin.settled()
    admin.check()


def test_till_sells_to_a_customer(person):
    """The till starts, finds a customer of a dealer, and takes cash."""
    admin = person("admin")
    [config] = admin.call("pos.config", "search", [], 0, 1)
    admin.call("pos.config", "open_ui", [config])
    page = admin.page
    page.goto(f"/pos/ui/{config}")
    page.wait_for_selector(".pos .product-screen, .pos .opening-control, .modal", timeout=120_000)
    opening = page.locator(".modal .btn-primary")
    if opening.count():
        opening.first.click()
    page.locator(".product").first.click()
    expect(page.locator(".order-container .orderline")).to_have_count(1)
    page.locator(".set-partner").first.click()
    page.wait_for_selector(".partner-line")
    page.locator(".partner-line").first.click()
    admin.check()
