from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsAccess(PointsCase):
    """Denials first: who may see and change whose points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry_a = cls._give(cls.member_a, 500)
        cls.entry_b = cls._give(cls.member_b, 500)
        cls.env.flush_all()

    def test_other_dealers_see_nothing(self):
        for login in ("sales_b", "greedy_b", "homeless"):
            with self.subTest(login):
                self.assertFalse(self._as(login, self.entry_a).has_access("read"))
                found = self._as(login, self.ledger).search([])
                self.assertFalse(found & self.entry_a)
                for records in (self.card_a, self.entry_a.sudo()):
                    with self.assertRaises(AccessError):
                        self._as(login, records).mapped("points")
        liability = self._as("greedy_b", self.env["crm.club.point.liability"])
        self.assertFalse(liability.search([("membership_id", "=", self.member_a.id)]))
        self.assertTrue(liability.search([("membership_id", "=", self.member_b.id)]))

    def test_clerk_has_no_ledger_and_loses_nothing(self):
        with self.assertRaises(AccessError):
            self._as("clerk", self.ledger).search([])
        cards = self._as("clerk", self.env["loyalty.card"])
        self.assertTrue(cards.search([("id", "=", self.card_a.id)]))

    def test_readers(self):
        for login in ("sales_a", "manager_a", "auditor", "agent", "oem"):
            with self.subTest(login):
                self.assertEqual(self._as(login, self.entry_a).points, 500)

    def test_programs_open_for_who_sees_no_cards(self):
        for login in ("auditor", "agent", "credit"):
            with self.subTest(login):
                self.assertFalse(self._as(login, self.env["loyalty.card"]).has_access("read"))
                [told] = self._as(login, self.program).read(["coupon_count_display", "name"])
                self.assertIn(str(self.program.coupon_count), told["coupon_count_display"])

    def test_nobody_writes_the_ledger(self):
        for login in ("sales_a", "manager_a", "auditor", "oem"):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self._as(login, self.entry_a).has_access(operation))

    def test_who_does_not_adjust(self):
        for login in ("sales_a", "auditor", "agent", "clerk"):
            member = self.member_a.with_user(self.users[login])
            with self.subTest(login), self.assertRaises(AccessError):
                member._adjust_points(5, "Test")
        for login in ("greedy_b", "sales_b"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.member_a.with_user(self.users[login])._adjust_points(5, "Test")
        self.assertEqual(self.card_a.points, 500)

    def test_dealers_manager_up_to_the_limit(self):
        self.program.adjust_limit = 100
        member = self._as("manager_a", self.member_a)
        member._adjust_points(-60, "Test")
        member._adjust_points(40, "Test")
        with self.assertRaisesRegex(UserError, "Ask the manufacturer's manager"):
            member._adjust_points(1, "Test")
        self._as("oem", self.member_a)._adjust_points(1000, "Test")
        self.assertEqual(self.card_a.points, 1480)
        self._check_books()

    def test_reason_is_needed_and_told(self):
        member = self._as("oem", self.member_a)
        with self.assertRaisesRegex(UserError, "Say why"):
            member._adjust_points(5, " ")
        wizard = self.env["crm.club.point.adjust"].with_user(self.users["manager_a"])
        wizard = wizard.with_context(
            active_model="crm.club.membership", active_id=self.member_a.id
        ).create({"points": -50, "reason": "Goodwill ended"})
        self.assertEqual((wizard.points_balance, wizard.points_after), (500, 450))
        wizard.action_adjust()
        self.assertEqual(self.card_a.point_entry_ids[0].description, "Goodwill ended")
        self.assertIn("Goodwill ended", self.member_a.message_ids[0].body)

    def test_balance_by_every_way(self):
        """Writes of the ERP's field and wizard come to the same check and the same ledger."""
        card = self._as("sales_a", self.card_a)
        with self.assertRaises(AccessError):
            card.points = 10000
        self.env.invalidate_all()
        forged = {"club_points_step": True, "club_order_step": "x"}
        with self.assertRaises(AccessError):
            card.with_context(**forged).write({"points": 10000})
        self.env.invalidate_all()
        wizard = self.env["loyalty.card.update.balance"]
        for login in ("sales_a", "manager_a"):
            with self.assertRaises(UserError):
                wizard.with_user(self.users[login]).create(
                    {"card_id": self.card_a.id, "new_balance": 5000, "description": "Gift"}
                ).action_update_card_point()
        self.env.invalidate_all()
        wizard.with_user(self.users["oem"]).create(
            {"card_id": self.card_a.id, "new_balance": 600, "description": "Gift"}
        ).action_update_card_point()
        self.assertEqual(self.card_a.points, 600)
        self.assertEqual(self.card_a.point_entry_ids[0].description, "Gift")
        with self.assertRaises(UserError):
            self._as("oem", self.card_a).points = -1
        self.env.invalidate_all()
        self._check_books()

    def test_card_stays_the_members(self):
        for vals in (
            {"partner_id": self.customer_b.id},
            {"is_club": False},
            {"active": False},
            {"points_owed": 5},
            {"code": "1"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self._as("oem", self.card_a).write(vals)

    def test_program_is_the_manufacturers(self):
        for records, vals in (
            (self.program, {"adjust_limit": 10**6}),
            (self.reward, {"discount": 999}),
        ):
            with self.assertRaises(AccessError):
                self._as("greedy_b", records).write(vals)
            self._as("oem", records).write(vals)
        with self.assertRaises(AccessError):
            self._as("manager_a", self.program.point_rule_ids[0]).points = 99

    def test_ledger_follows_the_customer(self):
        self.customer_a.dealer_id = self.dealer_b
        self._commit()
        self.assertTrue(self._as("sales_b", self.entry_a).has_access("read"))
        self.assertFalse(self._as("sales_a", self.entry_a).has_access("read"))
        self.assertTrue(self._as("sales_b", self.card_a).has_access("read"))
        self.assertFalse(self._as("sales_a", self.card_a).has_access("read"))

    def test_program_opens_without_what_is_closed(self):
        """A till's configuration, say, in an ERP that has tills: the rest of the form opens."""
        programs = self._as("oem", self.env["loyalty.program"])
        form = self.env.ref("loyalty.loyalty_program_view_form").id
        shown = '<field name="rule_ids"'
        self.assertIn(shown, programs.get_view(form)["arch"])
        access = self.env["ir.model.access"].search([("model_id.model", "=", "loyalty.rule")])
        access.active = False
        self.assertNotIn(shown, programs.get_view(form)["arch"])
