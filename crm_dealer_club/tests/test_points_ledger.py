from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsLedger(PointsCase):
    def test_card_comes_with_the_membership(self):
        member = self._member(self._customer(self.dealer_a))
        card = member.card_ids
        self.assertEqual(card.partner_id, member.partner_id)
        self.assertEqual((card.points, card.is_club), (0, True))
        self.assertEqual(member._cards_of(self.program), {member: card})
        self.assertGreaterEqual(len(card.code), 19)

    @mute_logger("odoo.sql_db")
    def test_one_card_a_member(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env["loyalty.card"]._open_for(self.member_a, self.program)
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_database_forbids_less_than_zero(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                SQL("UPDATE loyalty_card SET points = -1 WHERE id = %s", self.card_a.id)
            )

    def test_other_cards_are_the_erps(self):
        program = self.program.copy({"name": "Other"})
        self.assertFalse(program.is_club)
        card = self.env["loyalty.card"].create({"program_id": program.id, "points": 5})
        card.points = -3
        self.assertEqual((card.points, len(card.point_entry_ids)), (-3, 0))

    def test_cards_of_the_club_are_not_made_otherwise(self):
        with self.assertRaisesRegex(UserError, "Enrol the customer"):
            self.env["loyalty.card"].create({"program_id": self.program.id, "points": 5})
        with self.assertRaisesRegex(UserError, "Enrol the customer"):
            self.env["loyalty.generate.wizard"].create(
                {
                    "program_id": self.program.id,
                    "mode": "selected",
                    "customer_ids": [(4, self.customer_a.id)],
                    "points_granted": 10,
                }
            ).generate_coupons()

    def test_given_once_by_origin(self):
        lead = self._lead(self.customer_b)
        entry = self.member_a._post_points("referral", 2000, origin=lead)
        self.assertEqual((entry.points, entry.kind, self.card_a.points), (2000, "referral", 2000))
        self.assertFalse(self.member_a._post_points("referral", 2000, origin=lead))
        both = self.member_a | self.member_b
        entry = both._post_points("referral", 2000, origin=lead)
        self.assertEqual(entry.membership_id, self.member_b)
        self.assertEqual(self.card_b.points, 2000)
        self._check_books()

    def test_amount_rule_and_factor(self):
        rule = self.program.point_rule_ids.filtered(lambda rule: rule.kind == "survey")
        self.member_a._store({"tier_id": self.tiers["G"].id})
        self.assertEqual(self.member_a._post_points("survey", origin=self.customer_a).points, 50)
        rule.use_factor = True
        self.assertEqual(self.member_a._post_points("survey", origin=self.customer_b).points, 75)
        rule.active = False
        self.assertFalse(self.member_a._post_points("survey", origin=self.dealer_a))
        self.assertEqual(self.member_a._post_points("survey", 7, self.dealer_a).points, 7)

    def test_nonsense_is_refused(self):
        for kind, amount in (("order", 5), ("gift", 5), ("survey", -5), ("expiry", 5)):
            with self.subTest(kind), self.assertRaises(ValueError):
                self.member_a._post_points(kind, amount, origin=self.customer_a)
        with self.assertRaises(ValueError):
            self.member_a._post_points("survey", 5)

    def test_ledger_is_append_only(self):
        entry = self._give(self.member_a, 10)
        for work in (
            lambda: entry.write({"points": 20}),
            lambda: entry.unlink(),
            lambda: self.ledger.sudo().create({"kind": "bonus", "points": 1, "key": "x"}),
            lambda: self.card_a.unlink(),
        ):
            with self.assertRaises(UserError):
                work()

    def test_oldest_points_are_used_first(self):
        late, early = self._give(self.member_a, 100), self._give(self.member_a, 60)
        self._backdate(early, "2099-01-31")
        self._backdate(late, "2099-02-28")
        taken = self.member_a.sudo()._adjust_points(-80, "Test")
        uses = [(use.credit_id, use.points) for use in taken.use_ids]
        self.assertEqual(uses, [(early, 60), (late, 20)])
        self.assertEqual((early.remaining, late.remaining), (0, 80))
        self._check_books()

    def test_statement(self):
        for points in (100, 50):
            self._give(self.member_a, points)
        self.member_a.sudo()._adjust_points(-30, "Too much")
        lines = self.member_a._statement()
        self.assertEqual([line["points"] for line in lines], [-30, 50, 100])
        self.assertEqual([line["balance"] for line in lines], [120, 150, 100])
        self.assertEqual(lines[0]["description"], "Too much")
        self.assertEqual(lines[0]["kind_name"], "Adjustment")
        self.assertEqual(self.member_a._statement(1, 1), lines[1:2])
        self.assertEqual(self.member_a._statement()[0].keys(), lines[0].keys())

    def test_balance_is_found(self):
        self._give(self.member_a, 100)
        both = self.member_a | self.member_b
        find = self.env["crm.club.membership"].search
        for domain, found in (
            ([("points_balance", "=", 100)], self.member_a),
            ([("points_balance", ">=", 100)], self.member_a),
            ([("points_balance", "<", 100)], self.member_b),
            ([("points_balance", "=", 0)], self.member_b),
            ([("points_balance", "!=", 0)], self.member_a),
        ):
            self.assertEqual(find(domain) & both, found, domain)

    def test_balances_at_constant_queries(self):
        members = self.member_a | self.member_b
        self._give(members, 5)
        self.env.invalidate_all()
        members.mapped("partner_id")
        with self.assertQueryCount(3):
            self.assertEqual(members.mapped("points_balance"), [5, 5])

    def test_leaving_forfeits_or_freezes(self):
        self._give(self.member_a | self.member_b, 10)
        self.member_a._store({"state": "left"})
        self.assertEqual(self.card_a.points, 0)
        self.assertEqual(self.member_a.point_entry_ids[0].kind, "forfeit")
        self.program.forfeit_on_leaving = False
        self.member_b._store({"state": "left"})
        self.assertEqual(self.card_b.points, 10)
        self.assertFalse(self._give(self.member_b, 10), "who is away earns nothing")
        self.member_b._store({"state": "active"})
        self._give(self.member_b, 1)
        self.assertEqual(self.card_b.points, 11)
        self._check_books()

    def test_program_with_points_stays_what_it_is(self):
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.program.is_club = False
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.program.company_id = self.env.company

    def test_company_with_a_program_of_its_own(self):
        company = self.env["res.company"].create({"name": "Test Company"})
        own = self.program.copy({"is_club": True, "company_id": company.id})
        find = self.env["loyalty.program"]._of_club
        self.assertEqual((find(company), find(self.env.company)), (own, self.program))
        self.member_a.with_company(company)._post_points("bonus", 5)
        self.assertEqual(self.member_a.with_company(company).points_balance, 5)
        self.assertEqual(self.member_a.points_balance, 0)

    def test_booked_in_the_members_words(self):
        """Also by a job or a colleague who speaks another language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer_a.lang = "zh_CN"
        survey = self.member_a._post_points("survey", origin=self.customer_a)
        chinese = dict(
            self.ledger._fields["kind"]._description_selection(self.env(context={"lang": "zh_CN"}))
        )
        self.assertEqual(survey.description, chinese["survey"])
