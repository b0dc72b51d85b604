"""The index as a report: the same as ``index()``, told with its interval, rank and breaks (S1)."""

import random
from datetime import date, timedelta

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.tools.confidence import student

from ..models.programme.crm_satisfaction_index_sql import LEVELS, UNITS, unpack
from ..tools.confidence_sql import student_sql
from .common_programme import NOON, SurveyFactories

FIGURES = ("n", "customers", "index_value", "low", "high", "few", "rank", "rank_range")


@tagged("post_install", "-at_install")
class TestReport(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.rng = random.Random(11)
        cls.dealers = cls.dealer_a | cls.dealer_b
        cls.dealers |= cls.dealer_b.create(
            [{"name": f"T{n}", "code": f"T-R{n}", "region_id": cls.dealer_a.region_id.id}
             for n in range(3)]
        )  # fmt: skip
        cls.customers = [cls._customer(dealer, name=f"C {dealer.name} {n}")
                         for dealer in cls.dealers for n in range(6)]  # fmt: skip
        cls._give(cls.version, 90)
        cls.programme.min_answers = 4
        cls.env.flush_all()

    @classmethod
    def _give(cls, version, count, first=0):
        questions = version.question_ids.filtered(lambda q: q.question_type == "scale")
        for _number in range(count):
            customer = cls.rng.choice([*cls.customers, None])
            dealer = customer.dealer_id if customer else cls.rng.choice(cls.dealers)
            base = 3 + cls.dealers.ids.index(dealer.id) * 1.2
            said = {
                q: min(q.scale_max, max(q.scale_min, round(cls.rng.gauss(base, 1.5))))
                for q in questions
            }
            at = NOON + timedelta(days=first + cls.rng.randrange(100))
            cls._answered(said, version, at=at, partner_id=customer and customer.id,
                          dealer_id=dealer.id)  # fmt: skip

    def _rows(self, *domain, login=None):
        index = self.env["crm.satisfaction.index"]
        index = index.with_user(self.users[login]) if login else index
        return index.search([("version_id", "=", self.version.id), *domain])

    def test_the_same_as_index(self):
        groups = {"dealer": ["dealer_id"], "region": ["region_id"], "network": []}
        for kind in ("satisfaction", "compliance", "nps"):
            for level in LEVELS:
                for unit in UNITS:
                    with self.subTest(kind=kind, level=level, unit=unit):
                        names = [*groups[level], f"date:{unit}"]
                        self._compare(kind, level, unit, names)

    def _compare(self, kind, level, unit, names):
        wanted = {
            tuple(str(row[name] or 0)[:10] for name in names): row
            for row in self.version.index([], names, kind)
        }
        rows = self._rows(
            ("kind", "=", kind), ("factor_id", "=", False), ("level", "=", level),
            ("period_kind", "=", unit),
        )  # fmt: skip
        found = {(*(str(row[name].id or 0) for name in names[:-1]), str(row.period)): row
                 for row in rows}  # fmt: skip
        self.assertEqual(found.keys(), wanted.keys())
        for key, row in found.items():
            other = wanted[key]
            for mine, theirs in (("index_value", "index"), ("low", "low"), ("high", "high")):
                self.assertAlmostEqual(row[mine], other[theirs] or 0, 5, (key, mine))
            self.assertEqual((row.n, row.customers, row.few),
                             (other["n"], other["customers"], other["few"]))  # fmt: skip
            ranks = tuple(other[name] or 0 for name in ("rank", "rank_best", "rank_worst"))
            self.assertEqual((row.rank, row.rank_best, row.rank_worst), ranks, key)

    def test_student(self):
        frees = [*range(1, 60), 100, 1000, 10**6]
        for free in frees:
            sql = student_sql(free)
            [[quantile]] = self.env.execute_query(sql.__class__("SELECT %s", sql))
            self.assertAlmostEqual(quantile, student(free), 6)

    def _figures(self, row):
        return [round(row[n], 6) if isinstance(row[n], float) else row[n] for n in FIGURES]

    def test_narrowed_is_the_same(self):
        every = {row.id: self._figures(row) for row in self._rows()}
        factor = self.factors["work"].id
        for domain in (
            [("kind", "=", "nps")],
            [("kind", "in", ["nps", "satisfaction"]), ("level", "=", "dealer")],
            [("factor_id", "=", factor), ("period_kind", "=", "month")],
            [("factor_id", "in", [factor, False])],
            [("factor_id", "!=", False)],
            [("dealer_id", "=", self.dealer_a.id)],
            [("dealer_id", "in", [self.dealer_a.id, False])],
            [("dealer_id.region_id", "=", self.dealer_a.region_id.id)],
            [("region_id", "=", self.dealer_a.region_id.id), ("level", "!=", "network")],
            [("period", ">=", date(2026, 5, 1))],
            [("period", "<=", date(2026, 4, 15)), ("period_kind", "=", "quarter")],
            [("period", ">", date(2026, 4, 1)), ("period", "<", date(2026, 6, 1))],
            ["|", ("kind", "=", "nps"), ("level", "=", "dealer")],
            ["!", ("kind", "=", "nps")],
            [("level", "=", "dealer"), ("level", "=", "region")],
            [("id", "in", list(every)[::7])],
        ):
            with self.subTest(domain):
                rows = self._rows(*domain)
                query = Domain("version_id", "=", self.version.id) & Domain(domain)
                kept = self._rows().filtered_domain(query)
                self.assertEqual(rows, kept)
                found = {row.id: self._figures(row) for row in rows}
                self.assertEqual(found, {key: every[key] for key in found})

    def test_a_row_is_the_same_by_its_id(self):
        for row in self._rows()[::9]:
            before = row.read(FIGURES)[0]
            self.env.invalidate_all()
            after = row.read(FIGURES)[0]
            for name, figure in before.items():  # sums depend on the order in which they are made
                same = self.assertAlmostEqual if isinstance(figure, float) else self.assertEqual
                same(after[name], figure)
            part, *others = unpack(row.id)
            self.assertEqual(others, [row.kind, row.level, row.period_kind, row.period])
            name, key = ("factor_id", row.factor_id.id) if row.factor_id else \
                ("version_id", row.version_id.id)  # fmt: skip
            self.assertEqual(part, (name, key))
            action = row.action_open_answers()
            self.assertEqual(action["views"][0][1], "list")
            scores = self.env["crm.satisfaction.score"].search(action["domain"])
            self.assertEqual(len(scores), row.n)
        self.assertFalse(self.env["crm.satisfaction.index"].browse(5).exists())

    def test_only_what_is_asked_for_is_read(self):
        index = self.env["crm.satisfaction.index"]
        text = index._search([("kind", "=", "nps"), ("level", "=", "dealer"),
                              ("period_kind", "=", "month")]).select().code  # fmt: skip
        self.assertEqual(text.count("GROUP BY version_id, programme_id, kind, factor_id, place"), 1)
        forged = index.with_context(crm_satisfaction_index_narrow="TRUE; DROP TABLE x")
        self.assertTrue(forged.search([("version_id", "=", self.version.id)]))

    def test_dealers_have_no_rank_and_their_own_only(self):
        rows = self._rows(login="manager_a")
        self.assertEqual(rows.dealer_id.sudo(), self.dealer_a)
        self.assertEqual(set(rows.mapped("level")), {"dealer"})
        self.assertFalse(any(rows.mapped("rank")))
        self.assertTrue(any(self._rows(login="auditor").mapped("rank")))

    # -- What is not comparable ----------------------------------------------------------------

    def _second_version(self):
        other = self._version(self.programme)
        other.action_open()
        self._give(other, 40, first=120)
        self.version.with_context(crm_satisfaction_step=STEP).used_on = NOON
        other.with_context(crm_satisfaction_step=STEP).used_on = NOON + timedelta(120)
        self.env.flush_all()
        return other

    def test_a_new_version_is_a_visible_break(self):
        other = self._second_version()
        rows = self.env["crm.satisfaction.index"].search(
            [("programme_id", "=", self.programme.id), ("period_kind", "=", "month")]
        )
        noted = rows.filtered("break_note")
        self.assertEqual(noted.version_id, other)
        self.assertEqual(set(noted.mapped("period")), {date(2026, 7, 1)})
        self.assertEqual(noted, rows.filtered_domain([("is_later", "=", True),
                                                      ("is_first", "=", True)]))  # fmt: skip
        marks = {(row["version_id"], row["break"]) for row in (self.version | other).index()}
        self.assertEqual(marks, {(self.version.id, False), (other.id, True)})

    def test_no_average_across_a_break(self):
        self._second_version()
        totals = [("programme_id", "=", self.programme.id), ("kind", "=", "satisfaction"),
                  ("factor_id", "=", False)]  # fmt: skip
        for model, more in (
            ("crm.satisfaction.score", []),
            ("crm.satisfaction.index", [("level", "=", "dealer"), ("period_kind", "=", "month")]),
        ):
            with self.subTest(model):
                records = self.env[model]
                domain = [*totals, *more]
                [[across]] = records._read_group(domain, [], ["index_value:avg"])
                self.assertFalse(across)
                apart = records._read_group(domain, ["version_id"], ["index_value:avg"])
                wanted = {r["version_id"]: r["index"]
                          for r in self.programme.version_ids.index()}  # fmt: skip
                for version, average in apart:
                    self.assertAlmostEqual(average, wanted[version.id], 5)

    def test_no_average_of_totals_and_factors_or_kinds(self):
        scores = self.env["crm.satisfaction.score"]
        mine = Domain("version_id", "=", self.version.id)
        for domain in (mine, mine & Domain("kind", "=", "satisfaction")):
            [[average]] = scores._read_group(domain, [], ["index_value:avg"])
            self.assertFalse(average)
        [row] = scores.formatted_read_group(mine, [], ["index_value:avg", "value:avg"])
        self.assertFalse(row["index_value:avg"] or row["value:avg"])

    def test_intervals_of_any_group(self):
        domain = [("version_id", "=", self.version.id), ("kind", "=", "satisfaction"),
                  ("factor_id", "=", False)]  # fmt: skip
        groups = self.env["crm.satisfaction.score"]._read_group(
            domain, ["dealer_id"],
            ["index_value:avg", "index_low:min", "index_high:max", "__count", "index_enough:avg"],
        )  # fmt: skip
        wanted = {row["dealer_id"]: row for row in self.version.index([], ["dealer_id"])}
        self.assertEqual(len(groups), len(wanted))
        for dealer, mean, low, high, count, enough in groups:
            row = wanted[dealer.id]
            self.assertAlmostEqual(mean, row["index"], 5)
            self.assertAlmostEqual(low, row["low"], 5)
            self.assertAlmostEqual(high, row["high"], 5)
            self.assertEqual(count, row["n"])
            self.assertEqual(bool(enough), not row["few"])
        self.programme.min_answers = 500
        groups = self.env["crm.satisfaction.score"]._read_group(
            domain, ["dealer_id"], ["index_enough:avg"]
        )
        self.assertFalse(any(enough for _dealer, enough in groups))

    def test_measures_of_the_screens(self):
        fields = self.env["crm.satisfaction.score"].fields_get()
        for name in ("index_value", "index_low", "index_high", "index_enough"):
            self.assertTrue(fields[name].get("aggregator"), name)
        fields = self.env["crm.satisfaction.index"].fields_get()
        for name in ("low", "high", "rank", "error"):
            self.assertFalse(fields[name].get("aggregator"), name)
