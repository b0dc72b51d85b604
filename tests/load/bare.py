"""A day's mix in bare Odoo: the same people at the pages that correspond."""

import shared
from shared import Member, Worker


class Bare(Worker):
    menus = {"customers": "contacts", "leads": "pipeline", "complaints": "tickets"}

    def search_domain(self, text):
        fields = ("complete_name", "ref", "email", "vat", "company_registry")
        if text.startswith("+"):
            fields = ("phone_mobile_search",)
        return ["|"] * (len(fields) - 1) + [[name, "ilike", text] for name in fields]

    def activities(self):
        with self.browser.page("to-dos"):
            self.browser.rpc("/mail/data", {"fetch_params": ["systray_get_activities"]})

    def log(self):
        with self.browser.page("contact logged"):
            self.browser.rpc("/mail/message/post", {
                "thread_model": "res.partner", "thread_id": self.one("customers")["id"],
                "post_data": {"body": "Called, all is well.", "message_type": "comment",
                              "subtype_xmlid": "mail.mt_note"},
            })  # fmt: skip

    def analysis(self):
        with self.browser.page("report"):
            self.browser.open("analysis")

    def surveys(self):
        with self.browser.page("surveys list"):
            self.browser.open("surveys")

    def answers(self):
        with self.browser.page("answers list"):
            self.browser.open("answers")

    def countries(self):
        with self.browser.page("customers by level"):
            self.browser.open("contacts", group_by=["country_id"])

    def take_complaint(self):
        customer = self.one("customers")
        with self.browser.page("complaint taken"):
            self.browser.open("contacts", self.search_domain(customer["phone"]))
            values, spec = shared.empty_form(self.browser, "helpdesk.ticket")
            values["partner_id"] = customer["id"]
            found = self.browser.call(
                "helpdesk.ticket", "onchange", [[], values, ["partner_id"], spec]
            )["value"]
            saved = self.browser.call("helpdesk.ticket", "web_save", [[], {
                "name": "Load", "description": "<p>Noise</p>", "partner_id": customer["id"],
                "partner_name": found.get("partner_name") or customer["name"],
                "partner_email": found.get("partner_email"), "team_id": self.mine["team"],
            }], specification=spec)  # fmt: skip
            self.browser.form("helpdesk.ticket", saved[0]["id"])


class BareMember(Member):
    def orders(self):
        self.page("portal orders", "/my/orders")

    def tickets(self):
        self.page("portal tickets", "/my/tickets")

    def answer(self):
        token = self.token()
        if not token:
            return
        survey, questions = self.mine["survey"], self.mine["questions"]
        with self.browser.page("questionnaire answered"):
            self.browser.get(f"/survey/{survey}/{token}")
            self.browser.rpc(f"/survey/begin/{survey}/{token}", {})
            self.browser.rpc(f"/survey/submit/{survey}/{token}", dict.fromkeys(questions, "8"))


# How often each page is opened, for every role.
MIX = {
    "staff": (Bare, {
        "activities": 3, "customer_list": 4, "search_by_phone": 4, "search_by_name": 3,
        "customer_form": 6, "pipeline": 3, "lead_form": 2, "orders": 3, "log": 2, "quotation": 1,
    }),
    "manager": (Bare, {
        "analysis": 5, "complaints": 3, "complaint_form": 2, "customer_list": 2, "pipeline": 2,
    }),
    "callcentre": (Bare, {
        "search_by_phone": 4, "search_by_name": 2, "customer_form": 4, "complaints": 2,
        "take_complaint": 1, "complaint_form": 2, "customer_list": 1,
    }),
    "auditor": (Bare, {"surveys": 4, "answers": 4, "analysis": 2, "customer_list": 1}),
    "oem": (Bare, {"analysis": 4, "countries": 2, "customer_list": 2, "answers": 2}),
    "member": (BareMember, {"home": 4, "orders": 3, "account": 1, "tickets": 2, "answer": 1}),
}  # fmt: skip
