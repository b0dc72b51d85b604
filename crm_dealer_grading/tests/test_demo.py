from collections import Counter
from datetime import date, timedelta

from odoo import fields
from odoo.tests import TransactionCase, loaded_demo_data, tagged

from odoo.addons.crm_dealer_grading.demo.catalogue import MODELS
from odoo.addons.crm_dealer_grading.demo.plan import build
from odoo.addons.crm_dealer_grading.demo.visits import local_day, owner_at
from odoo.addons.crm_dealer_grading.tools import plate as plates
from odoo.addons.crm_dealer_grading.tools import vin as vins
from odoo.addons.crm_dealer_grading.tools.id_number import is_valid_resident

DAYS = (date(2024, 2, 29), date(2025, 12, 31), date(2027, 6, 15))
LOGINS = {
    "sales": "group_dealer_user",
    "manager": "group_dealer_manager",
    "credit": "group_credit_controller",
    "callcentre": "group_call_centre",
    "auditor": "group_oem_auditor",
    "oem": "group_oem_manager",
}


class TestDemoPlan(TransactionCase):
    """The story itself, without a database."""

    def test_same_seed_and_day_same_story(self):
        for day in DAYS:
            self.assertEqual(build(day), build(day))
        self.assertNotEqual(build(DAYS[0]), build(DAYS[0], seed=21))

    def test_counts_do_not_depend_on_the_day(self):
        for day in DAYS:
            plan = build(day)
            self.assertEqual(len(plan["customers"]), 300)
            self.assertGreater(len(plan["visits"]), 1500)
            self.assertGreater(len(plan["orders"]), 1000)

    def test_contacts_are_past_and_plans_are_near(self):
        for day in DAYS:
            plan = build(day)
            self.assertGreater(len(plan["contact_log"]), 150)
            self.assertTrue(all(row["date"].date() < day for row in plan["contact_log"]))
            logged = {row["customer"] for row in plan["contact_log"]}
            planned = [row["customer"] for row in plan["contact_plans"]]
            self.assertEqual(len(planned), len(set(planned) - logged))

    def test_two_years_up_to_the_coming_days(self):
        for day in DAYS:
            visits = build(day)["visits"]
            arrivals = [local_day(visit["date"]) for visit in visits]
            self.assertLess(min(arrivals), day - timedelta(690))
            self.assertGreater(max(arrivals), day + timedelta(5))
            for visit, arrival in zip(visits, arrivals, strict=True):
                if arrival > day:
                    self.assertEqual(visit["stage"], "booked")
                if visit["delivered"]:
                    self.assertLess(visit["date"], visit["delivered"])
                    self.assertLessEqual(local_day(visit["delivered"]), day)

    def test_papers_and_plates(self):
        plan = build(DAYS[1])
        found = [vehicle["vin"] for vehicle in plan["vehicles"]]
        self.assertEqual(len(set(found)), len(found))
        self.assertTrue(all(vins.has_valid_length(vin) for vin in found))
        wrong = [vin for vin in found if not vins.has_valid_check_digit(vin)]
        self.assertTrue(1 <= len(wrong) <= 5, wrong)
        owners = [(vehicle, owner) for vehicle in plan["vehicles"] for owner in vehicle["owners"]]
        for vehicle, owner in owners:
            kind = plates.NEW_ENERGY if MODELS[vehicle["model"]].electric else plates.ORDINARY
            self.assertEqual(plates.kind(owner["plate"]), kind, owner["plate"])
        self.assertEqual(len({owner["plate"] for _vehicle, owner in owners}), len(owners))
        numbers = [row["id_number"] for row in plan["customers"] if row.get("id_number")]
        self.assertGreater(len(numbers), 50)
        self.assertTrue(all(map(is_valid_resident, numbers)))
        phones = [row["phone"] for row in plan["customers"] + plan["contacts"]]
        self.assertEqual(len(set(phones)), len(phones))

    def test_story_of_the_vehicles(self):
        vehicles = build(DAYS[1])["vehicles"]
        handed_over = [v for v in vehicles if len({o["customer"] for o in v["owners"]}) > 1]
        self.assertGreater(len(handed_over), 5)
        self.assertTrue([v for v in handed_over if len({o["dealer"] for o in v["owners"]}) > 1])
        self.assertTrue([v for v in vehicles if v["purchase_type"] == "replace_same"])
        self.assertTrue([v for v in vehicles if v["scrapped"]])
        self.assertTrue([v for v in vehicles if v["served"]])

    def test_visits_belong_to_the_owner_of_the_day(self):
        plan = build(DAYS[2])
        for visit in plan["visits"]:
            owner = owner_at(plan["vehicles"][visit["vehicle"]], local_day(visit["date"]))
            self.assertEqual(owner["customer"], visit["customer"])


@tagged("post_install", "-at_install")
class TestDemoNetwork(TransactionCase):
    """What came of it in the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        region = cls.env.ref("crm_dealer_grading.region_east", raise_if_not_found=False)
        if not region or not loaded_demo_data(cls.env):
            cls.skipTest(cls, "The demo data are not loaded.")
        refs = cls.env["ir.model.data"].search(
            [("module", "=", "crm_dealer_grading"), ("model", "=", "crm.dealer")]
        )
        cls.dealers = cls.env["crm.dealer"].browse(refs.mapped("res_id"))
        cls.customers = cls.env["res.partner"].search(
            [("dealer_id", "in", cls.dealers.ids), ("customer_number", "!=", False)]
        )
        # The day in China on which the story was told; gradings count by the company's day.
        cls.today = local_day(cls.dealers[:1].create_date)

    def _codes(self, scheme, customers=None):
        """Number of customers of each level."""
        domain = [("scheme_id.code", "=", scheme)]
        if customers:
            domain.append(("partner_id", "in", customers.ids))
        groups = self.env["crm.grading.result"]._read_group(domain, ["level_id"], ["__count"])
        return {level.code: count for level, count in groups}

    def test_network(self):
        self.assertEqual(len(self.dealers.region_id), 3)
        self.assertEqual(len(self.dealers), 8)
        self.assertGreaterEqual(len(self.customers), 300)
        self.assertTrue(all(dealer.manager_id in dealer.user_ids for dealer in self.dealers))
        self.assertTrue(all(len(dealer.user_ids) >= 3 for dealer in self.dealers))
        self.assertEqual(set(self.customers.dealer_id), set(self.dealers))
        self.assertGreaterEqual(len(self.customers.filtered("is_company")), 30)

    def test_a_login_for_each_role(self):
        for login, group in LOGINS.items():
            user = self.env.ref(f"crm_dealer_grading.user_{login}")
            # The network of the tests, where it is kept in the database, takes some logins.
            self.assertIn(user.login, (login, f"demo.{login}"))
            self.assertEqual(user.group_ids, self.env.ref(f"crm_dealer_grading.{group}"), login)
            user = user.with_user(user)
            credential = {"type": "password", "login": user.login, "password": login}
            user._check_credentials(credential, {"interactive": True})
            partners = user.env["res.partner"].web_search_read(
                [("id", "in", self.customers.ids)],
                {"name": {}, "dealer_id": {"fields": {"display_name": {}}}},
            )
            own = self.customers
            if user.dealer_scoped:
                own = own.filtered(
                    lambda c, u=user: u.sudo().dealer_ids & (c.dealer_id | c.serving_dealer_ids)
                )
                self.assertLess(len(own), len(self.customers))
            self.assertEqual({row["id"] for row in partners["records"]}, set(own.ids), login)

    def test_owners(self):
        lines = self.env["crm.vehicle.ownership"].search([], order="vehicle_id, date_from")
        for vehicle, owned in lines.grouped("vehicle_id").items():
            for line, following in zip(owned, owned[1:], strict=False):
                self.assertTrue(line.date_to, vehicle.name)
                self.assertLessEqual(line.date_to, following.date_from, vehicle.name)
        visits = self.env["crm.service.visit"].search([("dealer_id", "in", self.dealers.ids)])
        pairs = {(v.vehicle_id.id, local_day(v.date)): v.partner_id for v in visits}
        first = lines._first_owners(visits.vehicle_id.ids)
        for (vehicle, day), owner in lines._owners_at(list(pairs)).items():
            self.assertEqual(pairs[vehicle, day], owner or first[vehicle][0])

    def test_mileages_run_forward(self):
        readings = self.env["crm.vehicle.mileage"].search([], order="vehicle_id, date, id")
        self.assertGreater(len(readings), 1000)
        for log in readings.grouped("vehicle_id").values():
            self.assertEqual(log.mapped("km"), sorted(log.mapped("km")))

    def test_money_counts_once(self):
        orders = self.env["sale.order"].search([("service_visit_ids", "!=", False)])
        for order in orders:
            visits = order.service_visit_ids
            self.assertEqual(order.partner_id, visits.partner_id, order.name)
            self.assertAlmostEqual(order.amount_untaxed, sum(visits.mapped("amount_total")), 2)
        paid = self.env["crm.service.visit"].search([("amount_total", ">", 0)])
        self.assertTrue(paid.filtered("order_id"))
        self.assertTrue(paid.filtered(lambda v: not v.order_id and v.stage == "followed_up"))

    def test_board_is_full(self):
        stages = dict(self.env["crm.service.visit"]._fields["stage"].selection)
        visits = self.env["crm.service.visit"].search([("dealer_id", "in", self.dealers.ids)])
        for dealer, of_dealer in visits.grouped("dealer_id").items():
            self.assertGreaterEqual(
                set(of_dealer.mapped("stage")), set(stages) - {"cancelled"}, dealer.name
            )
        today = Counter(v.stage for v in visits if local_day(v.date) == self.today)
        for stage in ("booked", "received", "work_order", "in_work", "quality_check", "delivered"):
            self.assertGreaterEqual(today[stage], 5, stage)

    def test_due_dates_lie_around_today(self):
        vehicles = self.env["crm.vehicle"].search([])
        for name in ("insurance_expiry", "inspection_due", "warranty_end", "next_service_date"):
            days = [vehicle[name] for vehicle in vehicles if vehicle[name]]
            soon = [day for day in days if self.today <= day <= self.today + timedelta(60)]
            over = [day for day in days if day < self.today]
            self.assertTrue(len(soon) >= 5 and over, name)

    def test_leads_at_all_intents(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.search([("dealer_id", "in", self.dealers.ids)])
        states = Counter(leads.mapped("won_status"))
        self.assertTrue(all(states[state] >= 10 for state in ("pending", "won", "lost")), states)
        won = leads.filtered(lambda lead: lead.won_status == "won")
        self.assertTrue(won.order_ids)
        self.assertTrue(leads.filtered("lost_reason_id").filtered("competitor_model"))
        delivered = won.filtered("delivered_on")
        self.assertGreaterEqual(len(delivered), 10)
        for lead in delivered:
            self.assertEqual(lead.vehicle_id.selling_dealer_id, lead.dealer_id)
        # The windows of the intents, as of the day the story was told.
        pending = leads.filtered(lambda lead: lead.won_status == "pending")
        ahead = [
            (lead.date_deadline - self.today).days if lead.date_deadline else None
            for lead in pending
        ]
        self.assertIn(None, ahead)
        for low, high in ((-9, -1), (0, 7), (8, 15), (16, 30), (31, 150)):
            self.assertTrue([d for d in ahead if d is not None and low <= d <= high], (low, high))
        codes = {lead.intent_level_id.code for lead in pending}
        if self.today == fields.Date.context_today(self.env.user):
            self.assertEqual(codes, {"H", "A", "B", "C"})

    def test_levels(self):
        for scheme, wanted in (("value", "KSOX"), ("abc", "ABC"), ("activity", "ABCNL")):
            self.assertEqual(set(self._codes(scheme)), set(wanted), scheme)
        self.assertGreaterEqual(len(self._codes("rfm")), 9)
        for scheme in ("potential", "horizon", "satisfaction", "management", "channel"):
            levels = self.env.ref(f"crm_dealer_grading.scheme_{scheme}").level_ids
            self.assertEqual(
                set(self._codes(scheme, self.customers)), set(levels.mapped("code")), scheme
            )
        pyramid = self._codes("value")
        self.assertLess(pyramid["K"], pyramid["S"])
        self.assertLess(pyramid["S"], pyramid["O"])
        self.assertLess(pyramid["O"], pyramid["X"])
        for code, count in self._codes("activity", self.customers).items():
            self.assertGreaterEqual(count, 10, code)

    def test_named_customers(self):
        """Of three regions, each named with a reason, and no stranger to the workshop."""
        manuals = self.env["crm.grading.manual"].search(
            [("scheme_id.code", "=", "management"), ("dealer_id", "in", self.dealers.ids)]
        )
        self.assertEqual(set(manuals.level_id.mapped("code")), set("KHM"))
        self.assertEqual(len(manuals.dealer_id.region_id), 3)
        for manual in manuals:
            self.assertEqual(manual.user_id, manual.dealer_id.manager_id)
            self.assertTrue(manual.partner_id.vehicle_ids.visit_ids)

    def test_story_has_an_order(self):
        """Customers came before their leads, leads were opened before they were closed."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.search([("dealer_id", "in", self.dealers.ids)])
        for lead in leads:
            if lead.date_closed:
                self.assertLess(lead.create_date, lead.date_closed, lead.name)
            elif lead.partner_id:
                self.assertGreaterEqual(
                    local_day(lead.create_date), local_day(lead.partner_id.create_date), lead.name
                )
        days = {(self.today - local_day(lead.create_date)).days for lead in leads}
        self.assertTrue({0, 1, 2} & days and max(days) > 100, days)
        said = self.env["crm.contact.log"].search([("dealer_id", "in", self.dealers.ids)])
        centre = self.env.ref("crm_dealer_grading.group_call_centre").all_user_ids
        for author in said.user_id:
            self.assertTrue(author.dealer_ids or author in centre, author.name)

    def test_monthly_cleaning(self):
        lists = self.env["crm.cleaning.list"].search([("dealer_id", "in", self.dealers.ids)])
        self.assertGreaterEqual(len(set(lists.mapped("month"))), 3)
        self.assertTrue(sum(lists.mapped("suspicious_count")))

    def test_moves(self):
        moves = self.env["crm.grading.history"].search([("partner_id", "in", self.customers.ids)])
        self.assertGreater(len(set(moves.mapped("date"))), 1)
        self.assertLessEqual({"up", "down"}, set(moves.mapped("move")))

    def test_contacts_of_firms(self):
        contacts = self.env["res.partner"].search([("decision_role", "!=", False)])
        roles = {"decides", "influences", "uses", "pays"}
        self.assertEqual(set(contacts.mapped("decision_role")), roles)
        self.assertTrue(all(c.dealer_id == c.parent_id.dealer_id for c in contacts))
        self.assertTrue(contacts.parent_id.responsible_id)
