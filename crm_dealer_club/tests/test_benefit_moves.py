from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .common_benefit import BenefitCase


@tagged("post_install", "-at_install")
class TestBenefitMoves(BenefitCase):
    """Quotations follow the card up and down; promises and hands are respected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls.cart = (cls.work, cls.filter, cls.goods)

    def setUp(self):
        super().setUp()
        self.order = self._quotation(self.customer_a, *self.cart)
        self.assertEqual(self._subtotals(self.order), [180, 64, 30])

    def _becomes(self, prices, order=None):
        order = order or self.order
        order.invalidate_recordset()
        self.assertEqual(self._subtotals(order), prices)

    # -- Steps --------------------------------------------------------------------------------

    def test_down_and_up(self):
        for code, prices in (("S", [190, 80, 30]), ("O", [200, 80, 30]), ("G", [180, 64, 30])):
            self.member_a._store({"tier_id": self.tiers[code].id})
            self._becomes(prices)
        self.assertTrue(self.order.message_ids.filtered(lambda m: "card" in (m.body or "")))

    def test_taken_back_and_given_again(self):
        for discounts in (False, True):
            self._feature("sale.group_discount_per_so_line", discounts)
            for state in ("suspended", "expired", "left"):
                self.member_a._store({"state": state})
                self._becomes([200, 80, 30])
                self.assertFalse(self.order.order_line.club_benefit_id)
                self.assertFalse(self.order.pricelist_id.club_tier_id)
                self.member_a._store({"state": "active"})
                self._becomes([180, 64, 30])

    def test_new_member_gets_it_on_what_is_quoted(self):
        partner = self._customer(self.dealer_a)
        order = self._quotation(partner, *self.cart)
        self._becomes([200, 80, 30], order)
        self.tiers["O"].benefit_ids.active = False
        self._benefit("O", "labour", 4, category_ids=self.labour)
        self.env["crm.club.membership"].enrol(partner)
        self._becomes([192, 80, 30], order)

    def test_moved_by_sql(self):
        """The nightly run of the tiers changes rows; the hook or the job brings prices after."""
        self.env.flush_all()
        for call in (
            lambda: self.member_a._reprice_moved(self.member_a.ids),
            lambda: self._run_job(),
        ):
            self.env.cr.execute(
                "UPDATE crm_club_membership SET tier_id = %s WHERE id = %s",
                (self.tiers["S"].id, self.member_a.id),
            )
            self.env.invalidate_all()
            call()
            self._becomes([190, 80, 30])
            self.assertEqual(self.member_a._reprice_moved(self.member_a.ids), 0, "once a move")
            self.member_a._store({"tier_id": self.tiers["G"].id})
            self._becomes([180, 64, 30])

    def _run_job(self):
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=10):
            self.env["crm.club.membership"]._cron_settle_quotations()

    # -- Promises -----------------------------------------------------------------------------

    def test_sent_keeps_its_promise(self):
        self.order.action_quotation_sent()
        self.order.validity_date = fields.Date.today() + timedelta(5)
        self.member_a._store({"state": "left"})
        self._becomes([180, 64, 30])
        self.order.action_confirm()
        self._becomes([180, 64, 30])

    def test_sent_promise_that_is_over(self):
        self.order.action_quotation_sent()
        self.order.validity_date = fields.Date.today() - timedelta(2)
        self.member_a._store({"state": "left"})
        self._becomes([180, 64, 30])
        self.order.action_confirm()
        self._becomes([200, 80, 30])

    def test_confirmed_stays(self):
        self.order.action_confirm()
        self.member_a._store({"state": "left"})
        self.gold_labour.percent = 50
        self._run_job()
        self._becomes([180, 64, 30])
        self.assertEqual(self.order.order_line.mapped("club_saving"), [20, 16, 0])

    def test_invoice_is_what_was_ordered(self):
        self.order.action_confirm()
        self.member_a._store({"state": "left"})
        invoice = self.order._create_invoices()
        self.assertEqual(invoice.amount_untaxed, 274)

    # -- Benefits that begin, end, change -----------------------------------------------------

    def test_benefit_that_ends_or_changes(self):
        """By the job at night, or at the latest when the order is confirmed."""
        for settle in (self._run_job, lambda: self.order.action_confirm()):
            self.gold_labour.percent = 10
            self._run_job()
            self._becomes([180, 64, 30])
            self.gold_labour.percent = 15
            self._older(self.order)
            self._run_job()
            self._becomes([170, 64, 30])
            self.gold_labour.active = False
            self._older(self.order)
            settle()
            self._becomes([200, 64, 30])
            self.gold_labour.active = True

    def test_benefit_whose_last_day_is_over(self):
        today = self.env["crm.club.membership"]._today()
        self.gold_labour.valid_until = today
        self._becomes([180, 64, 30])
        # The next day: nobody writes anything.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_club_benefit SET valid_until = %s WHERE id = %s",
            (today - timedelta(1), self.gold_labour.id),
        )
        self.env.cr.execute(
            "UPDATE crm_club_tier SET benefits_changed_at = now() - interval '9 days'"
        )
        self.env.invalidate_all()
        self._older(self.order, days=3)
        self._run_job()
        self._becomes([200, 64, 30])
        self.assertFalse(self.order._club_outdated(limit=10))

    def _older(self, order, days=1):
        """As if the order had been priced some days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET club_priced_at = now() - %s * interval '1 day' WHERE id = %s",
            (days, order.id),
        )
        order.invalidate_recordset()

    # -- Hands --------------------------------------------------------------------------------

    def test_typed_lines_stay(self):
        for discounts in (False, True):
            self._feature("sale.group_discount_per_so_line", discounts)
            order = self._quotation(self.customer_a, *self.cart)
            order.order_line[0].price_unit = 155
            order.order_line[1].discount = 33
            before = self._subtotals(order)
            self.assertEqual(order.order_line.mapped("club_saving"), [0, 0, 0])
            self.member_a._store({"state": "left"})
            self._becomes(before, order)
            self.member_a._store({"state": "active"})
            self._becomes(before, order)

    def test_typed_lines_of_a_new_member_stay(self):
        partner = self._customer(self.dealer_a)
        order = self._quotation(partner, self.work, self.work)
        order.order_line[0].discount = 2
        self._member(partner, "G")
        self._becomes([196, 180], order)

    def test_pricelist_chosen_by_hand_stays(self):
        self._feature("product.group_product_pricelist", True)
        mine = self.env["product.pricelist"].create(
            {
                "name": "Fair",
                "sequence": 99,
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 1.0})],
            }
        )
        order = self._quotation(self.customer_a, *self.cart, pricelist_id=mine.id)
        self.assertEqual(order.pricelist_id, mine)
        for code in ("S", "G"):
            self.member_a._store({"tier_id": self.tiers[code].id})
            self.assertEqual(order.pricelist_id, mine)
        order.action_confirm()
        self.assertEqual(order.pricelist_id, mine)

    # -- Leaks --------------------------------------------------------------------------------

    def test_card_does_not_go_with_the_paper(self):
        """A member's quotation given to somebody else, copied, or pointed at a card's list."""
        stranger = self._customer(self.dealer_a)
        self.order.partner_id = stranger
        self._becomes([200, 80, 30])
        self.order.partner_id = self.customer_a
        self._becomes([180, 64, 30])
        card = self.order.pricelist_id
        other = self._quotation(stranger, *self.cart, pricelist_id=card.id)
        self._becomes([200, 80, 30], other)
        other.pricelist_id = card
        self.assertNotEqual(other.pricelist_id, card)
        self.order.action_confirm()
        self.member_a._store({"state": "left"})
        self._becomes([200, 80, 30], self.order.copy())

    def test_feature_switched_in_between(self):
        """A draft of the time without pricelists is priced on top of them when confirmed."""
        self._feature("product.group_product_pricelist", True)
        self.env["product.pricelist"].search([]).action_archive()
        self.env["product.pricelist"].create({"name": "Ordinary", "sequence": 1})
        self.order.action_confirm()
        self._becomes([180, 64, 30])
        self.assertEqual(self.order.pricelist_id.club_base_id.name, "Ordinary")

    def test_many_members_cost_no_more_each(self):
        """The statements around the lines do not grow with the members without a draft."""
        partners = self.env["res.partner"].create([{"name": f"M{n}"} for n in range(60)])
        members = self.env["crm.club.membership"].enrol(partners)
        self.env.flush_all()

        def moved(few, tier):
            self.env.cr.execute(
                "UPDATE crm_club_membership SET tier_id = %s WHERE id = ANY(%s)",
                (self.tiers[tier].id, few.ids),
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            members._reprice_moved(few.ids)
            return self.env.cr.sql_log_count - before

        moved(members, "S")
        self.assertEqual(moved(members[:6], "G"), moved(members, "D"))
        self.assertEqual(members.priced_tier_id, self.tiers["D"])

    def test_uninstalling_leaves_orders_as_they_are(self):
        self.order.action_confirm()
        currency = self.order.currency_id
        cards = self.env["product.pricelist"].with_context(active_test=False)
        cards._club_drop_all()
        self._becomes([180, 64, 30])
        self.assertEqual(self.order.currency_id, currency)
        self.assertFalse(self.order.pricelist_id)
        self.assertFalse(cards.search([("club_tier_id", "!=", False)]))

    def _pricelist(self, **vals):
        return self.env["product.pricelist"].create({"name": "Test List", **vals})

    def test_the_ordinary_list_is_archived(self):
        """Members pay what everybody pays by then, less the card; drafts follow."""
        self._feature("product.group_product_pricelist", True)
        lists = self.env["product.pricelist"]
        lists.search([]).action_archive()
        first = self._pricelist(
            sequence=1,
            item_ids=[Command.create({"compute_price": "percentage", "percent_price": 50.0})],
        )
        draft = self._quotation(self.customer_a, *self.cart)
        self.assertEqual(draft.pricelist_id.club_base_id, first)
        self.assertEqual(self._subtotals(draft), [90, 32, 15])
        for second in (self._pricelist(sequence=2), lists):
            (second and first or lists.search([])).action_archive()
            self.customer_a.invalidate_recordset()
            order = self._quotation(self.customer_a, *self.cart)
            self.assertEqual(order.pricelist_id.club_tier_id, self.tiers["G"])
            self.assertEqual(order.pricelist_id.club_base_id, second)
            self.assertEqual(self._subtotals(order), [180, 64, 30])
            copied = draft.copy()
            self.assertEqual(copied.pricelist_id.club_base_id, second)
            self.assertEqual(self._subtotals(copied), [180, 64, 30])
        draft.order_line[2].price_unit = 7
        draft.action_confirm()
        self.assertFalse(draft.pricelist_id.club_base_id)
        self.assertEqual(self._subtotals(draft), [180, 64, 7])
