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

    def test_a_family_of_whom_few_were_asked(self):
        family = self._people(self.dealer_a, 4, phone="13911110000")
        answers = [self._reply(person) for person in family[:2]]
        answers.append(self._reply(family[0]))  # the same customer once more
        self.assertFalse(self._check(*answers))
        self.checks["same_phone"].min_count = 2
        self.assertEqual(len(self._check(*answers)), 3)

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
        answers = [self._reply(person) for person in buyers[:3]]
        self.assertFalse(self._check(*answers))
        self._people(self.dealer_a, 1, phone="13933330000")
        self.assertEqual(set(self._check(*answers).mapped("figure")), {10})

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

    # -- Coming and going --------------------------------------------------------------------

    def test_again_writes_nothing(self):
        answer = self._reply(self.person, seconds=5)
        before = self._check(answer)
        self.assertEqual(len(before), 1)
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
        answers = [self._reply(person) for person in people]
        flag = self._check(*answers)[0]
        flag.with_user(self.users["oem"])._dismiss("A family")
        self._people(self.dealer_a, 1, phone="13955550000")
        self._check(*answers)
        self.assertEqual((flag.state, flag.figure), ("dismissed", 3))
        people.phone = False
        self._check(*answers)
        self.assertEqual(flag.state, "dismissed")
        self.assertTrue(flag.gone_on)
        people.phone = "13955550000"
        self._check(*answers)
        self.assertFalse(flag.gone_on)

    def test_tests_and_dealers_own_programmes_are_not_checked(self):
        test = self._reply(self.person, seconds=5, test_entry=True)
        self.assertFalse(self._check(test))
        answer = self._reply(self.person, seconds=5)
        self.programme.subject = "dealer"
        self.assertFalse(self._check(answer))

    def test_a_programme_may_have_a_check_of_its_own(self):
        general = self.checks["fast"]
        own = self.env["crm.satisfaction.check"].create(
            {"name": "Own", "code": "fast", "programme_id": self.programme.id,
             "min_count": 50}
        )  # fmt: skip
        answer = self._reply(self.person, seconds=5)
        self.assertFalse(self._check(answer))
        own.min_count = 3
        self.assertEqual(self._check(answer).check_id, own)
        own.active = False  # off for this programme
        self._check(answer)
        self.assertEqual(self._found(state=None).state, "withdrawn")
        own.code = "succession"
        flag = self._check(answer)
        self.assertEqual((flag.check_id, flag.state), (general, "new"))

    def test_left_out_answers_keep_their_flags(self):
        answer = self._reply(self.person, seconds=5)
        flag = self._check(answer)
        answer.with_user(self.users["oem"])._exclude("Other reasons")
        self._check(answer)
        self.assertEqual(flag.state, "new")
