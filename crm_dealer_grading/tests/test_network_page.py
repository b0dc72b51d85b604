"""A page of a dealer's customers is the page of everything the user sees."""

import random

from odoo import Command
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DealerCommon

ORDERS = ["complete_name ASC, id DESC", "complete_name, id", "complete_name DESC, id"]
DOMAINS = [
    [],
    [("dealer_id", "!=", False), "|", ("is_company", "=", True), ("parent_id", "=", False)],
    [("active", "in", [True, False])],
    [("active", "=", False)],
    [("is_company", "=", False), ("dealer_id", "=", False)],
    ["!", ("is_company", "=", True)],
    [("dealer_id", "in", [])],
]


@tagged("post_install", "-at_install")
class TestNetworkPage(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rng = random.Random(20261127)
        dealers = [cls.dealer_a, cls.dealer_b, cls.env["crm.dealer"]]
        companies = [cls.env.company, cls.env["res.company"].create({"name": "Other"})]
        cls.env["res.partner"].create(
            [
                {
                    # The same names again and again: the number decides.
                    "name": f"Page {rng.randrange(15)}",
                    "is_company": rng.random() < 0.3,
                    "active": rng.random() < 0.8,
                    "dealer_id": rng.choice(dealers).id,
                    "company_id": rng.choice([False, False, companies[0].id, companies[1].id]),
                    "serving_dealer_ids": [
                        Command.set(dealer.ids)
                        for dealer in rng.sample(dealers[:2], 1)
                        if rng.random() < 0.3
                    ],
                }
                for _number in range(150)
            ]
        )
        cls.env.flush_all()

    def _statement(self, login, **page):
        people = self._as(login, self.env["res.partner"])
        return people._search([("is_company", "=", True)], **page).select().code

    def test_pages_are_what_the_user_sees(self):
        """Whoever asks without a limit asks in one piece: the same, and in the same order."""
        rng = random.Random(1)
        self.users["manager_a"].dealer_ids = self.dealer_a | self.dealer_b
        for login in ("sales_a", "manager_a", "sales_b", "greedy_b", "homeless", "clerk", "oem"):
            people = self._as(login, self.env["res.partner"])
            for domain in DOMAINS:
                order = rng.choice(ORDERS)
                every = people.search(domain, order=order)
                for _page in range(4):
                    offset, limit = rng.randrange(len(every) + 2), rng.randrange(2, 60)
                    page = people.search(domain, offset=offset, limit=limit, order=order)
                    with self.subTest(login=login, domain=domain, order=order):
                        self.assertEqual(page.ids, every[offset : offset + limit].ids)

    def test_only_pages_of_a_dealers_customers_are_read_in_parts(self):
        order = self.env["res.partner"]._order
        self.assertIn("UNION", self._statement("sales_a", limit=80, order=order))
        for login in ("clerk", "oem", "agent"):
            self.assertNotIn("UNION", self._statement(login, limit=80, order=order))
        for page in ({"order": order}, {"limit": 1, "order": order}, {"limit": 80, "order": "id"}):
            self.assertNotIn("UNION", self._statement("sales_a", **page))

    def test_without_the_rule_a_page_is_everything(self):
        """An administrator may switch rules off."""
        rules = self.env["ir.rule"].search([("model_id.model", "=", "res.partner")])
        rules.active = False
        people = self._as("sales_a", self.env["res.partner"])
        every = people.search([], order=people._order)
        self.assertEqual(people.search([], limit=20), every[:20])
        self.assertGreater(len(every), 20)

    def test_whoever_asks_past_the_rules_gets_everything(self):
        people = self._as("sales_a", self.env["res.partner"]).with_context(active_test=False)
        page = {"limit": 10**6, "order": people._order}
        found = people._search([], bypass_access=True, **page)
        self.assertEqual(len(found), len(people.sudo().search([])))
        self.assertGreater(len(found), len(people.search([], **page)))

    def test_what_is_searched_for_is_found_once(self):
        """A search that no column answers stays one piece, else each part would do it anew."""
        people = self._as("sales_a", self.env["res.partner"])
        order = people._order
        typed = Domain("complete_name", "ilike", "Page")
        written = Domain.custom(to_sql=lambda *_args: SQL("TRUE"))
        for domain in (typed, written, ~written & Domain("is_company", "=", True)):
            found = people._search(domain, limit=80, order=order)
            self.assertNotIn("UNION", found.select().code)

    def test_a_second_rule_alike_leaves_pages_whole(self):
        rule = self.env.ref("crm_dealer_grading.res_partner_rule_own_dealers")
        narrow = "['|', ('is_company', '=', True), ('served_by_own_dealer', '=', True)]"
        rule.copy({"domain_force": narrow})
        people = self._as("sales_a", self.env["res.partner"])
        every = people.search([], order=people._order)
        self.assertEqual(people.search([], limit=9), every[:9])
        self.assertGreater(len(every), 9)

    def test_limits_in_words_go_to_the_database(self):
        people = self._as("sales_a", self.env["res.partner"])
        self.assertEqual(people.search([], limit="9"), people.search([], limit=9))
