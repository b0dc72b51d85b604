from datetime import timedelta

from odoo.tests import tagged

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestTierProgress(ClubCase):
    """What is missing to the next tier, and to keep this one (M1, G14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scheme = cls.env.ref("crm_dealer_grading.scheme_contribution")
        with_ranges = {"D": "200000..", "G": "50000..200000", "S": "10000..50000"}
        for level in scheme.level_ids.filtered(lambda level: level.code in with_ranges):
            condition = level.condition_ids.with_context(grading_scheme_editing=True)
            condition.value_range = with_ranges[level.code]
        cls.env.registry.clear_cache()
        cls.today = cls.member_a._today()

    def _spend(self, amount, days_ago):
        self._order(self.customer_a, amount, self.today - timedelta(days_ago))
        self.env["crm.grading.scheme"].regrade(self.customer_a)

    def _progress(self, tier, valid_until):
        member = self._member(self.customer_a, tier, valid_until=valid_until)
        member.invalidate_recordset()
        return member._progress(), member.progress_text

    def test_next_tier(self):
        self._spend(37700, 100)
        progress, words = self._progress("S", self.today + timedelta(30))
        self.assertEqual(progress["figure"], 37700)
        self.assertEqual((progress["next_tier"].code, progress["missing"]), ("G", 12300))
        # The order leaves the twelve months a year after its day.
        last = self.today - timedelta(100) + timedelta(365)
        self.assertLessEqual(abs((progress["until"] - last).days), 1)
        self.assertTrue(progress["kept"])
        self.assertIn("12,300 more by", words)
        self.assertIn("to reach Gold", words)
        self.assertIn("Silver is kept", words)

    def test_what_keeps_the_tier(self):
        self._spend(60000, 360)
        progress, words = self._progress("G", self.today + timedelta(30))
        self.assertFalse(progress["kept"])
        self.assertEqual(progress["keep_missing"], 50000)
        self.assertEqual(progress["keep_until"], self.today + timedelta(30))
        self.assertIn("50,000 more by", words)
        self.assertIn("to keep Gold", words)

    def test_in_the_grace(self):
        self._spend(20000, 50)
        progress, words = self._progress("G", self.today - timedelta(5))
        self.assertEqual(progress["keep_missing"], 30000)
        self.assertEqual(progress["keep_until"], self.today + timedelta(25))
        self.assertEqual(progress["earned_tier"].code, "S")
        self.assertIn("Gold has ended", words)
        self.assertIn("it becomes Silver", words)

    def test_nothing_spent(self):
        self.tiers["O"].expires_unused = True
        progress, words = self._progress("O", self.today + timedelta(30))
        self.assertEqual((progress["figure"], progress["missing"]), (0, 10000))
        self.assertIn("A purchase by", words)

    def test_at_the_top(self):
        self._spend(250000, 5)
        progress, words = self._progress("D", self.today + timedelta(30))
        self.assertFalse(progress["next_tier"])
        self.assertEqual(words, f"Diamond is kept after {self._date(30)}.")
        progress, words = self._progress("V", self.today + timedelta(30))
        self.assertEqual(words, f"VIP by invitation until {self._date(30)}; then Diamond.")

    def _date(self, days):
        return (self.today + timedelta(days)).strftime("%m/%d/%Y")

    def test_words_are_for_active_members_only(self):
        self.member_a._store({"state": "suspended"})
        self.assertFalse(self.member_a.progress_text)

    def test_one_query_more_for_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "dealer_id": self.dealer_a.id} for i in range(40)]
        )
        members = self.env["crm.club.membership"]._enrol(partners)
        for partner in partners:
            self._order(partner, 12000, self.today - timedelta(9))
        self.env["crm.grading.scheme"].regrade(partners)
        counts = []
        for some in (members[:1], members):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(all(some.mapped("progress_text")))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)
