from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_benefit import BenefitCase


@tagged("post_install", "-at_install")
class TestBenefitAccess(BenefitCase):
    """Who reads and changes benefits and merchants, denials first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.club.merchant"].search([]).active = False
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls.hotel = cls._merchant("Test Hotel")

    @classmethod
    def _merchant(cls, name, env=None, **vals):
        merchants = (env or cls.env)["crm.club.merchant"]
        return merchants.create({"name": name, "offer": "10 % off", "city": "Suzhou", **vals})

    def _own(self, dealer):
        return {"dealer_id": dealer.id, "dealer_ids": [(6, 0, dealer.ids)]}

    # -- Benefits -----------------------------------------------------------------------------

    def test_only_the_manufacturers_manager_changes_benefits(self):
        for login in ("clerk", "sales_a", "manager_a", "greedy_b", "agent", "auditor", "credit"):
            benefit = self._as(login, self.gold_labour)
            for attempt in (
                lambda benefit=benefit: benefit.write({"percent": 99}),
                lambda benefit=benefit: benefit.unlink(),
                lambda benefit=benefit: benefit.copy(),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            self._as("clerk", self.gold_labour).read(["name"])
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            self.assertTrue(self._as(login, self.gold_labour).summary)
        self._as("oem", self.gold_labour).percent = 11
        self.assertEqual(self._subtotals(self._quotation(self.customer_a, self.work)), [178])

    def test_report_shows_own_dealers(self):
        for customer in (self.customer_a, self.customer_b):
            self._member(customer, "G")
            self._quotation(customer, self.work).action_confirm()
        self.env.flush_all()
        report = self.env["crm.club.benefit.report"]
        for login in ("clerk", "sales_a", "credit", "agent"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, report).search([])
        for login, seen in (
            ("manager_a", self.dealer_a),
            ("greedy_b", self.dealer_b),
            ("auditor", self.dealer_a | self.dealer_b),
            ("oem", self.dealer_a | self.dealer_b),
        ):
            domain = [("dealer_id", "in", (self.dealer_a | self.dealer_b).ids)]
            found = self._as(login, report).search(domain)
            self.assertEqual(found.dealer_id, seen, login)
            self.assertEqual(sum(found.mapped("saving")), 20 * len(seen))

    def test_words_for_the_advisor(self):
        self._benefit("G", "priority_booking").name = "Priority"
        visit = self._visit(self._vehicle(self.customer_a))
        order = self._quotation(self.customer_a, self.work)
        for record in (visit, order):
            shown = self._as("sales_a", record)
            self.assertEqual(shown.club_tier_id, self.tiers["G"])
            self.assertEqual(
                shown.club_benefit_words, "10 % off labour, 20 % off parts, and Priority"
            )
        stranger = self._quotation(self._customer(self.dealer_a), self.work)
        self.assertFalse(self._as("sales_a", stranger).club_benefit_words)
        self.assertFalse(self._as("sales_a", stranger).club_tier_id)

    def test_clerk_sees_nothing_of_the_card(self):
        order = self._as("clerk", self._quotation(self.customer_a, self.work))
        with self.assertRaises(AccessError):
            order.read(["club_benefit_words"])
        arch = order.get_view(view_type="form")["arch"]
        self.assertNotIn("club_", arch)
        self.assertIn("club_benefit_words", self._as("sales_a", order).get_view()["arch"])

    # -- Merchants ----------------------------------------------------------------------------

    def test_who_proposes_and_releases(self):
        for login in ("clerk", "sales_a", "agent", "auditor", "credit"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._merchant("X", self._as(login), **self._own(self.dealer_a))
        manager = self._as("manager_a")
        for bad in (
            {},
            {"dealer_ids": [(6, 0, (self.dealer_a | self.dealer_b).ids)]},
            {**self._own(self.dealer_a), "region_ids": [(6, 0, self.region_south.ids)]},
        ):
            with self.assertRaises(UserError):
                self._merchant("X", manager, **bad)
        with self.assertRaises(AccessError):
            self._merchant("X", manager, **self._own(self.dealer_b))
        offer = self._merchant("Mine", manager, state="released", **self._own(self.dealer_a))
        self.assertEqual(offer.state, "proposed")
        offer.write({"state": "released", "offer": "15 % off"})
        self.assertEqual((offer.state, offer.offer), ("proposed", "15 % off"))
        with self.assertRaises(AccessError):
            offer.action_release()
        self.assertNotIn(offer.id, self._as("greedy_b", offer).search([]).ids)
        self._as("oem", offer).action_release()
        self.assertIn(offer.id, self._as("greedy_b", offer).search([]).ids)
        with self.assertRaises(UserError):
            offer.offer = "90 % off"
        with self.assertRaises(AccessError):
            self._as("greedy_b", offer).offer = "90 % off"

    def test_offers_of_a_member(self):
        today = self.env["crm.club.membership"]._today()
        gold, silver = self.tiers["G"].ids, self.tiers["S"].ids
        made = {
            name: self._merchant(name, **vals)
            for name, vals in {
                "gold": {"tier_ids": [(6, 0, gold)]},
                "silver": {"tier_ids": [(6, 0, silver)]},
                "own": {"dealer_ids": [(6, 0, self.dealer_a.ids)]},
                "foreign": {"dealer_ids": [(6, 0, self.dealer_b.ids)]},
                "region": {"region_ids": [(6, 0, self.region_north.ids)]},
                "elsewhere": {"region_ids": [(6, 0, self.region_south.ids)]},
                "last day": {"valid_until": today},
                "over": {"valid_until": today.replace(year=today.year - 1)},
                "coming": {"valid_from": today.replace(year=today.year + 1)},
            }.items()
        }
        made["proposed"] = self._merchant("proposed")
        made["proposed"].action_withdraw()
        offers = self.env["crm.club.merchant"]._offers_for
        expected = {"Test Hotel", "gold", "own", "region", "last day"}
        self.assertEqual(set(offers(self.member_a).mapped("name")), expected)
        self.member_a._store({"state": "suspended"})
        self.assertFalse(offers(self.member_a))
        self.assertFalse(offers(self.env["crm.club.membership"]))
        valid = self.env["crm.club.merchant"].search([("is_valid", "=", True)])
        self.assertEqual(valid, valid.filtered("is_valid"))
        self.assertFalse(valid & (made["over"] | made["coming"]))

    def test_offers_open_from_the_order(self):
        order = self._as("sales_a", self._quotation(self.customer_a, self.work))
        action = order.action_open_club_offers()
        self.assertIn(self.hotel.id, action["domain"][0][2])

    def test_agreement_that_ends_is_told_once(self):
        today = self.env["crm.club.membership"]._today()
        self.hotel.valid_until = today
        other = self._merchant("Later", valid_until=today.replace(year=today.year + 1))
        commit = patch.object(self.registry["ir.cron"], "_commit_progress", return_value=10)
        for _day in range(2):
            with commit:
                self.env["crm.club.merchant"]._cron_remind()
        self.assertEqual(len(self.hotel.activity_ids), 1)
        self.assertEqual(self.hotel.activity_ids.user_id, self.hotel.user_id)
        self.assertFalse(other.activity_ids)

    # -- What a benefit must say --------------------------------------------------------------

    def test_discount_says_how_much_on_what(self):
        with self.assertRaisesRegex(UserError, "which product categories"):
            self._benefit("G", "labour", 10)
        with self.assertRaises(UserError):
            self.gold_labour.category_ids = False

    def test_benefit_that_was_given_is_archived(self):
        self._quotation(self.customer_a, self.work).action_confirm()
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.gold_labour.unlink()
        self.gold_parts.unlink()

    def test_what_a_card_gives_today(self):
        benefits = self.env["crm.club.benefit"]
        self.gold_parts.dealer_ids = self.dealer_b
        self.assertEqual(benefits._for(self.member_a), self.gold_labour)
        self.assertEqual(
            benefits._for(self.member_a, dealer=self.dealer_b), self.gold_labour | self.gold_parts
        )
        self.member_a._store({"state": "left"})
        self.assertFalse(benefits._for(self.member_a))
