"""The arithmetic of assessments against an oracle, over random policies and inputs (S9)."""

import doctest
import json
import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import assessment, assessment_rank, assessment_rules, canonical
from .assessment_oracle import expected

KINDS = ("bonus", "points", "prize", "improvement", "warning", "fine", "exit", "complaint",
         "limit", "condition", "faked")  # fmt: skip
KPIS = ("csi", "ssi", "calls", "data")
WAYS = ("leave_out", "zero", "unranked")


class Draw:
    """Random policies and inputs with many ties, gaps and small networks."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def text(self, low, high, places=2):
        return canonical.decimal_text(round(self.rng.uniform(low, high), places))

    def policy(self):
        rng = self.rng
        roles = ["part", *rng.choices(["part", "part", "factor"], k=rng.randrange(4))]
        components = [self.component(KPIS[n], role) for n, role in enumerate(roles)]
        rules = [self.rule(key, rng.choice(KINDS)) for key in range(1, rng.randrange(2, 9))]
        return {
            "share": self.text(0, 100), "rank_newcomers": rng.random() < 0.5,
            "components": components, "rules": rules,
        }  # fmt: skip

    def component(self, kpi, role):
        rng = self.rng
        return {
            "kpi": kpi, "role": role, "weight": self.text(0.1, 60, 1),
            "scoring": rng.choice(["value", "linear", "target"]),
            "better": rng.choice(["higher", "higher", "lower"]),
            "floor": rng.choice(["0", "60", "95"]), "goal": rng.choice(["90", "100", "12.5"]),
            "min_base": rng.choice([0, 5]), "missing": rng.choice(WAYS),
            "few": rng.choice(["count", *WAYS]),
        }  # fmt: skip

    def rule(self, key, kind):
        rng = self.rng
        ups = sorted(rng.sample([5, 10, 25, 33, 50, 75, 100], rng.randrange(1, 4)))
        return {
            "key": key, "kind": kind, "scope": rng.choice(["network", "region"]),
            "steps": [{"up_to": str(up), "reward": self.text(0, 3, 0)} for up in ups],
            "places": rng.choice(["1", "2", "10", "33.33"]),
            "unit": rng.choice(["count", "percent"]), "except_last": rng.choice([0, 0, 1, 3]),
            "periods": rng.choice([1, 1, 2, 4]), "amount": self.text(0, 9000),
            "repeat_amount": rng.choice(["0", "500"]), "points": rng.choice(["0", "1.5"]),
            "kpi": rng.choice(KPIS), "better": rng.choice(["higher", "lower"]),
            "min_base": rng.choice([0, 5]), "limit": self.text(50, 95, 0),
            "same_matter": rng.choice([0, 3]), "more_than": rng.choice([0, 5]),
            "late_counts": rng.random() < 0.3,
        }  # fmt: skip

    def inputs(self, policy):
        rng = self.rng
        dealers = [
            {"id": number, "code": f"D{number}", "region": rng.choice([1, 2, 2, None]),
             "new": rng.random() < 0.1}
            for number in rng.sample(range(1, 99), rng.randrange(1, 16))
        ]  # fmt: skip
        ids = [dealer["id"] for dealer in dealers]
        figures = {
            kpi: {str(n): self.figure() for n in ids if rng.random() < 0.93} for kpi in KPIS
        }
        inputs = {
            "dealers": dealers,
            "figures": figures,
            "complaints": {str(n): self.complaints() for n in ids if rng.random() < 0.5},
            "faked": {str(n): 1 for n in ids if rng.random() < 0.15},
            "corrections": [
                {"dealer": n, "kpi": "csi", "value": self.text(60, 99, 0), "n": "9"}
                for n in ids if rng.random() < 0.1
            ] + [
                {"dealer": n, **rng.choice([{"faked": 0}, {"complaints": self.complaints()}])}
                for n in ids if rng.random() < 0.2
            ],
            "history": [],
        }  # fmt: skip
        inputs["bases"] = self.bases(policy, inputs)
        inputs["history"] = [self.period(inputs) for _back in range(rng.randrange(5))]
        return inputs

    def complaints(self):
        facts = ("same_matter", "total", "late")
        return {name: self.rng.randrange(8) // (1 + 2 * (name == "late")) for name in facts}

    def figure(self):
        rng = self.rng
        value = rng.choice([None, *(round(rng.uniform(55, 100), rng.choice([0, 1, 6]))
                                    for _try in range(9))])  # fmt: skip
        wide = rng.choice([None, 0.5, 5])
        known = value is not None and wide is not None
        return {
            "value": canonical.decimal_text(value), "n": str(rng.randrange(20)),
            "low": canonical.decimal_text(value - wide) if known else None,
            "high": canonical.decimal_text(value + wide * 1.5) if known else None,
            "target": rng.choice([None, "90", "80"]), "basis": rng.choice(["1", "1", "1,2"]),
        }  # fmt: skip

    def bases(self, policy, inputs):
        """What each dealer is measured with, told by the tool: the oracle only compares it."""
        lines = assessment.assess(policy, inputs)["lines"]
        return {line["dealer"]: line["basis"] for line in lines}

    def period(self, inputs):
        rng = self.rng
        if rng.random() < 0.1:
            return None
        rows = {}
        for dealer in inputs["dealers"]:
            if rng.random() < 0.9:
                score = rng.choice([60, 70, 75.5, 80, 80])
                wide = rng.choice([0, 0, 3])
                basis = inputs["bases"][dealer["id"]] if rng.random() < 0.9 else "another"
                rows[str(dealer["id"])] = {
                    "score": str(score), "low": str(score - wide), "high": str(score + wide),
                    "region": dealer["region"], "basis": basis,
                }  # fmt: skip
        return {"begin": "x", "dealers": rows}


@tagged("post_install", "-at_install")
class TestAssessmentOracle(BaseCase):
    def test_examples_in_the_tools(self):
        for module in (assessment, assessment_rank, assessment_rules, canonical):
            failed, _tried = doctest.testmod(module)
            self.assertEqual(failed, 0, module.__name__)

    def test_random_policies_and_inputs(self):
        """Scores, intervals, ranks, and each rule's proposals; every kind occurs."""
        seen = set()
        for seed in range(600):
            draw = Draw(seed)
            policy = draw.policy()
            inputs = draw.inputs(policy)
            lines, proposals = expected(policy, inputs)
            result = assessment.assess(policy, inputs)
            with self.subTest(seed=seed):
                self._same_lines(result["lines"], lines)
                self._same_proposals(result["proposals"], proposals)
            seen |= {(one["kind"], one["significance"]) for one in result["proposals"]}
        sure = {"yes", "no", "unknown"}
        kinds = {kind: {s for k, s in seen if k == kind} for kind in KINDS}
        for kind in KINDS:
            wanted = {"fact"} if kind in ("complaint", "faked") else sure
            self.assertEqual(kinds[kind], wanted, kind)

    def _same_lines(self, lines, wanted):
        self.assertEqual([line["dealer"] for line in lines], sorted(wanted))
        for line in lines:
            want = wanted[line["dealer"]]
            self.assertEqual(line["why"], want["why"], line)
            for name in ("score", "low", "high", "mark"):
                got = None if line[name] is None else Decimal(line[name])
                self.assertEqual(got, want.get(name), (name, line))
            for name in ("rank", "best", "worst", "count"):
                self.assertEqual(line[name], want[name], (name, line))
                self.assertEqual(line[f"region_{name}"], want[f"r_{name}"], (name, line))

    def _same_proposals(self, found, wanted):
        got = {
            (one["dealer"], one["rule"]): (
                Decimal(one["amount"]), Decimal(one["points"]), one["significance"],
            )
            for one in found
        }  # fmt: skip
        self.assertEqual(got, wanted)
        self.assertEqual(len(got), len(found))

    def test_the_order_of_inputs_does_not_matter(self):
        """The same bytes, whatever the order of dealers and figures."""
        for seed in range(40):
            draw = Draw(seed)
            policy = draw.policy()
            inputs = draw.inputs(policy)
            bases = inputs.pop("bases")
            text = canonical.canonical(assessment.assess(policy, inputs))
            inputs["dealers"] = draw.rng.sample(inputs["dealers"], len(inputs["dealers"]))
            inputs["figures"] = dict(reversed(inputs["figures"].items()))
            again = json.loads(json.dumps(inputs))
            self.assertEqual(canonical.canonical(assessment.assess(policy, again)), text)
            self.assertTrue(bases)

    def test_dealers_see_nobody_elses_figures_in_facts(self):
        """No score of another dealer stands in what is said of a proposal."""
        for seed in range(100):
            draw = Draw(seed)
            policy = draw.policy()
            inputs = draw.inputs(policy)
            result = assessment.assess(policy, inputs)
            scores = {line["dealer"]: line["score"] for line in result["lines"]}
            for one in result["proposals"]:
                told = one["facts"].get("score", scores[one["dealer"]])
                self.assertEqual(told, scores[one["dealer"]])
                self.assertNotIn("threshold", one["facts"])
