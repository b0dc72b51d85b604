"""What proves nothing of one answer, but of many at one dealer (S9)."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_check import CheckFactories


@tagged("post_install", "-at_install")
class TestGathered(CheckFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.person = cls._people(cls.dealer_a)
        cls.env.flush_all()

    def _alike(self, *answers):
        """``{(kind, answer)}`` of those that look like it, flagged or not."""
        only = SQL("i.id = ANY(%s)", [answer.id for answer in answers])
        found = self.flags._candidates(self.flags._answers_with(only))
        return {
            (code, row["user_input_id"])
            for code, groups in found.items()
            for rows in groups.values()
            for row in rows
        }

    # -- Straight lines ----------------------------------------------------------------------

    def test_same_figure_everywhere(self):
        answer = self._reply(self.person, self._figures(7))
        self.assertEqual(self._alike(answer), {("straight_line", answer.id)})

    def test_one_other_figure_is_enough_to_be_honest(self):
        said = self._figures(7)
        said[self._question("nps")] = 8
        answer = self._reply(self.person, said)
        self.assertFalse(self._alike(answer))
        self.checks["straight_line"].threshold = 0.5
        self.assertTrue(self._alike(answer))

    def test_delighted_customers_give_tens(self):
        questions = len(self.scale)
        slow = self._reply(self.person, self._figures(10), seconds=3 * questions)
        unknown = self._reply(self.person, self._figures(10), channel="phone")
        unknown.start_datetime = False
        self.assertFalse(self._alike(slow, unknown))
        quick = self._reply(self.person, self._figures(10), seconds=3 * questions - 1)
        self.assertTrue(self._alike(quick))

    def test_few_figures_or_topics_say_nothing(self):
        items = self.scale.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        few = self._reply(self.person, dict.fromkeys(items, 7))
        self.checks["straight_line"].min_count = 6
        self.assertEqual(len(items), 5)
        self.assertFalse(self._alike(few))
        self.checks["straight_line"].min_count = 5
        self.assertTrue(self._alike(few))
        self.checks["straight_line"].min_count = 2
        one_topic = items.filtered(lambda q: q.satisfaction_factor_id == self.factors["advice"])
        answer = self._reply(self.person, dict.fromkeys(one_topic, 7))
        self.assertFalse(self._alike(answer))

    def test_steps_and_words_are_no_figures(self):
        """Yes and no are on another scale: they neither make a line nor break one."""
        said = self._figures(7)
        for question in self.scale.filtered(lambda q: q.satisfaction_kind == "compliance"):
            said[question] = 0
        self.assertTrue(self._alike(self._reply(self.person, said)))

    # -- Changed data ------------------------------------------------------------------------

    def _change(self, user, phone, ago, partner=None):
        """As if staff had changed the phone some days ago."""
        partner = partner or self.person
        self.env.cr.flush()  # what is new in a transaction is not tracked
        partner.with_user(user).with_context(tracking_disable=False).phone = phone
        self.env.flush_all()
        self.env.cr.flush()
        partner.invalidate_recordset()
        message = partner.message_ids.sorted("id")[-1]
        self.assertTrue(message.sudo().tracking_value_ids, "the change is not tracked")
        message.date = self.env.cr.now() - timedelta(days=ago)
        self.env.flush_all()

    def test_changed_before_the_draw(self):
        self._change(self.users["sales_a"], "13944440000", 3)
        answer = self._reply(self.person)
        self.assertEqual(self._alike(answer), {("changed", answer.id)})

    def test_the_day_of_a_change_is_the_companys(self):
        self._change(self.users["sales_a"], "13944440000", 3)
        message = self.person.message_ids.sorted("id")[-1]
        evening = message.date.replace(hour=20)  # in Shanghai the next day
        message.date = evening - timedelta(days=int(evening > message.date))
        self.env.flush_all()
        self._reply(self.person)
        found = self.flags._candidates(self.flags._answers_with(SQL("TRUE")))["changed"]
        [row] = [row for rows in found.values() for row in rows
                 if row["evidence"]["customers"] == self.person.ids]  # fmt: skip
        day = (message.date + timedelta(hours=8)).date()
        self.assertEqual(row["evidence"]["day"], str(day))

    def test_changes_that_nobody_minds(self):
        empty = self._people(self.dealer_a, phone=False)
        self._change(self.users["sales_a"], "13944440001", 3, empty)  # completed, not changed
        long_ago = self._people(self.dealer_a)
        self._change(self.users["sales_a"], "13944440002", 15, long_ago)
        by_agent = self._people(self.dealer_a)
        self._change(self.users["agent"], "13944440003", 3, by_agent)
        answers = [self._reply(person) for person in empty | long_ago | by_agent]
        # At the reception, before the visit was over.
        visitor = self._people(self.dealer_a)
        self._change(self.users["sales_a"], "13944440004", 3, visitor)
        visit = self._visit(self._vehicle(visitor), date=self.env.cr.now() - timedelta(days=2))
        answers.append(self._reply(visitor, visit_id=visit.id))
        self.assertFalse(self._alike(*answers))

    # -- At one dealer -----------------------------------------------------------------------

    def _network(self, *alike):
        """Dealers with twenty answers each, so many of them straight lines; the dealers."""
        dealers = self.env["crm.dealer"].create(
            [{"name": f"Line {n}", "code": f"LINE{n}"} for n in range(len(alike))]
        )
        replies = []
        for dealer, count in zip(dealers, alike, strict=True):
            for number, person in enumerate(self._people(dealer, 20)):
                said = self._figures(7 if number < count else None)
                replies.append((person, said, self.noon + timedelta(hours=number), 80, "sms"))
        self._replies(replies)
        return dealers

    def test_one_or_two_at_each_dealer_are_honest(self):
        self._network(0, 1, 2, 1, 2, 0, 1)
        self._check_all()
        self.assertFalse(self._found("straight_line"))

    def test_many_at_one_dealer_are_flagged(self):
        dealers = self._network(0, 1, 2, 1, 1, 0, 12)
        self._check_all()
        flags = self._found("straight_line")
        self.assertEqual(len(flags), 12)
        self.assertEqual(flags.dealer_id, dealers[-1])
        self.assertEqual(flags.version_id, self.version)
        self.assertIn("figures on 6 topics are 7", flags[0].words)
        self.assertIn("12 of the dealer's 20 answers", flags[0].words)
        self.assertEqual((flags[0].figure, flags[0].threshold), (0, 0))
        run = self._check_all(self.version)
        self.assertEqual((run.new_count, run.gone_count), (0, 0))
        self.checks["straight_line"].min_count = 50
        self._check_all()
        self.assertFalse(self._found("straight_line"))
        self.assertEqual(set(flags.mapped("state")), {"withdrawn"})

    def test_a_habit_of_the_network_is_no_cheat(self):
        self._network(9, 10, 11, 12, 9, 10, 13)
        self._check_all()
        self.assertFalse(self._found("straight_line"))

    def test_too_few_dealers_to_compare_with(self):
        self._network(0, 0, 12)
        self._check_all()
        self.assertFalse(self._found("straight_line"))

    def test_changes_at_one_dealer(self):
        dealers = self._network(0, 0, 0, 0, 0, 0)
        self.users["sales_a"].dealer_ids = dealers[-1]
        for number, person in enumerate(self._people(dealers[-1], 4)):
            self._change(self.users["sales_a"], f"1391234000{number}", 3, person)
            self._reply(person)
        self._check_all()
        flags = self._found("changed")
        self.assertEqual(len(flags), 4)
        self.assertAlmostEqual(flags[0].figure, 3, 1)
        self.assertIn(self.users["sales_a"].name, flags[0].words)
        self.assertIn("4 of the dealer's 24 answers", flags[0].words)
        day = (self.env.cr.now() - timedelta(days=3) + timedelta(hours=8)).strftime("%m/%d/%Y")
        self.assertIn(day, flags[0].with_context(lang="en_US").words)
