"""Dealers beside each other: tens, and unhappy customers out of reach (S9)."""

import random
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common_check import CheckFactories


@tagged("post_install", "-at_install")
class TestTens(CheckFactories, TransactionCase):
    """Nine dealers: honest ones, an excellent one, one that answers for its customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.items = cls.scale.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        cls.dealers = cls.env["crm.dealer"].create(
            [{"name": f"Ten {n}", "code": f"TEN{n}"} for n in range(9)]
        )
        cls.excellent, cls.cheat = cls.dealers[7:]
        rng = random.Random(4)
        shares = [0.1, 0.12, 0.15, 0.17, 0.2, 0.22, 0.25, 0.34, 0.95]
        replies = []
        for dealer, share in zip(cls.dealers, shares, strict=True):
            for person in cls._people(dealer, 24):
                said = {q: 10 if rng.random() < share else rng.randrange(5, 10) for q in cls.items}
                at = cls.noon + timedelta(minutes=rng.randrange(30_000))
                replies.append((person, said, at, 90, "sms"))
        cls.answers = cls._replies(replies)
        cls.env.flush_all()
        cls._check_all()

    def _flags(self, state="new"):
        return self._found("tens", state).filtered(lambda f: f.dealer_id in self.dealers)

    def test_the_cheat_is_found_not_the_excellent(self):
        flag = self._flags()
        self.assertEqual(flag.dealer_id, self.cheat)
        self.assertEqual(flag.version_id, self.version)
        self.assertFalse(flag.user_input_id)
        self.assertEqual(flag.date.day, 1)
        self.assertLess(flag.figure, flag.threshold)
        tens = sum(
            line.value_scale == 10
            for line in self.answers.filtered(
                lambda a: a.dealer_id == self.cheat
            ).user_input_line_ids
        )
        self.assertEqual(
            (flag.evidence["tens"], flag.evidence["figures"], flag.evidence["count"]),
            (tens, 24 * 5, 24),
        )
        self.assertIn("usual among 9 dealers", flag.words)
        action = flag.action_open_answer()
        found = self.env["survey.user_input"].search(action["domain"])
        self.assertEqual(found, self.answers.filtered(lambda a: a.dealer_id == self.cheat))

    def test_few_answers_are_not_compared(self):
        self.checks["tens"].min_count = 25
        self._check_all()
        self.assertFalse(self._flags())
        self.assertEqual(self._flags("withdrawn").dealer_id, self.cheat)

    def test_again_writes_nothing_and_a_version_alone_says_the_same(self):
        flag = self._flags()
        self.assertEqual(self._check_all().new_count, 0)
        run = self._check_all(self.version)
        self.assertEqual((run.new_count, run.gone_count), (0, 0))
        self.assertEqual(self._flags(), flag)

    def test_other_programmes_do_not_withdraw_it(self):
        other = self._version(self.env["crm.satisfaction.programme"].create(
            {"name": "Other", "code": "T-O"}))  # fmt: skip
        self._check_all(other)
        self.assertTrue(self._flags())

    def test_left_out_answers_do_not_help_the_dealer(self):
        answers = self.answers.filtered(lambda a: a.dealer_id == self.cheat)[:10]
        answers.with_user(self.users["oem"])._exclude("Called")
        self._check_all()
        self.assertTrue(self._flags())

    def test_quarters_are_apart(self):
        """Tens of another quarter are compared with that quarter's."""
        before = self.noon - timedelta(days=60)
        people = self._people(self.excellent, 24)
        self._replies(
            [(p, dict.fromkeys(self.items, 10), before + timedelta(minutes=n), 90, "sms")
             for n, p in enumerate(people)]
        )  # fmt: skip
        self._check_all()
        self.assertEqual(self._flags().dealer_id, self.cheat)  # alone there: no comparison


@tagged("post_install", "-at_install")
class TestUnreachable(CheckFactories, TransactionCase):
    """Dealers with forty customers each, ten of them unhappy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.dealers = cls.env["crm.dealer"].create(
            [{"name": f"Reach {n}", "code": f"REACH{n}"} for n in range(3)]
        )
        cls.cheat, cls.honest, cls.careless = cls.dealers
        cls.bad, cls.good = {}, {}
        cls.vehicles = {}
        for dealer in cls.dealers:
            people = cls._people(dealer, 40)
            cls.bad[dealer], cls.good[dealer] = people[:10], people[10:]
            vehicles = cls.env["crm.vehicle"].create([{"partner_id": p.id} for p in people])
            cls.vehicles[dealer] = vehicles
            cls.env["crm.service.visit"].create(
                [{"vehicle_id": v.id, "stage": "delivered", "date": cls.noon} for v in vehicles]
            )
            cls.env["crm.contact.log"].create(
                [{"partner_id": p.id, "dealer_id": dealer.id, "date": cls._past(),
                  "summary": "Angry", "complaint": "open"} for p in cls.bad[dealer]]
            )  # fmt: skip
        # The careless one has no phones of many, happy or not.
        cls.bad[cls.careless][:5].phone = False
        cls.good[cls.careless][:15].phone = False
        # Everywhere an unhappy customer or two wants no contact any more.
        for dealer in cls.dealers:
            cls.bad[dealer][-1].contact_opt_out = True
            cls.good[dealer][-1].contact_opt_out = True
        cls.env.flush_all()

    @classmethod
    def _past(cls):
        """In this quarter, and not in the future."""
        return min(cls.noon, fields.Datetime.now() - timedelta(minutes=5))

    def _flags(self):
        self.flags._check_unreachable(self.flags._since())
        return self._found("unreachable").filtered(lambda f: f.dealer_id in self.dealers)

    def test_honest_and_careless_dealers_are_not_flagged(self):
        self.assertFalse(self._flags())

    def test_missing_phones_of_the_unhappy(self):
        self.bad[self.cheat][:8].phone = False
        flag = self._flags()
        self.assertEqual(flag.dealer_id, self.cheat)
        evidence = {name: flag.evidence[name] for name in ("hit", "bad", "other", "others")}
        self.assertEqual(evidence, {"hit": 9, "bad": 10, "other": 1, "others": 30})
        self.assertEqual(flag.customer_ids, self.bad[self.cheat][:8] | self.bad[self.cheat][-1])
        self.assertIn("9 of 10 customers", flag.words)
        self.assertFalse(flag.programme_id)
        self.bad[self.cheat][:8].phone = "13912345678"
        self.assertFalse(self._flags())
        self.assertEqual(flag.state, "withdrawn")

    def test_an_email_address_is_enough_to_be_asked(self):
        people = self.bad[self.cheat][:8]
        for number, person in enumerate(people):
            person.write({"phone": False, "email": f"a{number}@example.com"})
        self.assertFalse(self._flags())

    def test_contacts_refused_by_the_dealers_hand(self):
        self.bad[self.cheat].contact_opt_out = True
        self.assertEqual(self._flags().evidence["hit"], 10)

    def test_repeated_repairs_are_bad_visits(self):
        vehicles = self.vehicles[self.honest][10:20]
        self.env["crm.service.visit"].create(
            [{"vehicle_id": v.id, "stage": "delivered", "visit_type": kind,
              "date": self.noon - timedelta(days=ago)}
             for v in vehicles for kind, ago in (("repair", 1), ("warranty", 9))]
        )  # fmt: skip
        self.good[self.honest][:10].phone = False
        self.checks["unreachable"].threshold = 0.01
        evidence = self._flags().evidence
        self.assertEqual((evidence["bad"], evidence["hit"]), (20, 11))
        # Repairs further apart are two repairs.
        self.env["crm.service.visit"].search(
            [("vehicle_id", "in", vehicles.ids), ("visit_type", "=", "warranty")]
        ).date_delivered = self.noon - timedelta(days=60)
        self.assertFalse(self._flags())

    def test_low_figures_in_a_call_are_bad(self):
        self.env["crm.contact.log"].create(
            [{"partner_id": p.id, "dealer_id": self.honest.id, "date": self._past(),
              "summary": "Called", "satisfaction": 5 if n < 10 else 6}
             for n, p in enumerate(self.good[self.honest][:20])]
        )  # fmt: skip
        self.good[self.honest][:10].phone = False
        self.checks["unreachable"].threshold = 0.01
        evidence = self._flags().evidence
        self.assertEqual((evidence["bad"], evidence["hit"]), (20, 11))

    def test_too_few_unhappy_customers(self):
        self.bad[self.cheat][:8].phone = False
        self.checks["unreachable"].min_count = 11
        self.assertFalse(self._flags())
        self.checks["unreachable"].write({"min_count": 8, "active": False})
        self.assertFalse(self._flags())
