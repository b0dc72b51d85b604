"""What an assessment should give, said once more in plain Python by other means (S9).

Decimals of sixty places instead of fractions, counting instead of sorted lists; nothing of
``tools/assessment.py`` is used.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

CENT = Decimal("0.01")
REWARDS = {"bonus", "points", "prize", "improvement"}


def dec(text):
    return Decimal(text)


def cents(number):
    number = number.quantize(Decimal("1e-40"))  # what sixty places make of thirds
    return (number.quantize(CENT, ROUND_HALF_UP) if number >= 0 else
            -((-number).quantize(CENT, ROUND_HALF_UP)))  # fmt: skip


def clamp(number):
    return min(Decimal(100), max(Decimal(0), number))


def expected(policy, inputs):
    with localcontext() as context:
        context.prec = 60
        return _Oracle(policy, inputs).result()


class _Oracle:
    def __init__(self, policy, inputs):
        self.policy, self.inputs = policy, inputs
        self.figures = {kpi: dict(rows) for kpi, rows in inputs["figures"].items()}
        for change in inputs["corrections"]:
            row = dict(self.figures[change["kpi"]].get(str(change["dealer"]), {}))
            row.update(value=change["value"], n=change["n"], low=None, high=None)
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

    # -- Rules

    def proposals(self):
        """``{(dealer, rule): (amount, points, significance)}``."""
        found = {}
        for rule in self.policy["rules"]:
            for number in self.lines:
                given = self.rule(rule, number)
                if given is not None:
                    found[number, rule["key"]] = (rule["kind"], *given)
        guilty = {n for (n, _k), one in found.items() if one[0] in ("condition", "faked")}
        rewarded = {n for (n, _k), one in found.items() if one[0] in REWARDS and (one[1] or one[2])}
        kept, told = {}, set()
        for key, one in found.items():
            number = key[0]
            if one[0] in REWARDS and number in guilty:
                continue
            if one[0] == "condition" and (number not in rewarded or number in told):
                continue
            if one[0] in ("condition", "faked"):
                told.add(number)
            kept[key] = one[1:]
        return kept

    def rule(self, rule, number):
        return getattr(self, f"by_{rule['kind']}")(rule, number)

    def places(self, rule, count, rounding):
        places = dec(rule["places"])
        if rule["unit"] == "percent":
            places = count * places / 100
        return min(count, int(places.to_integral_value(rounding)))

    def by_bonus(self, rule, number):
        rivals = self.rivals(number, rule["scope"])
        if rivals is None:
            return None
        scores = {n: line["score"] for n, line in rivals.items()}
        own, count = scores[number], len(scores)
        last = {n for n in scores if sum(s <= scores[n] for s in scores.values())
                <= rule["except_last"]}  # fmt: skip
        rank = 1 + sum(s > own for s in scores.values())
        for step in rule["steps"]:
            limit = int((count * dec(step["up_to"]) / 100).to_integral_value(ROUND_CEILING))
            if rank <= limit and number not in last:
                outside = [
                    s for n, s in scores.items()
                    if n in last or 1 + sum(t > s for t in scores.values()) > limit
                ]  # fmt: skip
                if not dec(step["reward"]):
                    return None
                sure = self.sure_above(self.lines[number], max(outside, default=None))
                money = rule["kind"] == "bonus"
                reward = dec(step["reward"])
                return (reward, Decimal(0), sure) if money else (Decimal(0), reward, sure)
        return None

    by_points = by_bonus

    def sure_above(self, line, threshold):
        if line["low"] == line["high"]:
            return "unknown"
        return "yes" if threshold is None or line["low"] > threshold else "no"

    def by_prize(self, rule, number):
        rivals = self.rivals(number, rule["scope"])
        if rivals is None:
            return None
        scores = [line["score"] for line in rivals.values()]
        places = self.places(rule, len(scores), ROUND_CEILING)
        if 1 + sum(s > self.lines[number]["score"] for s in scores) > places:
            return None
        outside = [s for s in scores if 1 + sum(t > s for t in scores) > places]
        sure = self.sure_above(self.lines[number], max(outside, default=None))
        return dec(rule["amount"]), Decimal(0), sure

    def change(self, number):
        """``(change, how much lower it may be)`` or None."""
        before = (self.inputs["history"][0] or {"dealers": {}}) if self.inputs["history"] else None
        then = before and before["dealers"].get(str(number))
        line = self.lines[number]
        if not then or line["score"] is None or then["basis"] != self.inputs["bases"][number]:
            return None
        down = line["score"] - line["low"]
        up = dec(then["high"]) - dec(then["score"])
        return line["score"] - dec(then["score"]), cents((down**2 + up**2).sqrt())

    def by_improvement(self, rule, number):
        rivals = self.rivals(number, rule["scope"])
        if rivals is None or self.change(number) is None:
            return None
        changes = {n: self.change(n) for n in rivals if self.change(n) is not None}
        values = [change for change, _down in changes.values()]
        change, down = changes[number]
        places = self.places(rule, len(values), ROUND_CEILING)
        if change <= 0 or 1 + sum(v > change for v in values) > places:
            return None
        outside = [v for v in values if 1 + sum(w > v for w in values) > places]
        threshold = max([Decimal(0), *outside])
        sure = "unknown" if not down else "yes" if change - down > threshold else "no"
        return dec(rule["amount"]), Decimal(0), sure

    def by_last(self, rule, number):
        rivals = self.rivals(number, rule["scope"])
        if rivals is None:
            return None
        periods = [(self.lines[number], rivals)]
        for period in self.inputs["history"]:
            if period is None:
                break
            rows = {
                int(n): {"score": dec(row["score"]), "low": dec(row["low"]),
                         "high": dec(row["high"]), "region": row["region"]}
                for n, row in period["dealers"].items()
            }  # fmt: skip
            own = rows.get(number)
            same = {
                n: row for n, row in rows.items()
                if own and (rule["scope"] == "network" or row["region"] == own["region"])
            }  # fmt: skip
            if own and rule["scope"] == "region" and own["region"] is None:
                own = None
            periods.append((own, same))
        verdicts = []
        for own, same in periods:
            verdict = own and self.last_verdict(rule, own, same)
            if not verdict:
                break
            verdicts.append(verdict)
        if len(verdicts) < rule["periods"]:
            return None
        asked = verdicts[: rule["periods"]]
        sure = "no" if "no" in asked else "unknown" if "unknown" in asked else "yes"
        more = len(verdicts) - rule["periods"]
        return (-dec(rule["amount"]) - more * dec(rule["repeat_amount"]), -dec(rule["points"]),
                sure)  # fmt: skip

    by_warning = by_fine = by_exit = by_last

    def last_verdict(self, rule, own, same):
        scores = [line["score"] for line in same.values()]
        places = self.places(rule, len(scores), ROUND_FLOOR)
        if sum(s <= own["score"] for s in scores) > places:
            return None
        if own["low"] == own["high"]:
            return "unknown"
        outside = [s for s in scores if sum(t <= s for t in scores) > places]
        return "yes" if not outside or own["high"] < min(outside) else "no"

    def by_complaint(self, rule, number):
        told = self.inputs["complaints"].get(str(number))
        if not told:
            return None
        same = rule["same_matter"] and told["same_matter"] >= rule["same_matter"]
        many = rule["more_than"] and told["total"] > rule["more_than"]
        if not (same or many or (rule["late_counts"] and told["late"])):
            return None
        return -dec(rule["amount"]), -dec(rule["points"]), "fact"

    def by_limit(self, rule, number):
        row = self.figures[rule["kpi"]].get(str(number))
        if not row or row["value"] is None or dec(row["n"]) < rule["min_base"]:
            return None
        value, limit = dec(row["value"]), dec(rule["limit"])
        lower = rule["better"] == "lower"
        if value <= limit if lower else value >= limit:
            return None
        end = row["low"] if lower else row["high"]
        if end is None:
            sure = "unknown"
        else:
            sure = "yes" if (dec(end) > limit if lower else dec(end) < limit) else "no"
        return -dec(rule["amount"]), -dec(rule["points"]), sure

    by_condition = by_limit

    def by_faked(self, rule, number):
        if not self.inputs["faked"].get(str(number)):
            return None
        return -dec(rule["amount"]), -dec(rule["points"]), "fact"
