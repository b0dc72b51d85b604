"""Who sees which weak points (denials first), and what lies behind them (S5)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_weakpoint import QUARTER, WeakFactories

HOSTILE = (
    [("dealer_id", "=", 1)],
    {"domain": [("dealer_id.name", "!=", False)]},
    {"dealer_id.name": "x"},
    {"dealer_id": [1, 2]},
    {"dealer_id": "1"},
    {"dealer_id": True},
    {"region_id": {"id": 1}},
    {"region_id": 2147483647},
    {"date_from": "2026-13-01"},
    {"date_from": 20260101},
    {"date_to": "'; DROP --"},
    {"date_from": "2026-05-01", "date_to": "2026-04-01"},
    {"factor_id": -1},
    "x",
)


@tagged("post_install", "-at_install")
class TestWeakAccess(WeakFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_answers(90)
        cls.env.flush_all()

    def test_who_reads_no_answers_gets_none(self):
        for login in ("clerk", "sales_a", "credit"):
            version = self._as(login, self.version)
            for attempt in (
                version.weak_points,
                version.weak_point_options,
                lambda version=version: version.weak_points({}, "question"),
                lambda version=version: version.weak_words(
                    {}, "factor", self.factors["price"].id
                ),
            ):
                with self.assertRaises(AccessError, msg=login):
                    attempt()

    def test_hostile_filters_are_refused(self):
        for login in ("manager_a", "oem"):
            version = self._as(login, self.version)
            for filters in HOSTILE:
                with self.subTest(login=login, filters=filters), self.assertRaises(UserError):
                    version.weak_points(filters)
            for level in ("dealer", "factor_id); --", ["factor"], None):
                with self.assertRaises(UserError):
                    version.weak_points({}, level)
            other = self._version(self.programme).factor_ids[0]
            for item in (other.id, "1", [1], None, self.version.question_ids[0].id):
                with self.assertRaises(UserError):
                    version.weak_words({}, "factor", item)
                with self.assertRaises(UserError):
                    version.action_open_weak_answers({}, "question", item and -1)

    def test_dealer_asks_for_no_other(self):
        version = self._as("manager_a", self.version)
        with self.assertRaises(UserError):
            version.weak_points({"dealer_id": self.dealer_b.id})
        found = version.weak_points({"region_id": self.region_south.id})
        self.assertEqual(found["total"]["n"], 0)
        self.assertFalse(self._as("homeless", self.version).has_access("write"))

    def test_dealer_sees_its_own(self):
        wanted = [
            answer
            for answer in self._in(self.dealer_a)
            if set(self._items(answer)) - {0}
        ]
        for filters in ({}, {"dealer_id": self.dealer_a.id}):
            found = self._as("manager_a", self.version).weak_points(filters)
            self.assertEqual(found["total"]["n"], len(wanted))
            self.assertEqual(found["where"], self.dealer_a.display_name)
            self.assertNotIn("South", str(found))
        found = self._as("greedy_b", self.version).weak_points()
        self.assertEqual(
            found["total"]["n"],
            len([a for a in self._in(self.dealer_b) if set(self._items(a)) - {0}]),
        )
        options = self._as("manager_a", self.version).weak_point_options()
        [row] = [row for row in options["versions"] if row["id"] == self.version.id]
        self.assertEqual((row["answers"], options["scoped"]), (len(wanted), True))

    def test_averages_hide_dealers(self):
        version = self._as("manager_a", self.version)
        network = self.version.weak_points()["total"]["index"]
        total = version.weak_points()["total"]
        self.assertAlmostEqual(total["network"], network, 5)
        self.assertIsNone(total["region"])  # nobody else is in the north
        self.programme.yardstick_dealers = 7
        self.assertAlmostEqual(version.weak_points()["total"]["network"], network, 5)
        self.programme.yardstick_dealers = 8
        self.assertIsNone(version.weak_points()["total"]["network"])
        derived = version.weak_points()["derived"]
        self.assertFalse(derived["source"])  # nor is importance taken from so few

    def test_difference_of_averages_hides_dealers(self):
        """Network less south is dealer A alone: B may not see both."""
        version = self._as("greedy_b", self.version)
        total = version.weak_points()["total"]
        self.assertIsNotNone(total["network"])
        self.assertIsNone(total["region"])
        self.env["crm.satisfaction.score"].search(
            [("version_id", "=", self.version.id), ("dealer_id", "=", self.dealer_a.id)]
        ).unlink()
        self.env.flush_all()
        total = version.weak_points()["total"]
        self.assertEqual(total["network"], total["region"])

    def test_averages_are_of_whole_months(self):
        """Days in turn would tell single answers apart."""
        version = self._as("manager_a", self.version)
        month = version.weak_points({"date_from": "2026-04-01", "date_to": "2026-04-30"})
        day = version.weak_points({"date_from": "2026-04-10", "date_to": "2026-04-11"})
        self.assertEqual(day["total"]["network"], month["total"]["network"])
        self.assertNotEqual(day["total"]["n"], month["total"]["n"])

    def test_manufacturer_sees_averages_of_any_number(self):
        self.programme.yardstick_dealers = 100
        for login in ("oem", "auditor", "agent"):
            version = self._as(login, self.version)
            total = version.weak_points({"dealer_id": self.dealer_a.id})["total"]
            self.assertEqual(total["region"], total["index"])
            self.assertIsNotNone(total["network"])

    def test_answers_behind_a_point(self):
        for login in ("oem", "manager_a"):
            version = self._as(login, self.version)
            for level in ("factor", "question"):
                for row in version.weak_points(QUARTER, level)["items"]:
                    action = version.action_open_weak_answers(QUARTER, level, row["id"])
                    found = version.env[action["res_model"]].search(action["domain"])
                    self.assertEqual(len(found), row["n"], (login, level))
                    opened = found[:1].action_open_answer()
                    self.assertEqual(opened["res_model"], "survey.user_input")

    def test_words_of_the_dissatisfied(self):
        self.programme.low_score = 5
        for login, dealers in (("oem", None), ("manager_a", self.dealer_a)):
            for level in ("factor", "question"):
                version = self._as(login, self.version)
                for row in version.weak_points(QUARTER, level)["items"]:
                    said = version.weak_words(QUARTER, level, row["id"])
                    wanted = self._words(dealers, level, row["id"])
                    self.assertEqual({word["answer_id"]: word["words"] for word in said}, wanted)
                    self.assertTrue(all(word["figure"] <= 5 for word in said))

    def _words(self, dealers, level, item):
        open_question = self._question("open")
        return {
            answer.id: self.told[answer][open_question]
            for answer in self._in(dealers, "2026-04-01", "2026-07-01")
            if open_question in self.told[answer] and self._items(answer, level).get(item, 9) <= 5
        }

    def test_left_out_answers_are_not_behind_it(self):
        version = self._as("oem", self.version)
        item = self.factors["price"].id
        self.programme.low_score = 10
        before = version.weak_words({}, "factor", item)
        answer = self.env["survey.user_input"].browse(before[0]["answer_id"])
        self._as("oem", answer)._exclude("The phone is a salesperson's")
        self.env.flush_all()
        after = version.weak_words({}, "factor", item)
        self.assertNotIn(answer.id, [word["answer_id"] for word in after])

    def test_buttons_open_the_screen(self):
        for record, params in (
            (self.version, {"version_id": self.version.id}),
            (self.dealer_a, {"dealer_id": self.dealer_a.id}),
        ):
            action = self._as("manager_a", record).action_open_weak_points()
            self.assertEqual(action["tag"], "crm_dealer_survey.weak_points")
            self.assertEqual(action["params"], params)

    def test_thresholds_are_the_managers(self):
        for login in ("manager_a", "auditor", "agent"):
            with self.assertRaises(AccessError):
                self._as(login, self.programme).weak_below = 80
        self._as("oem", self.programme).weak_below = 80
