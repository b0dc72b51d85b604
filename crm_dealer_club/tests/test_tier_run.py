import random
from datetime import date, timedelta

from odoo.tests import tagged

from .common import ClubCase
from .tier_oracle import Member

START = date(2026, 1, 15)
SPENT = {"D": 300000, "G": 60000, "S": 20000, "O": 500, None: 0}


@tagged("post_install", "-at_install")
class TestTierRun(ClubCase):
    """Up at once, down after the grace, exactly once (M1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers["O"].expires_unused = True
        cls.Member = cls.env["crm.club.membership"]
        cls._clear_levels(cls.customer_a | cls.customer_b)
        # The demo network's own members would move as well.
        cls.env.cr.execute(
            "UPDATE crm_club_membership SET state = 'left' WHERE partner_id NOT IN %s",
            [tuple((cls.customer_a | cls.customer_b).ids)],
        )
        cls.env.invalidate_all()

    @classmethod
    def _clear_levels(cls, partners):
        cls.env["crm.grading.result"].sudo().search([("partner_id", "in", partners.ids)]).unlink()

    def _holds(self, tier, valid_until, **vals):
        return self._member(self.customer_a, tier, valid_until=valid_until, **vals)

    def _run(self, day):
        return self.Member._run_tiers(day, self.customer_a.ids).get(self.member_a.id)

    def _earns(self, code):
        self._clear_levels(self.customer_a)
        if code:
            self._level(self.customer_a, code, SPENT[code])

    def test_up_at_once_with_a_new_period(self):
        member = self._holds("S", START + timedelta(200))
        self._earns("G")
        self.assertEqual(self._run(START), "upgraded")
        self.assertEqual(member.tier_id.code, "G")
        self.assertEqual((member.valid_from, member.valid_until), (START, date(2027, 1, 14)))
        change = member.change_ids.sorted("id")[-1]
        self.assertEqual((change.from_tier_id.code, change.to_tier_id.code), ("S", "G"))
        self.assertEqual((change.date, change.dealer_id), (START, self.dealer_a))
        self.assertIsNone(self._run(START))

    def test_down_only_after_the_grace(self):
        member = self._holds("G", START)
        self._earns("S")
        grace = member.tier_id.grace_days
        for day in (START, START + timedelta(1), START + timedelta(grace)):
            self.assertIsNone(self._run(day))
            self.assertEqual(self.customer_a.club_tier_id.code, "G")
        self.assertEqual(self._run(START + timedelta(grace + 1)), "downgraded")
        self.assertEqual(member.tier_id.code, "S")
        self.assertEqual(member.valid_from, START + timedelta(grace + 1))

    def test_earned_again_in_the_grace(self):
        member = self._holds("G", START)
        self._earns("S")
        self.assertIsNone(self._run(START + timedelta(5)))
        self._earns("G")
        self.assertEqual(self._run(START + timedelta(6)), "renewed")
        self.assertEqual(member.valid_from, START + timedelta(6))

    def test_expired_and_back_with_a_purchase(self):
        member = self._holds("O", START)
        self._earns(None)
        self.assertIsNone(self._run(START + timedelta(30)))
        self.assertEqual(self._run(START + timedelta(31)), "expired")
        self.assertEqual(member.state, "expired")
        self.assertFalse(self.customer_a.club_tier_id)
        self.assertIsNone(self._run(START + timedelta(500)))
        self._earns("S")
        self.assertEqual(self._run(START + timedelta(501)), "returned")
        self.assertEqual((member.state, member.tier_id.code), ("active", "S"))

    def test_renewed_without_purchases_where_the_tier_says_so(self):
        self.tiers["O"].expires_unused = False
        self._holds("O", START)
        self._earns(None)
        self.assertEqual(self._run(START + timedelta(1)), "renewed")

    def test_a_level_given_by_hand_is_no_idleness(self):
        self._holds("G", START)
        result = self._level(self.customer_a, "G", 0)
        manual = self.env["crm.grading.manual"].create(
            {
                "partner_id": self.customer_a.id,
                "scheme_id": result.scheme_id.id,
                "level_id": result.level_id.id,
                "reason": "Named",
                "date_until": self.member_a._today() + timedelta(50),
            }
        )
        self.tiers["G"].expires_unused = True
        self.customer_a.grading_result_ids.invalidate_recordset()
        self.assertEqual(self.customer_a.contribution_level_id.code, "G")
        self.assertTrue(manual)
        self.assertEqual(self._run(START + timedelta(90)), "renewed")

    def test_archived_customers_wait(self):
        member = self._holds("S", START)
        self._earns("D")
        self.customer_a.active = False
        self.assertIsNone(self._run(START + timedelta(300)))
        self.customer_a.active = True
        self._earns("D")
        self.assertEqual(self._run(START + timedelta(300)), "upgraded")
        self.assertEqual(member.tier_id.code, "D")

    def test_levels_hold_while_the_scheme_is_off(self):
        """Archiving the scheme takes nobody's tier."""
        member = self._member(self.customer_a, "G", valid_until="2025-12-31")
        self._level(self.customer_a, "G", 300_000)
        self.env.ref("crm_dealer_grading.scheme_contribution").active = False
        earned = member._earned_tiers(self.customer_a)[self.customer_a]
        member._store({"tier_id": earned.id})
        self.env["crm.club.membership"]._run_tiers(date(2026, 12, 1), self.customer_a.ids)
        self.assertEqual((member.tier_id, member.state), (earned, "active"))
        self.assertNotEqual(earned, self.tiers["O"])

    def test_a_card_of_who_is_a_contact_by_now_follows(self):
        """Two at the same instant: one enrolled the person, one made it a contact."""
        company = self._customer(self.dealer_a, name="Firm", is_company=True)
        person = self._customer(self.dealer_a, name="Person", parent_id=company.id)
        member = self._member(self._customer(self.dealer_a))
        member._store({"partner_id": person.id})
        self.env["crm.club.membership"]._follow_strays()
        self.assertEqual(member.partner_id, company)

    def test_archived_tier_ends_with_its_period(self):
        member = self._holds("G", START)
        self._earns("G")
        self.tiers["G"].active = False
        self.assertIsNone(self._run(START + timedelta(30)))
        self.assertEqual(self._run(START + timedelta(31)), "downgraded")
        self.assertEqual(member.tier_id.code, "O")

    def test_batches_take_each_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"B{i}", "dealer_id": self.dealer_a.id} for i in range(7)]
        )
        self.Member._enrol(partners)
        for partner in partners:
            self._level(partner, "G", 60000)
        moves = [self.Member._run_tiers(START, partners.ids, limit=3) for _time in range(4)]
        self.assertEqual([len(batch) for batch in moves], [3, 3, 1, 0])
        kinds = partners.club_membership_ids.change_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["enrolled"] * 7 + ["upgraded"] * 7)

    def test_a_purchase_upgrades_at_once(self):
        """From the order to the card, without the night."""
        self.env["crm.grading.scheme"].regrade(self.customer_a)
        self.assertEqual(self.customer_a.club_tier_id.code, "O")
        limits = self.env.ref("crm_dealer_grading.condition_contribution_gold_1_revenue_12m")
        lowest = float(limits.value_range.split("..")[0])
        self._order(self.customer_a, lowest + 1)
        self.env["crm.grading.scheme"].regrade(self.customer_a)
        self.env.invalidate_all()
        self.assertEqual(self.customer_a.contribution_level_id.code, "G")
        self.assertEqual(self.customer_a.club_tier_id.code, "G")
        self.assertEqual(self.member_a.change_ids.sorted("id")[-1].kind, "upgraded")

    def test_against_the_oracle(self):
        """300 members with random levels, day by day over two years."""
        rng = random.Random(7)
        ladder = ["D", "G", "S", "O"]
        rules = {}
        for code, months, grace in (("D", 12, 20), ("G", 6, 30), ("S", 3, 0), ("O", 5, 11)):
            self.tiers[code].write({"validity_months": months, "grace_days": grace})
            rules[code] = {"months": months, "grace": grace, "expires_unused": code in "SO"}
            self.tiers[code].expires_unused = code in "SO"
        partners = self.env["res.partner"].create(
            [{"name": f"R{i}", "dealer_id": self.dealer_a.id} for i in range(300)]
        )
        members = self.Member._enrol(partners)
        oracle = {}
        for member in members:
            tier, state = rng.choice("VDGSO"), rng.choice(["active"] * 8 + ["suspended", "left"])
            end = START + timedelta(rng.randrange(0, 200))
            member._store({"tier_id": self.tiers[tier].id, "state": state, "valid_until": end})
            oracle[member.partner_id.id] = Member(ladder, rules, tier, end, state)
        self._play(rng, members, oracle)

    def _play(self, rng, members, oracle):
        levels = dict.fromkeys(oracle)
        day = START
        for _step in range(110):
            for partner in rng.sample(sorted(levels), 25):
                levels[partner] = rng.choice([None, "O", "O", "S", "G", "D"])
            self._set_levels(levels)
            day += timedelta(rng.choice([1, 1, 1, 5, 14, 20]))
            self.Member._run_tiers(day, list(oracle))
            for partner, member in oracle.items():
                level = levels[partner]
                member.pass_day(day, level or "O", level is not None)
        self.assertFalse(self.Member._run_tiers(day, list(oracle)))
        self.env.invalidate_all()
        kinds = set()
        for member in members:
            expected = oracle[member.partner_id.id]
            self.assertEqual(
                (member.tier_id.code, member.state, member.valid_until),
                (expected.tier, expected.state, expected.valid_until),
            )
            changes = member.change_ids.filtered(lambda c: c.kind != "enrolled").sorted("id")
            history = [(c.date, c.kind, c.to_tier_id.code) for c in changes]
            self.assertEqual(history, expected.history)
            kinds.update(kind for _day, kind, _tier in history)
        self.assertEqual(
            kinds, {"upgraded", "renewed", "downgraded", "expired", "returned", "ended"}
        )

    def _set_levels(self, levels):
        """The grading engine writes by SQL as well."""
        scheme = self.env.ref("crm_dealer_grading.scheme_contribution")
        level_ids = {level.code: level.id for level in scheme.level_ids}
        self.env.cr.execute(
            "DELETE FROM crm_grading_result WHERE scheme_id = %s AND partner_id IN %s",
            [scheme.id, tuple(levels)],
        )
        rows = [
            (scheme.id, partner, level_ids[code], SPENT[code])
            for partner, code in levels.items()
            if code
        ]
        self.env.cr.execute_values(
            "INSERT INTO crm_grading_result (scheme_id, partner_id, level_id, score) VALUES %s",
            rows,
        )
        self.env["crm.grading.result"].invalidate_model()
