"""What an assessment should give, said once more in plain Python by other means (S9).

Decimals of sixty places instead of fractions, counting instead of sorted lists; nothing of
``tools/assessment.py`` is used.
"""

from copy import deepcopy
from decimal import Decimal, localcontext

from .assessment_oracle_rules import RuleOracle, cents, clamp, dec


def expected(policy, inputs):
    with localcontext() as context:
        context.prec = 60
        return _Oracle(policy, inputs).result()


class _Oracle(RuleOracle):
    def __init__(self, policy, inputs):
        self.policy, self.inputs = policy, deepcopy(inputs)
        self.figures = {kpi: dict(rows) for kpi, rows in inputs["figures"].items()}
        for change in inputs["corrections"]:
            if "kpi" not in change:
                for name in ("complaints", "faked"):
                    self.inputs[name].update({str(change["dealer"]): change[name]}
                                             if name in change else {})  # fmt: skip
                continue
            row = dict(self.figures[change["kpi"]].get(str(change["dealer"]), {}))
            known = None not in (row.get("low"), row.get("high"), change["value"])
            ends = {
                end: str(dec(change["value"]) - (dec(row["value"]) - dec(row[end])))
                if known else None for end in ("low", "high")
            }  # fmt: skip
            row.update(value=change["value"], n=change["n"], **ends)
            self.figures[change["kpi"]][str(change["dealer"])] = row
        self.lines = {}

    def result(self):
        for dealer in self.inputs["dealers"]:
            self.lines[dealer["id"]] = self.line(dealer)
        for number, line in self.lines.items():
            line.update(self.ranks(number, "network", ""), **self.ranks(number, "region", "r_"))
        return self.lines, self.proposals()

    # -- Scores

    def line(self, dealer):
        score, why, squares = self.score(dealer)
        if score is None:
            return {"why": why or "missing", "score": None, "region": dealer["region"]}
        if why is None and dealer["new"] and not self.policy["rank_newcomers"]:
            why = "new"
        low, high = score - squares[0].sqrt(), score + squares[1].sqrt()
        shown = cents(score)
        return {
            "why": why, "region": dealer["region"], "score": shown, "low": cents(clamp(low)),
            "high": cents(clamp(high)), "mark": cents(shown * dec(self.policy["share"]) / 100),
        }  # fmt: skip

    def score(self, dealer):
        top = weights = Decimal(0)
        squares, why, factors = [Decimal(0)] * 2, None, []
        for component in self.policy["components"]:
            value, reason = self.part(component, dealer["id"])
            why = why or reason
            if value is None:
                continue
            if component["role"] == "factor":
                factors.append(value)
                continue
            weight = dec(component["weight"])
            top, weights = top + weight * value[0], weights + weight
            squares = [
                s + (weight * d) ** 2 for s, d in zip(squares, value[1:], strict=True)
            ]
        if not weights:
            return None, why, None
        score = top / weights
        squares = [s / weights**2 for s in squares]
        for factor, *ends in factors:
            squares = [
                s * (factor / 100) ** 2 + (score * d / 100) ** 2
                for s, d in zip(squares, ends, strict=True)
            ]
            score = score * factor / 100
        return score, why, squares

    def part(self, component, dealer):
        """``((score, down, up) or None, why not ranked)``."""
        row = self.figures[component["kpi"]].get(str(dealer)) or {}
        no_target = component["scoring"] == "target" and row.get("target") is None
        if row.get("value") is None or no_target:
            way, why = component["missing"], "missing"
        elif dec(row["n"]) < component["min_base"]:
            way, why = component["few"], "few"
        else:
            way, why = "count", None
        if way == "count":
            middle = self.points(component, row["value"], row)
            ends = [row.get("low"), row.get("high")]
            if None in ends:
                return (middle, Decimal(0), Decimal(0)), None
            ends = [self.points(component, end, row) for end in ends]
            return (middle, max(Decimal(0), middle - min(ends)),
                    max(Decimal(0), max(ends) - middle)), None  # fmt: skip
        if way == "zero":
            return (Decimal(0), Decimal(0), Decimal(0)), None
        return None, why if way == "unranked" else None

    def points(self, component, value, row):
        value, lower = dec(value), component["better"] == "lower"
        if component["scoring"] == "value":
            return clamp(100 - value if lower else value)
        if component["scoring"] == "linear":
            floor, goal = dec(component["floor"]), dec(component["goal"])
            return clamp(100 * (value - floor) / (goal - floor))
        above, below = (dec(row["target"]), value) if lower else (value, dec(row["target"]))
        return clamp(100 * above / below) if below > 0 else Decimal(100)

    # -- Ranks

    def rivals(self, number, scope):
        own = self.lines[number]
        if own["why"] is not None or (scope == "region" and own["region"] is None):
            return None
        return {
            other: line for other, line in self.lines.items()
            if line["why"] is None and (scope == "network" or line["region"] == own["region"])
        }  # fmt: skip

    def ranks(self, number, scope, prefix):
        rivals, own = self.rivals(number, scope), self.lines[number]
        names = ("rank", "best", "worst", "count")
        if rivals is None:
            return {prefix + name: None for name in names}
        values = (
            1 + sum(line["score"] > own["score"] for line in rivals.values()),
            1 + sum(line["low"] > own["high"] for line in rivals.values()),
            sum(line["high"] >= own["low"] for line in rivals.values()),
            len(rivals),
        )
        return {prefix + name: value for name, value in zip(names, values, strict=True)}
