"""Pages that both databases have, opened alike; what differs is the menu they are behind.

Pages of the same name are compared with each other.
"""

import random
import re

import views

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Worker:
    """Somebody at work: a browser, and what this person works on (``samples.py``)."""

    menus = {}  # names of the menus, to those of the actions

    def __init__(self, browser, mine):
        self.browser, self.mine = browser, mine
        self.pick = random.Random(f"{browser.user['uid']}")

    def one(self, what):
        return self.pick.choice(self.mine[what])

    # -- Customers ---------------------------------------------------------------------------

    def customer_list(self):
        with self.browser.page("customer list"):
            self.browser.open(self.menus["customers"])

    def search(self, page, text):
        with self.browser.page(page):
            self.browser.open(self.menus["customers"], self.search_domain(text))

    def search_by_name(self):
        self.search("customer search by name", self.one("customers")["name"][:9])

    def search_by_phone(self):
        self.search("customer search by phone", self.one("customers")["phone"])

    def customer_form(self):
        with self.browser.page("customer form"):
            self.browser.form("res.partner", self.one("customers")["id"])

    # -- Sales -------------------------------------------------------------------------------

    def pipeline(self):
        with self.browser.page("leads pipeline"):
            self.browser.open(self.menus["leads"])

    def lead_form(self):
        with self.browser.page("lead form"):
            self.browser.form("crm.lead", self.one("leads"))

    def orders(self):
        with self.browser.page("orders list"):
            self.browser.open("orders")

    def quotation(self):
        """A new quotation with a line, saved and confirmed."""
        customer, product = self.one("customers")["id"], self.one("products")
        with self.browser.page("quotation to order"):
            found = self.browser.views("sale.order", [[False, "form"]])
            arch, fields = found["views"]["form"]["arch"], found["fields"]
            values, spec = self.browser.new("sale.order", arch, fields)
            values = {**plain(values), "partner_id": customer}
            self.browser.call("sale.order", "onchange", [[], values, ["partner_id"], spec])
            line = {"product_id": product, "product_uom_qty": 1}
            order = {"partner_id": customer, "order_line": [[0, "virtual_1", line]]}
            saved = self.browser.call("sale.order", "web_save", [[], order], specification=spec)
            number = saved[0]["id"]
            self.browser.button("sale.order", "action_confirm", [number])
            self.browser.form("sale.order", number)

    # -- Complaints --------------------------------------------------------------------------

    def complaints(self):
        with self.browser.page("complaints board"):
            self.browser.open(self.menus["complaints"])

    def complaint_form(self):
        with self.browser.page("complaint form"):
            self.browser.form("helpdesk.ticket", self.one("tickets"))


class Member:
    """Somebody on the portal."""

    def __init__(self, browser, mine):
        self.browser, self.mine = browser, mine
        self.pick = random.Random(f"{browser.user['uid']}")

    def page(self, name, path):
        with self.browser.page(name):
            return self.browser.get(path)

    def home(self):
        with self.browser.page("portal home"):
            self.browser.get("/my/home")
            self.browser.rpc("/my/counters", {"counters": ["quotation_count", "order_count"]})

    def account(self):
        self.page("portal account", "/my/account")

    def token(self):
        """An invitation that nobody used yet; None when all are used."""
        return self.mine["tokens"].pop() if self.mine["tokens"] else None


def csrf(html):
    found = _TOKEN.search(html)
    return found[1] if found else ""


def plain(values):
    """The values of an onchange as the client sends them back."""
    found = {}
    for name, value in values.items():
        if isinstance(value, dict) and "id" in value:
            value = value["id"]
        found[name] = [] if isinstance(value, list) else value
    return found


def empty_form(browser, model, view_id=False, context=None):
    """A new record's form: ``(values, specification)``."""
    found = browser.views(model, [[view_id, "form"]])
    spec = views.specification(found["views"]["form"]["arch"], model, found["fields"])
    answer = browser.call(model, "onchange", [[], {}, [], spec], context=context or {})
    return plain(answer["value"]), spec
