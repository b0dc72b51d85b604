"""Replayed chains of periods against an oracle, over random policies and inputs (S9)."""

import doctest
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import simulation
from ..tools.assessment import assess
from .simulation_oracle import replayed
from .test_assessment_oracle import KPIS, Draw

PERIODS = range(1, 6)


class Chain:
    """Five periods of the same dealers; the first was not chosen, and is published."""

    def __init__(self, seed):
        self.draw = Draw(seed)
        self.used, self.other = self.draw.policy(), self.draw.policy()
        first = self.draw.inputs(self.used)
        self.ids = [dealer["id"] for dealer in first["dealers"]]
        self.inputs = {1: first}
        for number in PERIODS[1:]:
            figures = {
                kpi: {str(n): self.draw.figure() for n in self.ids if self.draw.rng.random() < 0.9}
                for kpi in KPIS
            }
            self.inputs[number] = {**first, "figures": figures, "corrections": [], "history": []}
        result = assess(self.used, first)
        self.published = {1: simulation.as_history(result, "1")}
        for number in PERIODS[1:]:
            self.inputs[number]["history"] = [self.published[1]] if number == 2 else [None]

    def cases(self):
        """For the oracle: what each dealer is measured with is told by the tool."""
        cases = {}
        for number in PERIODS[1:]:
            used, other = (
                {line["dealer"]: line["basis"]
                 for line in assess(policy, self.inputs[number])["lines"]}
                for policy in (self.used, self.other)
            )  # fmt: skip
            cases[number] = (self.used, {**self.inputs[number], "bases": used}, other)
        return cases

    def replay(self):
        """By the tool, as the model does it."""
        kept, found = {}, {}
        for number in PERIODS[1:]:
            depth = simulation.periods_back(self.other["rules"])
            begins = [str(number - back) for back in range(1, depth + 1)]
            published = [self.published.get(int(begin)) for begin in begins]
            inputs = {
                **self.inputs[number],
                "history": simulation.chained(begins, kept, published),
            }
            after = assess(self.other, inputs)
            kept[str(number)] = simulation.as_history(after, str(number))
            before = assess(self.used, self.inputs[number])
            found[number] = simulation.compare(before, after)
        return found


@tagged("post_install", "-at_install")
class TestSimulationOracle(BaseCase):
    def test_examples_in_the_tool(self):
        self.assertEqual(doctest.testmod(simulation)[0], 0)

    def test_random_chains(self):
        """Money, points, scores, ranks, who gains, correlation; streaks over replayed periods."""
        streaks, outcomes = set(), set()
        for seed in range(40):
            chain = Chain(seed)
            found = chain.replay()
            rows, alike = replayed(chain.cases(), chain.other, chain.published)
            for number in PERIODS[1:]:
                with self.subTest(seed=seed, period=number):
                    self._same(found[number], rows[number], alike[number])
                outcomes |= {one["outcome"] for one in found[number]["dealers"]}
                for one in found[number]["dealers"]:
                    streaks |= {kind for kind, *_rest in one["after"]["follows"]}
        self.assertEqual(outcomes, {"gains", "loses", "same"})
        self.assertLessEqual({"exit", "fine", "warning", "improvement"}, streaks)

    def _same(self, found, rows, alike):
        self.assertEqual([one["dealer"] for one in found["dealers"]], sorted(rows))
        for one in found["dealers"]:
            want = rows[one["dealer"]]
            for side in ("before", "after"):
                got = one[side]
                score = None if got["score"] is None else Decimal(got["score"])
                self.assertEqual(
                    (score, got["rank"], Decimal(got["money"]), Decimal(got["points"])),
                    want[side],
                )
                self.assertEqual(
                    Decimal(got["reward"]) + Decimal(got["fine"]), Decimal(got["money"])
                )
            self.assertEqual(one["outcome"], want["outcome"])
        sums = found["summary"]
        self.assertEqual(sums["gains"], sum(r["outcome"] == "gains" for r in rows.values()))
        self.assertEqual(sums["loses"], sum(r["outcome"] == "loses" for r in rows.values()))
        self.assertEqual(
            Decimal(sums["money_after"]), sum((r["after"][2] for r in rows.values()), Decimal(0))
        )
        if alike is None:
            self.assertIsNone(sums["correlation"])
        else:
            self.assertAlmostEqual(float(sums["correlation"]), alike, delta=0.00051)

    def test_the_same_rules_change_nothing(self):
        for seed in range(20):
            chain = Chain(seed)
            result = assess(chain.used, chain.inputs[1])
            found = simulation.compare(result, result)
            self.assertEqual({one["outcome"] for one in found["dealers"]}, {"same"})
            self.assertIn(found["summary"]["correlation"], ("1", None))

    def test_what_becomes_significant(self):
        """By dealer and kind: what is there on both sides."""

        def side(*pairs):
            lines = [{"dealer": 1, "score": "5", "rank": 1, "region": None, "why": None}]
            proposals = [
                {"dealer": 1, "kind": kind, "amount": "1", "points": "0", "significance": sure}
                for kind, sure in pairs
            ]
            return {"lines": lines, "proposals": proposals}

        for before, after, wanted in (
            ([("bonus", "no")], [("bonus", "yes")], (1, 0)),
            ([("bonus", "yes")], [("bonus", "no")], (0, 1)),
            ([("fine", "unknown")], [("fine", "no")], (0, 1)),
            ([("bonus", "no")], [("fine", "yes")], (0, 0)),
            ([("fine", "no"), ("fine", "yes")], [("fine", "yes")], (1, 0)),
        ):
            sums = simulation.compare(side(*before), side(*after))["summary"]
            self.assertEqual((sums["turned_firm"], sums["turned_shaky"]), wanted)
