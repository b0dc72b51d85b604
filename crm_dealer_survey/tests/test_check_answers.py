"""Each kind at its thresholds; flags come, change and go with their evidence (S9)."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_check import CheckFactories


@tagged("post_install", "-at_install")
class TestAnswers(CheckFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.person = cls._people(cls.dealer_a)
        cls.env.flush_all()

    def _check(self, *answers):
        ids = [answer.id for answer in answers]
        self.flags._check_answers(SQL("i.id = ANY(%s)", ids))
        return self._network(ids)

    def _network(self, ids):
        self.flags._check_network(SQL("i.id = ANY(%s)", ids))
        return self._found()

    # -- Straight lines ----------------------------------------------------------------------

    def test_same_figure_everywhere(self):
        answer = self._reply(self.person, self._figures(7))
        flag = self._check(answer)
        self.assertEqual((flag.code, flag.user_input_id), ("straight_line", answer))
        self.assertEqual((flag.figure, flag.threshold), (0, 0))
        self.assertIn("figures on 6 topics are 7", flag.words)
        self.assertEqual(flag.dealer_id, self.dealer_a)
        self.assertEqual(flag.version_id, self.version)

    def test_one_other_figure_is_enough_to_be_honest(self):
        said = self._figures(7)
        said[self._question("nps")] = 8
        self.assertFalse(self._check(self._reply(self.person, said)))
        self.checks["straight_line"].threshold = 0.5
        answer = self._reply(self.person, said)
        self.assertEqual(self._check(answer).code, "straight_line")
        self.assertIn("hardly differ", self._found().words)

    def test_delighted_customers_give_tens(self):
        questions = len(self.scale)
        slow = self._reply(self.person, self._figures(10), seconds=3 * questions)
        unknown = self._reply(self.person, self._figures(10), channel="phone")
        unknown.start_datetime = False
        self.assertFalse(self._check(slow, unknown))
        quick = self._reply(self.person, self._figures(10), seconds=3 * questions - 1)
        self.assertEqual(self._check(quick).mapped("code"), ["straight_line"])

    def test_few_figures_or_topics_say_nothing(self):
        items = self.scale.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        few = self._reply(self.person, dict.fromkeys(items, 7))
        self.checks["straight_line"].min_count = 6
        self.assertEqual(len(items), 5)
        self.assertFalse(self._check(few))
        self.checks["straight_line"].min_count = 5
        self.assertEqual(self._check(few).code, "straight_line")
        self.checks["straight_line"].min_count = 2
        one_topic = items.filtered(lambda q: q.satisfaction_factor_id == self.factors["advice"])
        answer = self._reply(self.person, dict.fromkeys(one_topic, 7))
        self._check(answer)
        self.assertNotIn(answer, self._found().user_input_id)

    def test_steps_and_words_are_no_figures(self):
        """Yes and no are on another scale: they neither make a line nor break one."""
        said = self._figures(7)
        for question in self.scale.filtered(lambda q: q.satisfaction_kind == "compliance"):
            said[question] = 0
        self.assertEqual(self._check(self._reply(self.person, said)).code, "straight_line")

    # -- Time --------------------------------------------------------------------------------

    def test_too_fast_on_the_page_and_in_a_call(self):
        size = len(self.scale)
        for channel, limit in (("sms", 1.0), ("phone", 2.5)):
            slow = self._reply(self.person, seconds=limit * size, channel=channel)
            fast = self._reply(self.person, seconds=int(limit * size) - 1, channel=channel)
            self._check(slow, fast)
            self.assertEqual(self._found().user_input_id, fast, channel)
            self.assertIn(f"in {'a call of ' if channel == 'phone' else ''}{int(limit * size) - 1}",
                          self._found().words)  # fmt: skip
            self.flags._check_answers(SQL("i.id = %s", fast.id))
            self.env.cr.execute("DELETE FROM crm_satisfaction_flag")
            self.env.invalidate_all()

    def test_unknown_time_and_paper_are_not_fast(self):
        unknown = self._reply(self.person, seconds=3)
        unknown.start_datetime = False
        paper = self._reply(self.person, seconds=3, channel="paper")
        clock_was_wrong = self._reply(self.person, seconds=-3)
        self.assertFalse(self._check(unknown, paper, clock_was_wrong))

    # -- Phones ------------------------------------------------------------------------------

    def test_staff_phones(self):
        self.users["sales_a"].partner_id.phone = "139 0000 1111"
        self.dealer_a.partner_id = self.env["res.partner"].create(
            {"name": "Dealer A", "is_company": True, "phone": "010-12345678"}
        )
        clerk = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.dealer_a.partner_id.id, "phone": "13900002222"}
        )
        (self.person | self.dealer_a.partner_id).country_id = self.env.ref("base.cn")
        for phone in ("+86 139-0000-1111", "13900001111", "010 12345678", "13900002222"):
            self.person.phone = phone
            answer = self._reply(self.person)
            self._check(answer)
            flag = self._found("staff_phone").filtered(lambda f, a=answer: f.user_input_id == a)
            self.assertTrue(flag, phone)
            self.assertNotIn("0000", flag.words)
        self.assertIn(clerk.name, flag.words)
        # Staff of another dealer may buy here.
        other = self._people(self.dealer_b, phone="13900001111")
        answer = self._reply(other)
        self._check(answer)
        self.assertNotIn(answer, self._found("staff_phone").user_input_id)

    def test_same_phone(self):
        couple = self._people(self.dealer_a, 2, phone="13911110000")
        three = self._people(self.dealer_b, 2, phone="13922220000")
        three |= self._people(self.dealer_a, phone="+86 139 2222 0000")
        answers = [self._reply(person) for person in couple | three]
        self._check(*answers)
        flags = self._found("same_phone")
        self.assertEqual(flags.user_input_id.partner_id, three)
        self.assertEqual(set(flags.mapped("figure")), {3})
        self.assertEqual(flags[0].customer_ids, three)
        self.assertEqual(flags[0].answer_ids.partner_id, three)
        self.assertIn("3 customers have the phone", flags[0].words)

    def test_contacts_of_a_company_are_one_customer(self):
        company = self.env["res.partner"].create(
            {"name": "Fleet", "is_company": True, "phone": "13933330000",
             "dealer_id": self.dealer_a.id}
        )  # fmt: skip
        people = self.env["res.partner"].create(
            [{"name": f"Driver {n}", "parent_id": company.id, "phone": "13933330000"}
             for n in range(8)]
        )  # fmt: skip
        answers = [self._reply(person) for person in people[:3]]
        self.assertFalse(self._check(*answers))
        # Its people buy for themselves with the company's number: a switchboard, up to a point.
        buyers = self._people(self.dealer_a, 8, phone="13933330000")
        answer = self._reply(buyers[0])
        self.assertFalse(self._check(answer))
        self._people(self.dealer_a, 1, phone="13933330000")
        self.assertEqual(self._check(answer).figure, 10)

    # -- One after the other -----------------------------------------------------------------

    def _chain(self, people, pause, seconds=60):
        begun = [self.noon + timedelta(seconds=n * (seconds + pause)) for n in range(len(people))]
        return self._replies(
            [(person, self._figures(), at, seconds, "sms")
             for person, at in zip(people, begun, strict=True)]
        )  # fmt: skip

    def test_one_after_the_other(self):
        people = self._people(self.dealer_a, 4)
        answers = self._chain(people, 45)
        self._check(*answers)
        flags = self._found("succession")
        self.assertEqual(flags.user_input_id, answers)
        self.assertEqual(flags[0].answer_ids, answers)
        self.assertEqual(flags[0].evidence["seconds"], 3 * 105 + 60)

    def test_pauses_overlaps_and_calls_are_no_chain(self):
        people = self._people(self.dealer_a, 4)
        for pause in (46, -1):
            self.assertFalse(self._check(*self._chain(people, pause)))
        answers = self._chain(people, 10)
        answers[2].satisfaction_channel = "phone"
        self.assertFalse(self._check(*answers))
        # One customer with several vehicles.
        self.assertFalse(self._check(*self._chain([people[0]] * 4, 10)))
        # Customers of two dealers.
        mixed = people[:2] | self._people(self.dealer_b, 2)
        self.assertFalse(self._check(*self._chain(mixed, 10)))

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
        flag = self._check(answer)
        self.assertEqual(flag.code, "changed")
        self.assertAlmostEqual(flag.figure, 3, 1)
        self.assertIn(self.users["sales_a"].name, flag.words)

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
        self.assertFalse(self._check(*answers))

    # -- Coming and going --------------------------------------------------------------------

    def test_again_writes_nothing(self):
        answer = self._reply(self.person, self._figures(7), seconds=5)
        before = self._check(answer)
        self.assertEqual(len(before), 2)
        self.env.cr.execute("SELECT id, xmin::text, ctid::text FROM crm_satisfaction_flag")
        rows = self.env.cr.fetchall()
        self.assertEqual(self.flags._check_answers(SQL("i.id = %s", answer.id)), (0, 0))
        self.env.cr.execute("SELECT id, xmin::text, ctid::text FROM crm_satisfaction_flag")
        self.assertEqual(self.env.cr.fetchall(), rows)

    def test_what_is_not_found_any_more_is_withdrawn(self):
        people = self._people(self.dealer_a, 3, phone="13955550000")
        answers = [self._reply(person) for person in people]
        self._check(*answers)
        flags = self._found("same_phone")
        people[0].phone = "13955550001"
        self._check(*answers)
        self.assertEqual(set(flags.mapped("state")), {"withdrawn"})
        self.assertTrue(all(flags.mapped("gone_on")))
        people[0].phone = "13955550000"
        self._check(*answers)
        self.assertEqual(set(flags.mapped("state")), {"new"})
        self.assertFalse(any(flags.mapped("gone_on")))
        self.assertEqual(len(self._found(state=None)), 3)

    def test_decided_flags_keep_what_was_decided_on(self):
        people = self._people(self.dealer_a, 3, phone="13955550000")
        answer = self._reply(people[0])
        flag = self._check(answer)
        flag.with_user(self.users["oem"])._dismiss("A family")
        self._people(self.dealer_a, 1, phone="13955550000")
        self._check(answer)
        self.assertEqual((flag.state, flag.figure), ("dismissed", 3))
        people.phone = False
        self._check(answer)
        self.assertEqual(flag.state, "dismissed")
        self.assertTrue(flag.gone_on)
        people.phone = "13955550000"
        self._check(answer)
        self.assertFalse(flag.gone_on)

    def test_tests_and_dealers_own_programmes_are_not_checked(self):
        test = self._reply(self.person, self._figures(7), test_entry=True)
        self.assertFalse(self._check(test))
        answer = self._reply(self.person, self._figures(7))
        self.programme.subject = "dealer"
        self.assertFalse(self._check(answer))

    def test_a_programme_may_have_a_check_of_its_own(self):
        general = self.checks["straight_line"]
        own = self.env["crm.satisfaction.check"].create(
            {"name": "Own", "code": "straight_line", "programme_id": self.programme.id,
             "min_count": 50}
        )  # fmt: skip
        answer = self._reply(self.person, self._figures(7))
        self.assertFalse(self._check(answer))
        own.min_count = 3
        self.assertEqual(self._check(answer).check_id, own)
        own.active = False  # off for this programme
        self._check(answer)
        self.assertEqual(self._found(state=None).state, "withdrawn")
        own.code = "fast"
        flag = self._check(answer)
        self.assertEqual((flag.check_id, flag.state), (general, "new"))

    def test_left_out_answers_keep_their_flags(self):
        answer = self._reply(self.person, self._figures(7))
        flag = self._check(answer)
        answer.with_user(self.users["oem"])._exclude("Other reasons")
        self._check(answer)
        self.assertEqual(flag.state, "new")
