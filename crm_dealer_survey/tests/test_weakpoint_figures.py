"""Weak points against the oracle, on random answers (S5)."""

from odoo.modules.migration import load_script
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

from . import index_oracle, weak_oracle
from .common_weakpoint import QUARTER, WeakFactories


@tagged("post_install", "-at_install")
class TestWeakFigures(WeakFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_answers()
        cls.programme.write({"min_answers": 10, "importance_answers": 5})

    def _ids(self, level):
        if level == "factor":
            return self.version.factor_ids.ids
        kinds = self.version.question_ids
        return kinds.filtered(lambda q: q.satisfaction_kind == "satisfaction").ids

    def _mean(self, answers, item, level):
        figures = [self._items(answer, level).get(item) for answer in answers]
        figures = [figure for figure in figures if figure is not None]
        return sum(figures) / len(figures) * 100 if figures else None

    def _compare(self, found, answers, level):
        self.assertEqual([row["id"] for row in found["items"]], self._ids(level))
        for row in found["items"]:
            figures = [
                (answer.commercial_partner_id.id or -answer.id, items[row["id"]])
                for answer in answers
                if row["id"] in (items := self._items(answer, level))
            ]
            mean, n, customers, error = index_oracle.index(figures)
            self.assertAlmostEqual(row["index"], mean * 100, 4)
            self.assertEqual((row["n"], row["customers"]), (n, customers))
            self.assertEqual(row["few"], n < 10)
            if row["high"] < 1000 and row["low"] > 100:
                self.assertAlmostEqual((row["high"] + row["low"]) / 2, mean * 100, 4)
                self.assertGreater(row["high"] - row["low"], 2 * 1.95 * error * 100)

    def test_satisfaction_of_factors_and_questions(self):
        for level in ("factor", "question"):
            self._compare(self.version.weak_points({}, level), self._in(), level)
            self._compare(
                self.version.weak_points({**QUARTER, "region_id": self.region_south.id}, level),
                self._in(self.south, "2026-04-01", "2026-07-01"),
                level,
            )

    def test_derived_importance(self):
        for level in ("factor", "question"):
            found = self.version.weak_points({}, level)
            items = self._ids(level)
            answers = [self._items(answer, level) for answer in self._in()]
            wanted, explained = weak_oracle.shares(weak_oracle.matrix(answers, items))
            self.assertEqual(found["derived"]["source"], "selection")
            self.assertAlmostEqual(found["derived"]["explained"], explained, 5)
            for row, share in zip(found["items"], wanted, strict=True):
                self.assertAlmostEqual(row["derived"], share, 5)
            fewest = min(
                weak_oracle.correlation(answers, a, b)[1]
                for a in (0, *items) for b in items if a < b
            )  # fmt: skip
            self.assertEqual(found["derived"]["answers"], fewest)

    def test_stated_importance_is_the_weights(self):
        rows = self.version.weak_points()["items"]
        self.assertEqual([row["stated"] for row in rows], [0.5, 0.3, 0.2])
        rows = self.version.weak_points({}, "question")["items"]
        wanted = [0.5 * 2 / 3, 0.5 / 3, 0.3 / 2.5, 0.3 * 1.5 / 2.5, 0.2]
        for row, share in zip(rows, wanted, strict=True):
            self.assertAlmostEqual(row["stated"], share, 6)
        rows = self.version.weak_points({"factor_id": self.factors["work"].id}, "question")
        self.assertEqual([row["stated"] for row in rows["items"]], [0.4, 0.6])

    def test_places_and_order(self):
        for level in ("factor", "question"):
            found = self.version.weak_points({}, level)
            rows = found["items"]
            line = sum(row["index"] for row in rows) / len(rows)
            self.assertAlmostEqual(found["lines"]["satisfaction"], line, 4)
            for kind in ("stated", "derived"):
                self._check_places(rows, kind, line)

    def _check_places(self, rows, kind, line):
        for row in rows:
            high, well = row[kind] >= 1 / len(rows), row["index"] >= line
            place = row["places"][kind]
            names = {(1, 0): "fix", (1, 1): "keep", (0, 0): "low", (0, 1): "extra"}
            self.assertEqual(place["quadrant"], names[high, well])
            self.assertAlmostEqual(place["lost"], row[kind] * (1000 - row["index"]), 2)
        order = sorted(rows, key=lambda row: row["places"][kind]["priority"])
        attention = [
            (["fix", "low", "keep", "extra"].index(row["places"][kind]["quadrant"]),
             -row["places"][kind]["lost"])
            for row in order
        ]  # fmt: skip
        self.assertEqual(attention, sorted(attention))

    def test_points_lost_add_up_to_the_full_mark(self):
        whole = [a for a in self._in() if set(self.version.factor_ids.ids) <= set(self._items(a))]
        self.env["crm.satisfaction.score"].search(
            [("version_id", "=", self.version.id),
             ("user_input_id", "not in", [answer.id for answer in whole])]
        ).unlink()  # fmt: skip
        found = self.version.weak_points()
        lost = sum(row["places"]["stated"]["lost"] for row in found["items"])
        self.assertAlmostEqual(lost, 1000 - found["total"]["index"], 3)

    def test_a_line_of_the_programme(self):
        self.programme.weak_below = 99
        found = self.version.weak_points()
        self.assertEqual(found["lines"]["satisfaction"], 990)
        self.assertEqual(
            [row["places"]["stated"]["quadrant"] for row in found["items"]], ["fix", "low", "low"]
        )
        self.assertTrue(all(row["sure"] for row in found["items"]))

    def test_change_and_averages(self):
        filters = {**QUARTER, "dealer_id": self.dealer_b.id}
        found = self.version.weak_points(filters)
        now = self._in(self.dealer_b, "2026-04-01", "2026-07-01")
        then = self._in(self.dealer_b, "2026-01-01", "2026-04-01")
        others = self._in(None, "2026-04-01", "2026-07-01")
        near = self._in(self.south, "2026-04-01", "2026-07-01")
        for row in found["items"]:
            mean = self._mean(now, row["id"], "factor")
            before = self._mean(then, row["id"], "factor")
            self.assertAlmostEqual(row["change"], mean - before, 4)
            self.assertAlmostEqual(row["network"], self._mean(others, row["id"], "factor"), 4)
            self.assertAlmostEqual(row["region"], self._mean(near, row["id"], "factor"), 4)
        self.assertEqual(found["near"], self.region_south.display_name)

    def test_change_is_sure_only_with_enough_answers_and_outside_of_chance(self):
        rows = self.version.weak_points(QUARTER)["items"]
        self.assertTrue(all(row["change"] is not None for row in rows))
        self.programme.min_answers = 1000
        rows = self.version.weak_points(QUARTER)["items"]
        self.assertFalse(any(row["change_sure"] for row in rows))
        self.programme.min_answers = 10
        for _number in range(15):
            answer, _said = self._tell(self.dealer_a, days=30)
            answer.user_input_line_ids.filtered("value_scale").value_scale = 1
            self.env["crm.satisfaction.score"]._store(answer)
        rows = self.version.weak_points({**QUARTER, "dealer_id": self.dealer_a.id})["items"]
        self.assertTrue(all(row["change_sure"] and row["change"] < 0 for row in rows))

    def test_a_change_is_sure_where_all_say_the_same(self):
        self.programme.min_answers = 5
        dealer = self.env["crm.dealer"].create(
            {"name": "New", "code": "T-NEW", "region_id": self.region_south.id}
        )
        for days, figure in ((0, 5), (30, 9)):
            for _number in range(6):
                answer, _said = self._tell(dealer, days=days)
                lines = answer.user_input_line_ids.filtered(
                    lambda line: line.question_id.satisfaction_kind == "satisfaction"
                )
                lines.value_scale = figure
                self.env["crm.satisfaction.score"]._store(answer)
        total = self.version.weak_points({**QUARTER, "dealer_id": dealer.id})["total"]
        self.assertEqual((total["change"], total["change_sure"]), (400, True))

    def test_on_a_thousand_points_all_is_ten_times_as_much(self):
        def flat(found):
            rows = [found["total"], *found["items"]]
            places = [row["places"] for row in found["items"]]
            scaled = [row[name] for row in rows
                      for name in ("index", "low", "high", "network", "change") if row[name]]
            scaled += [place[kind]["lost"] for place in places for kind in place if place[kind]]
            same = [(row["sure"], row["stated"], row["derived"]) for row in found["items"]]
            same += [
                (place[kind]["quadrant"], place[kind]["priority"])
                for place in places for kind in place if place[kind]
            ]
            return [*scaled, found["top"], found["lines"]["satisfaction"]], same

        for weak_below in (0, 75):
            self.programme.weak_below = weak_below
            results = []
            for scale in ("100", "1000"):
                self.env.flush_all()
                # Of a version in use it cannot be changed.
                self.env.cr.execute(
                    "UPDATE crm_satisfaction_version SET index_scale = %s WHERE id = %s",
                    [scale, self.version.id],
                )
                self.env.invalidate_all()
                found = self.version.weak_points({**QUARTER, "dealer_id": self.dealer_a.id})
                results.append(flat(found))
            (hundred, same), (thousand, again) = results
            self.assertGreater(len(hundred), 15)
            for low, high in zip(hundred, thousand, strict=True):
                self.assertAlmostEqual(10 * low, high, 3)
            self.assertEqual(same, again)

    def test_few_answers_come_last_and_derive_from_the_network(self):
        self.programme.min_answers = 40
        found = self.version.weak_points({"dealer_id": self.south[3].id})
        self.assertTrue(all(row["few"] for row in found["items"]))
        self.assertEqual(found["derived"]["source"], "network")
        self.assertIn("whole network", found["derived"]["words"])
        network = self.version.weak_points()
        self.assertEqual([row["derived"] for row in found["items"]],
                         [row["derived"] for row in network["items"]])  # fmt: skip
        self.programme.importance_answers = 1000
        found = self.version.weak_points()
        self.assertFalse(found["derived"]["source"])
        self.assertIn("3000", found["derived"]["words"])
        self.assertEqual({row["places"]["derived"] for row in found["items"]}, {None})
        self.assertTrue(all(row["places"]["stated"] for row in found["items"]))

    def test_versions_are_never_joined(self):
        second = self._version(self.programme)
        second.action_open()
        notes = second.weak_points(QUARTER)["notes"]
        self.assertEqual(len(notes), 2)
        self.assertTrue(all(self.version.display_name in note for note in notes))
        self._answered({self._question("satisfaction", second): 3}, second, at="2026-05-01")
        found = second.weak_points(QUARTER)
        self.assertIsNone(found["total"]["change"])
        self.assertEqual(found["total"]["n"], 1)
        self.assertIn(second.display_name, self.version.weak_points(QUARTER)["notes"][0])

    def test_without_answers(self):
        found = self.version.weak_points({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        self.assertEqual((found["total"]["n"], found["total"]["index"]), (0, None))
        self.assertEqual({row["places"]["stated"] for row in found["items"]}, {None})
        draft = self._version(self.programme)
        self.assertEqual(draft.weak_points()["total"]["n"], 0)

    def test_constant_queries(self):
        oem = self._as("oem", self.version)
        filters = {**QUARTER, "dealer_id": self.dealer_b.id}
        for level in ("factor", "question"):
            oem.weak_points(filters, level)
            self.env.invalidate_all()
            with self.assertQueryCount(25):
                oem.weak_points(filters, level)

    def test_answers_of_former_versions_get_their_figures(self):
        """The upgrade writes what storing a score writes."""
        read = (
            "SELECT user_input_id, said, figures FROM crm_satisfaction_score WHERE version_id = %s"
            " AND kind = 'satisfaction' AND factor_id IS NULL ORDER BY 1"
        )
        self.env.cr.execute(read, [self.version.id])
        stored = self.env.cr.fetchall()
        self.assertTrue(any(None in said for _answer, said, _figures in stored))
        self.assertTrue(any(figures[0] for _answer, _said, figures in stored))
        self.env.cr.execute(
            "UPDATE crm_satisfaction_score SET said = NULL, figures = NULL WHERE version_id = %s",
            [self.version.id],
        )
        for name in ("19.0.1.5.0/post-said.py", "19.0.1.7.0/post-figures.py"):
            path = file_path(f"crm_dealer_survey/migrations/{name}")
            load_script(path, "survey_post").migrate(self.env.cr, "19.0.1.4.0")
        self.env.cr.execute(read, [self.version.id])
        self.assertEqual(self.env.cr.fetchall(), stored)
