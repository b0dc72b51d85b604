"""The oracle of assessments: which proposals follow, by counting (S9)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

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


class RuleOracle:
    """Needs ``policy``, ``inputs``, ``figures``, ``lines`` and ``rivals``."""

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
                <= min(rule["except_last"], count // 2)}  # fmt: skip
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
        if rule["unit"] == "count" and places > len(scores) / 2:
            places = len(scores) // 2
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
