"""A network with cheats of every kind and honest people who look like them (S9)."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged

from .check_oracle import Oracle
from .common_check import CheckFactories

FIGURES = (9, 10, 10, 8, 9, 10)
_PER_PERSON = ("straight_line", "fast", "staff_phone", "same_phone", "succession")


@tagged("post_install", "-at_install")
class TestSeeded(CheckFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.dealers = cls.env["crm.dealer"].create(
            [{"name": f"Seeded {n}", "code": f"SEED{n}"} for n in range(6)]
        )
        cls.truth = {code: cls.env["survey.user_input"] for code in _PER_PERSON}
        cls.answers = cls._honest()
        for code in _PER_PERSON:
            cls.truth[code] |= getattr(cls, f"_cheat_{code}")(cls.dealers[0])
            cls.answers |= cls.truth[code]
        cls.env.flush_all()
        cls._check_all()

    @classmethod
    def _honest(cls):
        """Ordinary customers, and those who look like cheats at first sight."""
        answers = cls.env["survey.user_input"]
        size = len(cls.scale)
        for dealer in cls.dealers:
            people = cls._people(dealer, 30)
            answers |= cls._replies(
                [
                    (person, cls._figures(), cls.noon + timedelta(minutes=180 * number), 90, "sms")
                    for number, person in enumerate(people)
                ]
            )
            couple = cls._people(dealer, 2, phone=f"1391000{dealer.id % 10000:04}")
            typist, delighted, on_phone = cls._people(dealer, 3)
            answers |= cls._reply(couple[0]) | cls._reply(couple[1])
            answers |= cls._reply(typist, seconds=size + 1)
            if dealer != cls.dealers[0]:
                # In no mood to think; at a dealer that fakes others it would be flagged as well.
                answers |= cls._reply(cls._people(dealer), cls._figures(8))
            answers |= cls._reply(delighted, cls._figures(10), seconds=4 * size)
            answers |= cls._reply(on_phone, seconds=3 * size, channel="phone")
            answers |= cls._rush(dealer)
        return answers

    @classmethod
    def _rush(cls, dealer):
        """After many links were sent at one minute: people answer at once, beside each other."""
        at = cls.noon - timedelta(hours=2)
        return cls._replies(
            [
                (person, cls._figures(), at + timedelta(seconds=30 * number), 75, "email")
                for number, person in enumerate(cls._people(dealer, 6))
            ]
        )

    @classmethod
    def _cheat_same_phone(cls, dealer):
        people = cls._people(dealer, 5, phone="13988880000")
        return cls._replies(
            [
                (person, cls._figures(), cls.noon + timedelta(hours=3 * n), 80, "sms")
                for n, person in enumerate(people)
            ]
        )

    @classmethod
    def _cheat_staff_phone(cls, dealer):
        [user] = cls._make_users(
            {"advisor": ("crm_dealer_grading.group_dealer_user", "")}, "seed_"
        ).values()
        dealer.user_ids = user
        user.partner_id.phone = "13977770000"
        return cls._reply(cls._people(dealer, phone="13977770000"))

    @classmethod
    def _cheat_straight_line(cls, dealer):
        people = cls._people(dealer, len(FIGURES))
        return cls._replies(
            [
                (person, cls._figures(figure), cls.noon + timedelta(hours=3 * n, minutes=50),
                 2 * len(cls.scale), "sms")
                for n, (person, figure) in enumerate(zip(people, FIGURES, strict=True))
            ]
        )  # fmt: skip

    @classmethod
    def _cheat_fast(cls, dealer):
        people = cls._people(dealer, 3)
        return cls._replies(
            [
                (person, cls._figures(), cls.noon + timedelta(hours=3 * n, minutes=70), 6, channel)
                for n, (person, channel) in enumerate(
                    zip(people, ("sms", "email", "phone"), strict=True)
                )
            ]
        )

    @classmethod
    def _cheat_succession(cls, dealer):
        people = cls._people(dealer, 6)
        begin = cls.noon - timedelta(days=1)
        return cls._replies(
            [
                (person, cls._figures(), begin + timedelta(seconds=100 * n), 80, "sms")
                for n, person in enumerate(people)
            ]
        )

    def _pairs(self):
        flags = self._found().filtered(lambda f: f.code in _PER_PERSON)
        return {(f.code, f.user_input_id) for f in flags if f.user_input_id in self.answers}

    def test_cheats_are_found_and_honest_people_are_not(self):
        wanted = {(code, answer) for code, answers in self.truth.items() for answer in answers}
        self.assertEqual(self._pairs(), wanted)
        self.assertEqual(len(wanted), 21)

    def test_the_oracle_says_the_same(self):
        self.assertEqual(self._pairs(), Oracle(self.env, self.checks, self.answers).found())

    def test_nothing_is_left_out_by_itself(self):
        self.assertFalse(any(self.answers.mapped("satisfaction_excluded")))
        scores = self.env["crm.satisfaction.score"].search_count(
            [("user_input_id", "in", self.answers.ids), ("kind", "=", "satisfaction"),
             ("factor_id", "=", False)]
        )  # fmt: skip
        self.assertEqual(scores, len(self.answers))

    def test_other_thresholds_and_the_oracle_agrees(self):
        for code, vals in (
            ("same_phone", {"threshold": 2, "min_count": 2}),
            ("fast", {"threshold": 2, "second_threshold": 4}),
            ("succession", {"threshold": 2, "second_threshold": 200}),
        ):
            self.checks[code].write(vals)
        before = self._pairs()
        self._check_all()
        after = self._pairs()
        self.assertGreater(after, before)
        self.assertEqual(after, Oracle(self.env, self.checks, self.answers).found())
