"""A day's mix with the addons: dealers, call centre, manufacturer, members."""

import shared
from shared import Member, Worker


class Dealer(Worker):
    """What dealers' staff and managers and the manufacturer's people open."""

    menus = {"customers": "customers", "leads": "leads", "complaints": "complaints"}

    def search_domain(self, text):
        return [["customer_search", "ilike", text]]

    def menu(self, page, name, **options):
        with self.browser.page(page):
            self.browser.open(name, **options)

    def today(self):
        self.menu("today", "today")

    def search_by_plate(self):
        self.search("customer search by plate", self.one("vehicles")["plate"])

    def vehicle(self):
        vehicle = self.one("vehicles")
        with self.browser.page("vehicle by VIN"):
            self.browser.open("vehicles", [["display_name", "ilike", vehicle["vin"]]])
            self.browser.form("crm.vehicle", vehicle["id"])

    def visits(self):
        self.menu("visits of today", "visits_today")

    def board(self):
        with self.browser.page("waiting-room board"):
            dealers = self.browser.call("crm.dealer", "get_board_dealers", [])
            if dealers:
                self.browser.call("crm.dealer", "get_board", [[dealers[0]["id"]]])

    def log(self):
        customer = self.one("customers")["id"]
        with self.browser.page("contact logged"):
            context = {"default_partner_id": customer}
            _values, spec = shared.empty_form(
                self.browser, "crm.contact.log", self.mine["quick_log"], context
            )
            values = {"partner_id": customer, "way": "phone", "summary": "Called, all is well."}
            self.browser.call("crm.contact.log", "web_save", [[], values], specification=spec)

    def cockpit(self):
        with self.browser.page("cockpit"):
            self.browser.call("crm.cockpit", "page", [{}])

    def kpis(self):
        self.menu("KPIs", "kpis")

    def care(self):
        self.menu("care reminders", "care")

    def campaigns(self):
        self.menu("campaigns", "campaigns")

    def members(self):
        self.menu("members of the club", "members")

    # -- Call centre -------------------------------------------------------------------------

    def calls(self):
        self.menu("calls", "calls")

    def make_call(self):
        """Take the next call, ask the questionnaire, hand over what was said."""
        with self.browser.page("call made"):
            number = self.browser.actions["next_call"]
            action = self.browser.rpc("/web/action/run", {"action_id": number, "context": {}})
            if action.get("res_model") != "crm.followup.desk":
                return
            desk = self.browser.form("crm.followup.desk", action["res_id"], chatter=False)
            answers = [[1, row["id"], {"typed": "8"}] for row in desk.get("question_ids", [])
                       if row.get("kind", "scale") == "scale"]  # fmt: skip
            values = {"note": "All is well.", "question_ids": answers}
            self.browser.call("crm.followup.desk", "web_save", [[action["res_id"]], values],
                              specification={"note": {}})  # fmt: skip
            self.browser.button("crm.followup.desk", "action_reached", [action["res_id"]])

    def take_complaint(self):
        phone = self.one("customers")["phone"]
        with self.browser.page("complaint taken"):
            context = {"default_crm_kind": "complaint"}
            values, spec = shared.empty_form(self.browser, "crm.ticket.open", False, context)
            values["query"] = phone
            found = self.browser.call(
                "crm.ticket.open", "onchange", [[], values, ["query"], spec], context=context
            )["value"]
            partner = found.get("partner_id") or {}
            saved = self.browser.call("crm.ticket.open", "web_save", [[], {
                "crm_kind": "complaint", "query": phone, "partner_id": partner.get("id", False),
                "partner_name": "Somebody", "name": "Noise", "description": "It rattles.",
            }], specification={})  # fmt: skip
            action = self.browser.button("crm.ticket.open", "action_open", [saved[0]["id"]])
            self.browser.form("helpdesk.ticket", action["res_id"], action["views"][0][0])

    # -- Manufacturer ------------------------------------------------------------------------

    def index(self):
        self.menu("satisfaction index", "index")

    def weak_points(self):
        with self.browser.page("weak points"):
            model = "crm.satisfaction.version"
            options = self.browser.call(model, "weak_point_options", [])
            versions = sorted(options["versions"], key=lambda one: -one["answers"])
            asked = {name: False for name in ("dealer_id", "region_id", "factor_id")}
            asked |= self.mine["year"]
            self.browser.call(model, "weak_points", [[versions[0]["id"]], asked, "factor"])

    def assessments(self):
        self.menu("assessments", "assessments")

    def by_level(self):
        self.menu("customers by level", "customers", group_by=["value_level_id"])


class ClubMember(Member):
    def card(self):
        self.page("portal card", "/my/club")

    def vehicles(self):
        self.page("portal vehicles", "/my/club/vehicles")

    def tickets(self):
        self.page("portal tickets", "/my/club/complaints")

    def orders(self):
        self.page("portal orders", "/my/orders")

    def book(self):
        vehicle = self.pick.choice(self.mine["vehicles"])
        with self.browser.page("portal booking"):
            self.browser.get("/my/club/book")
            self.browser.get(f"/my/club/book?vehicle={vehicle}&type=maintenance")

    def answer(self):
        token = self.token()
        if not token:
            return
        with self.browser.page("questionnaire answered"):
            html = self.browser.get(f"/satisfaction/{token}")
            said = {f"q{number}": best for number, best in self.mine["questions"].items()}
            data = {**said, "csrf_token": shared.csrf(html)}
            self.browser.post(f"/satisfaction/{token}", data)


MIX = {
    "staff": (Dealer, {
        "today": 3, "customer_list": 4, "search_by_phone": 3, "search_by_name": 2,
        "search_by_plate": 1, "customer_form": 6, "pipeline": 3, "lead_form": 2, "orders": 1,
        "vehicle": 2, "visits": 2, "board": 1, "log": 2, "quotation": 1,
    }),
    "manager": (Dealer, {
        "cockpit": 4, "kpis": 2, "complaints": 3, "complaint_form": 2, "care": 2, "campaigns": 1,
        "members": 1, "customer_list": 2, "pipeline": 2, "index": 1,
    }),
    "callcentre": (Dealer, {
        "search_by_phone": 4, "search_by_name": 2, "customer_form": 4, "complaints": 2,
        "take_complaint": 1, "calls": 2, "make_call": 2, "cockpit": 1,
    }),
    "auditor": (Dealer, {
        "index": 4, "weak_points": 3, "assessments": 2, "cockpit": 2, "customer_list": 1,
    }),
    "oem": (Dealer, {
        "cockpit": 3, "by_level": 2, "index": 2, "kpis": 2, "weak_points": 1, "assessments": 1,
        "customer_list": 2,
    }),
    "member": (ClubMember, {
        "home": 4, "card": 3, "vehicles": 2, "book": 2, "orders": 1, "account": 1, "tickets": 1,
        "answer": 1,
    }),
}  # fmt: skip
