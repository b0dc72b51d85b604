from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_benefit import BenefitCase


@tagged("post_install", "-at_install")
class TestBenefitPrices(BenefitCase):
    """Who pays what, and who is not concerned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls.stranger = cls._customer(cls.dealer_a, name="Test Stranger")
        cls.cart = (cls.work, cls.filter, cls.goods)

    def _pricelist(self, **vals):
        return self.env["product.pricelist"].create({"name": "Test List", **vals})

    # -- Nobody else --------------------------------------------------------------------------

    def test_others_pay_what_they_paid(self):
        for partner in (self.stranger, self.customer_b, self._customer(False)):
            order = self._quotation(partner, *self.cart)
            self.assertFalse(order.pricelist_id and partner != self.customer_b)
            self.assertEqual(self._subtotals(order), [200, 80, 30])

    def test_not_active_pays_full(self):
        for state in ("suspended", "expired", "left"):
            self.member_a._store({"state": state})
            order = self._quotation(self.customer_a, *self.cart)
            self.assertEqual(self._subtotals(order), [200, 80, 30], state)

    def test_never_the_fallback_nor_offered(self):
        """Not of non-members, in no company, whatever lists there are; and in no choice."""
        lists = self.env["product.pricelist"]
        cards = lists.with_context(active_test=False).search([("club_tier_id", "!=", False)])
        self.assertTrue(cards)
        self._feature("product.group_product_pricelist", True)
        company = self.env["res.company"].create({"name": "Test New Company"})
        lists.search([]).action_archive()
        for place in (self.env.company, company):
            for country in (False, self.env.ref("base.cn"), self.env.ref("base.be")):
                partner = self._customer(self.dealer_a, country_id=country and country.id)
                self.assertFalse(partner.with_company(place).property_product_pricelist & cards)
        self.assertFalse(lists.search([]) & cards)
        self.assertFalse(lists.name_search(self.tiers["G"].name))
        order = self._quotation(self.stranger, *self.cart)
        self.assertFalse(order.has_active_pricelist and order.pricelist_id in cards)

    def test_switching_the_feature_leaves_cards_alone(self):
        """Core archives every list, and wakes up lists without rules, when it is switched."""
        settings = self.env["res.config.settings"]
        for on in (True, False, True):
            settings.create({"group_product_pricelist": on}).execute()
            cards = (
                self.env["product.pricelist"]
                .with_context(active_test=False)
                .search([("club_tier_id", "!=", False)])
            )
            self.assertFalse(any(cards.mapped("active")))
            order = self._quotation(self.customer_a, *self.cart)
            self.assertEqual(self._subtotals(order), [180, 64, 30], on)
            order = self._quotation(self.stranger, *self.cart)
            self.assertEqual(self._subtotals(order), [200, 80, 30])

    def test_clerk_without_role_sells_to_members(self):
        order = self._quotation(self.customer_a, *self.cart, env=self._as("clerk"))
        self.assertEqual(self._subtotals(order), [180, 64, 30])
        order.action_confirm()
        self.assertEqual(order.amount_untaxed, 274)

    # -- Members ------------------------------------------------------------------------------

    def test_prices_with_features_on_and_off(self):
        for lists in (False, True):
            self._feature("product.group_product_pricelist", lists)
            for discounts in (False, True):
                self._feature("sale.group_discount_per_so_line", discounts)
                with self.subTest(lists=lists, discounts=discounts):
                    order = self._quotation(self.customer_a, *self.cart, quantity=3)
                    self.assertEqual(self._subtotals(order), [540, 192, 90])
                    lines = order.order_line
                    self.assertEqual(
                        lines.mapped("discount"), [10, 20, 0] if discounts else [0, 0, 0]
                    )
                    self.assertEqual(
                        lines.mapped("price_unit"), [200, 80, 30] if discounts else [180, 64, 30]
                    )
                    self.assertEqual(lines.mapped("club_percent"), [10, 20, 0])
                    self.assertEqual(lines.mapped("club_saving"), [60, 48, 0])

    def test_contact_of_a_member_company(self):
        company = self._customer(self.dealer_a, is_company=True)
        contact = self._customer(False, parent_id=company.id)
        self._member(company, "G")
        order = self._quotation(contact, *self.cart)
        self.assertEqual(self._subtotals(order), [180, 64, 30])

    def test_best_benefit_counts_once(self):
        """Core would take whichever category has the higher id."""
        child = self.env["product.category"].create(
            {"name": "Test Paint", "parent_id": self.labour.id}
        )
        paint = self._product("Test Paint Job", 100.0, child)
        self._benefit("G", "other", 7, category_ids=child)
        self.assertEqual(self._subtotals(self._quotation(self.customer_a, paint)), [90])
        special = self._benefit("G", "other", 25, product_tmpl_ids=paint.product_tmpl_id)
        self.assertEqual(self._subtotals(self._quotation(self.customer_a, paint)), [75])
        special.percent = 3
        self.assertEqual(self._subtotals(self._quotation(self.customer_a, paint)), [90])

    def test_only_at_the_dealers_that_give_it(self):
        self.gold_labour.dealer_ids = self.dealer_b
        for dealer, price in ((self.dealer_a, 200), (self.dealer_b, 180), (False, 200)):
            order = self._quotation(self.customer_a, self.work, dealer_id=dealer and dealer.id)
            order.dealer_id = dealer
            self.assertEqual(self._subtotals(order), [price], dealer)
        order = self._quotation(self.customer_a, self.work, dealer_id=self.dealer_b.id)
        order.dealer_id = self.dealer_a
        self.assertEqual(self._subtotals(order), [200])
        # A dealer that closes does not open the benefit to the others.
        self.dealer_b.active = False
        self.env.invalidate_all()
        order = self._quotation(self.customer_a, self.work, dealer_id=self.dealer_a.id)
        self.assertEqual(self._subtotals(order), [200])

    def test_only_while_valid(self):
        today = self.env["crm.club.membership"]._today()
        for begin, end, price in (
            (1, False, 200), (False, -1, 200), (0, 0, 180), (-5, 5, 180), (False, 0, 180),
        ):  # fmt: skip
            self.gold_labour.write(
                {
                    "valid_from": begin is not False and today + timedelta(begin),
                    "valid_until": end is not False and today + timedelta(end),
                }
            )
            order = self._quotation(self.customer_a, self.work)
            self.assertEqual(self._subtotals(order), [price], (begin, end))

    def test_negative_price_gets_no_better(self):
        back = self._product("Test Core Charge", -50.0, self.parts)
        self.assertEqual(self._subtotals(self._quotation(self.customer_a, back)), [-50])

    def test_given_for_nothing(self):
        self.gold_labour.percent = 100
        order = self._quotation(self.customer_a, self.work, quantity=2)
        self.assertEqual(self._subtotals(order), [0])
        self.assertEqual(order.order_line.club_saving, 400)

    # -- On top of what there is --------------------------------------------------------------

    def test_builds_on_the_country_list(self):
        """Another currency and better prices stay; the card comes on top."""
        self._feature("product.group_product_pricelist", True)
        currency = self.env.ref("base.EUR")
        if currency == self.env.company.currency_id:
            currency = self.env.ref("base.USD")
        currency.active = True
        group = self.env["res.country.group"].create(
            {"name": "Test", "country_ids": [Command.set(self.env.ref("base.fj").ids)]}
        )
        fixed = {
            "compute_price": "fixed",
            "applied_on": "1_product",
            "product_tmpl_id": self.work.product_tmpl_id.id,
        }
        fiji = self._pricelist(
            currency_id=currency.id,
            company_id=False,
            country_group_ids=[Command.set(group.ids)],
            item_ids=[
                Command.create({**fixed, "fixed_price": 50.0}),
                Command.create({**fixed, "fixed_price": 40.0, "min_quantity": 10}),
            ],
        )
        (self.customer_a | self.stranger).country_id = self.env.ref("base.fj")
        other = self._quotation(self.stranger, self.work)
        self.assertEqual((other.pricelist_id, self._subtotals(other)), (fiji, [50]))
        order = self._quotation(self.customer_a, self.work)
        self.assertEqual(order.pricelist_id.club_base_id, fiji)
        self.assertEqual(order.currency_id, currency)
        self.assertEqual(self._subtotals(order), [45])
        many = self._quotation(self.customer_a, self.work, quantity=10)
        self.assertEqual(self._subtotals(many), [360])
        fiji.unlink()
        self.assertFalse(order.exists().pricelist_id.club_base_id)

    def test_agreement_by_hand_wins(self):
        self._feature("product.group_product_pricelist", True)
        agreed = self._pricelist(
            item_ids=[Command.create({"compute_price": "percentage", "percent_price": 3.0})]
        )
        self.customer_a.property_product_pricelist = agreed
        order = self._quotation(self.customer_a, *self.cart)
        self.assertEqual(order.pricelist_id, agreed)
        self.assertEqual(self._subtotals(order), [194, 77.6, 29.1])
        self.member_a._store({"tier_id": self.tiers["S"].id})
        self.assertEqual(order.pricelist_id, agreed)
        self.customer_a.property_product_pricelist = False
        self.customer_a.invalidate_recordset()
        self.assertTrue(self.customer_a.property_product_pricelist.club_tier_id)

    def test_the_default_can_be_an_agreement(self):
        """Who gives a member the ordinary list says: no prices of the card."""
        self._feature("product.group_product_pricelist", True)
        self.env["product.pricelist"].search([]).action_archive()
        ordinary = self._pricelist(sequence=1)
        self.assertEqual(self.customer_a.property_product_pricelist.club_base_id, ordinary)
        self.customer_a.property_product_pricelist = ordinary
        self.assertEqual(self.customer_a.property_product_pricelist, ordinary)
        # And a card's list that a form sends back is none.
        card = self._customer(self.dealer_a)
        self._member(card, "G")
        card.write({"property_product_pricelist": card.property_product_pricelist.id})
        self.assertFalse(card.specific_property_product_pricelist)

    # -- Hands off ----------------------------------------------------------------------------

    def test_rules_follow_benefits_not_hands(self):
        rule = self.gold_labour.env["product.pricelist.item"].search(
            [("club_benefit_id", "=", self.gold_labour.id)], limit=1
        )
        card = rule.pricelist_id
        by_user = self.env.ref("base.user_admin")
        for attempt in (
            lambda: rule.write({"percent_price": 90}),
            lambda: rule.with_user(by_user).unlink(),
            lambda: rule.create({"pricelist_id": card.id, "percent_price": 90}),
            lambda: rule.with_context(club_card=True).write({"percent_price": 90}),
            lambda: card.write({"active": True}),
            lambda: card.with_user(by_user).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "follow its benefits"):
                attempt()
        self.gold_labour.percent = 12
        self.assertEqual(rule.percent_price, 12)
        self.gold_labour.active = False
        self.assertFalse(rule.exists())

    def test_who_clears_the_tables_clears_no_benefit(self):
        """Others' code deletes all pricelists, as the ERP's own tests do; cards keep prices."""
        before = self._subtotals(self._quotation(self.customer_a, *self.cart))
        for model in ("product.pricelist.item", "product.pricelist"):
            records = self.env[model].with_context(active_test=False).search([])
            records.unlink()
            after = self._subtotals(self._quotation(self.customer_a, *self.cart))
            self.assertEqual(after, before, model)

    def test_programmes_of_the_ordinary_list_stay(self):
        self._feature("product.group_product_pricelist", True)
        self.env["product.pricelist"].search([]).action_archive()
        ordinary = self._pricelist(sequence=1)
        program = self.env["loyalty.program"].create(
            {
                "name": "Test",
                "program_type": "promotion",
                "trigger": "auto",
                "pricelist_ids": [Command.set(ordinary.ids)],
            }
        )
        order = self._quotation(self.customer_a, self.work)
        self.assertEqual(order.pricelist_id.club_base_id, ordinary)
        found = self.env["loyalty.program"].search(order._get_program_domain())
        self.assertIn(program, found)

    def test_no_query_for_each_line_or_order(self):
        """A list of 80 orders of members costs what a list of 8 costs."""
        partners = self.env["res.partner"].create([{"name": f"M{n}"} for n in range(80)])
        for member in self.env["crm.club.membership"].enrol(partners):
            member._store({"tier_id": self.tiers["G"].id})
        orders = self.env["sale.order"].create([{"partner_id": p.id} for p in partners])
        names = ["club_tier_id", "club_benefit_words", "club_membership_id"]

        def look(few):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            few.mapped(lambda order: [order[name] for name in names])
            few.partner_id.mapped("property_product_pricelist.name")
            return self.env.cr.sql_log_count - before

        look(orders)
        self.assertEqual(look(orders[:8]), look(orders))
        self.assertEqual(orders[0].club_benefit_words, "10 % off labour and 20 % off parts")
