"""An order over the limit, from the salesperson's screen to the controller's (K4)."""

import os

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

SALES, CONTROLLER = "sales", "credit"


@pytest.fixture(scope="module", name="order")
def _order():
    """A quotation that takes a customer of the salesperson's dealer over the limit."""
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        seller = env["res.users"].search([("login", "=", SALES)])
        partner = env["res.partner"].create(
            {"name": "超额物流有限公司", "is_company": True, "dealer_id": seller.dealer_ids[0].id}
        )
        env.company.credit_mode = "release"
        env["crm.credit.file"]._open(partner, env.company)._grant(1000, False, "Test")
        product = env["product.product"].create({"name": "Tyres", "type": "service"})
        line = {"product_id": product.id, "price_unit": 1500, "tax_ids": [Command.clear()]}
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": seller.id,
                "order_line": [Command.create(line)],
            }
        )
        cr.commit()
        return {"id": order.id, "name": order.name}


def test_held_and_released(order, sign_in):
    seller = sign_in(SALES, "zh_CN")
    seller.open(f"sale.order/{order['id']}", "form")
    expect(seller.page.locator(".alert-warning:visible")).to_contain_text("超出信用额度")
    seller.page.locator("button[name='action_confirm']:visible").click()
    dialog = seller.page.locator(".modal")
    expect(dialog).to_contain_text("超出信用额度")
    expect(dialog).to_contain_text("信用专员放行")
    seller.screenshot("credit-refused")
    dialog.locator("footer button").first.click()
    assert state(seller, order) == "draft"
    seller.page.goto("about:blank")
    seller.forgive()  # the refusal was what we came for

    controller = sign_in(CONTROLLER, "zh_CN")
    controller.open("credit-holds", "list")
    controller.page.locator(".o_data_row", has_text=order["name"]).locator("td").nth(2).click()
    controller.settled("form")
    expect(controller.page.locator("div[name='reason']")).to_contain_text("超出信用额度")
    controller.screenshot("credit-hold")
    controller.page.locator("button[name='action_release']").click()
    form = controller.page.locator(".modal .o_form_view")
    form.locator("div[name='reason'] textarea").fill("本周五付款")
    controller.page.locator(".modal footer button.btn-primary").click()
    expect(controller.page.locator(".modal")).to_have_count(0)
    controller.settled("form")
    expect(controller.page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text(
        "已通过"
    )
    assert state(seller, order) == "sale"


def state(person, order):
    [found] = person.call("sale.order", "read", [order["id"]], ["state"])
    return found["state"]


def test_files_and_receivables(sign_in):
    controller = sign_in(CONTROLLER, "zh_CN")
    for path in ("credit-files", "receivables-to-collect", "credit-releases"):
        controller.open(path, "list")
        controller.screenshot(path)
        assert controller.rows().count(), path


def test_credit_on_a_phone(sign_in):
    controller = sign_in(CONTROLLER, "zh_CN", size=tools.PHONE)
    for path in ("credit-holds", "credit-files", "receivables-to-collect", "credit-releases"):
        controller.open(path, "kanban")
        controller.screenshot(f"{path}-phone")
        assert not controller.sticks_out(), path
