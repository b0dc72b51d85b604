from datetime import timedelta

from dateutil.relativedelta import relativedelta

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

    # -- Half-open windows -------------------------------------------------------------------

    def _kept_on(self, day):
        """What the run does the day after the period, with the levels of that day."""
        self.env["crm.grading.scheme"].regrade(self.customer_a, date=day)
        return self.member_a._run_tiers(day, self.customer_a.ids).get(self.member_a.id)

    def test_at_the_edge_of_twelve_months(self):
        """What progress says is what the run does, to the day: [D + 1 - 12 months, D + 1)."""
        until = self.today + timedelta(30)
        first = until + timedelta(2) - relativedelta(months=12)
        for day, kept in ((first - timedelta(1), False), (first, True)):
            order = self._order(self.customer_a, 50000, day)
            self.env["crm.grading.scheme"].regrade(self.customer_a)
            progress, _words = self._progress("G", until)
            self.assertEqual(progress["kept"], kept, day)
            self.assertEqual(progress["keep_missing"], 0 if kept else 50000)
            self.assertEqual(self._kept_on(until + timedelta(1)), "renewed" if kept else None)
            order.date_order -= timedelta(1000)

    def test_what_is_said_to_be_spent_is_enough_on_the_last_day(self):
        until = self.today + timedelta(30)
        progress, _words = self._progress("G", until)
        self._order(self.customer_a, progress["keep_missing"], until)
        self.assertEqual(self._kept_on(until + timedelta(1)), "renewed")

    def test_the_first_day_of_a_year_does_not_count_for_the_next(self):
        """The purchase that earned the tier does not earn it twice; it is said from when on."""
        until = self.today + relativedelta(months=12, days=-1)
        progress, words = self._progress("G", until)
        tomorrow = self.today + timedelta(1)
        self.assertEqual((progress["keep_missing"], progress["keep_from"]), (50000, tomorrow))
        self.assertIn(f"from {self._date(1)} to {until:%m/%d/%Y}", words)
        for day, kept in ((self.today, None), (tomorrow, "renewed")):
            order = self._order(self.customer_a, 50000, day)
            self._progress("G", until)
            self.assertEqual(self._kept_on(until + timedelta(1)), kept)
            order.date_order -= timedelta(1000)
        progress, words = self._progress("G", until - timedelta(1))
        self.assertEqual(progress["keep_from"], self.today)
        self.assertNotIn("from", words)

    def test_in_the_grace_what_leaves_until_its_end_is_missing(self):
        """20,000 leave the twelve months in ten days: on the last day of grace all is missing."""
        self._order(
            self.customer_a, 20000, self.today + timedelta(11) - relativedelta(months=12)
        )
        self.env["crm.grading.scheme"].regrade(self.customer_a)
        progress, words = self._progress("G", self.today - timedelta(5))
        self.assertEqual((progress["figure"], progress["keep_missing"]), (20000, 50000))
        self.assertIn("50,000 more by", words)
        self._order(self.customer_a, 50000, progress["keep_until"])
        self._kept_on(progress["keep_until"])  # in the grace the level itself renews it
        self.member_a.invalidate_recordset()
        self.assertEqual(self.member_a.tier_id.code, "G")
        self.assertGreater(self.member_a.valid_until, progress["keep_until"])

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
