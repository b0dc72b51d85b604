"""What follows from scores and ranks: rewards, penalties, reviews; without ORM (S9).

Each is a proposal: nothing happens by itself. Its *significance*:

- ``yes``: the threshold lies outside the dealer's interval; ``no``: inside, so that chance may
  have decided; ``unknown``: no interval is known; ``fact``: it stands on counted facts.
- The threshold of a place is the nearest score on the other side of it; of a reward by steps the
  best score below the step; of an improvement no change at least.
- What asks for several periods running is significant when each of them is.
"""

from fractions import Fraction
from math import ceil

from .assessment_rank import Field, by_region, first_places, last_places, text, two, worse_half

REWARDS = ("bonus", "points", "prize", "improvement")


def proposals(policy, inputs, figures, lines):
    """The proposals of all rules, by rule and dealer; rewards that are cancelled left out.

    :return: ``[{"dealer", "rule", "kind", "amount", "points", "significance", "threshold",
        "facts"}]``; amounts and points of penalties are negative
    """
    case = Case(inputs, figures, lines)
    found = []
    for rule in policy["rules"]:
        found += _KINDS[rule["kind"]](rule, case)
    return _cancelled(found)


class Case:
    """What the rules look at."""

    def __init__(self, inputs, figures, lines):
        self.inputs, self.figures = inputs, figures
        self.lines = {line["dealer"]: line for line in lines}
        self.ranked = [line for line in lines if line["why"] is None]

    def groups(self, scope):
        """The ranked lines whose places are counted together."""
        if scope == "region":
            return [group for _region, group in sorted(by_region(self.ranked).items())]
        return [self.ranked]

    def before(self, periods, scope):
        """``[{dealer: (Field, line)}]`` of so many periods before, up to the first that lacks."""
        found = []
        for period in self.inputs["history"][:periods]:
            if period is None:
                break
            lines = [{**line, "dealer": int(key)} for key, line in period["dealers"].items()]
            groups = by_region(lines).values() if scope == "region" else [lines]
            fields = {}
            for group in groups:
                field = _field(group)
                fields.update({line["dealer"]: (field, line) for line in group})
            found.append(fields)
        return found


def _field(lines):
    return Field({line["dealer"]: Fraction(line["score"]) for line in lines})


def _proposal(rule, dealer, facts, amount=0, points=0, significance="fact", threshold=None):
    return {
        "dealer": dealer,
        "rule": rule["key"],
        "kind": rule["kind"],
        "amount": text(two(Fraction(amount))),
        "points": text(two(Fraction(points))),
        "significance": significance,
        "threshold": None if threshold is None else text(two(threshold)),
        "facts": facts,
    }


def _facts(rule, line, **more):
    place = "region_" if rule["scope"] == "region" else ""
    facts = {"score": line["score"], "rank": line[place + "rank"], "count": line[place + "count"]}
    return {**facts, "scope": rule["scope"], **more}


def _beyond(end, threshold, sign):
    """Significance of an end of the interval that must lie above (1) or below (-1)."""
    return "yes" if threshold is None or (Fraction(end) - threshold) * sign > 0 else "no"


def _known(line):
    return line["low"] != line["high"]


# -- Rewards ---------------------------------------------------------------------------------------


def _by_steps(rule, case):
    """The best get the reward of their step; the very last ones nothing."""
    found = []
    for group in case.groups(rule["scope"]):
        field = _field(group)
        for line in group:
            step = _step(rule, field, line["dealer"])
            if step and Fraction(step["reward"]):
                found.append(_stepped(rule, field, line, step))
    return found


def _step(rule, field, dealer):
    if field.is_last(dealer, _excepted(rule, field)):
        return None
    for step in rule["steps"]:
        if field.is_first(dealer, _places(step, field)):
            return step
    return None


def _excepted(rule, field):
    return worse_half(rule["except_last"], field.count)


def _places(step, field):
    return ceil(field.count * Fraction(step["up_to"]) / 100)


def _stepped(rule, field, line, step):
    ends = (field.best_outside(_places(step, field)), field.best_last(_excepted(rule, field)))
    threshold = max((end for end in ends if end is not None), default=None)
    given = {"amount" if rule["kind"] == "bonus" else "points": step["reward"]}
    sure = _beyond(line["low"], threshold, 1) if _known(line) else "unknown"
    facts = _facts(rule, line, step=step["up_to"])
    return _proposal(rule, line["dealer"], facts, **given, significance=sure, threshold=threshold)


def _prize(rule, case):
    """The first ones get a prize."""
    found = []
    for group in case.groups(rule["scope"]):
        field = _field(group)
        places = first_places(rule, field.count)
        threshold = field.best_outside(places)
        for line in group:
            if field.is_first(line["dealer"], places):
                sure = _beyond(line["low"], threshold, 1) if _known(line) else "unknown"
                found.append(
                    _proposal(rule, line["dealer"], _facts(rule, line), rule["amount"],
                              significance=sure, threshold=threshold)
                )  # fmt: skip
    return found


def _improvement(rule, case):
    """Who became better most against the period before gets a prize."""
    found = []
    for group in case.groups(rule["scope"]):
        group = [line for line in group if line["change"] is not None]
        field = Field({line["dealer"]: Fraction(line["change"]) for line in group})
        places = first_places(rule, field.count)
        threshold = max(field.best_outside(places) or Fraction(0), Fraction(0))
        for line in group:
            change, down = Fraction(line["change"]), Fraction(line["change_down"])
            if change > 0 and field.is_first(line["dealer"], places):
                sure = _beyond(change - down, threshold, 1) if down else "unknown"
                facts = _facts(rule, line, change=line["change"], place=field.rank(line["dealer"]))
                found.append(
                    _proposal(rule, line["dealer"], facts, rule["amount"], significance=sure,
                              threshold=threshold)
                )  # fmt: skip
    return found


# -- Penalties -------------------------------------------------------------------------------------


def _last(rule, case):
    """The last ones, in so many periods running: warned, fined, or reviewed."""
    before = case.before(len(case.inputs["history"]), rule["scope"])
    found = []
    for group in case.groups(rule["scope"]):
        field = _field(group)
        for line in group:
            streak = _streak(rule, [{line["dealer"]: (field, line)}, *before], line["dealer"])
            if len(streak) >= rule["periods"]:
                found.append(_lasting(rule, field, line, streak))
    return found


def _streak(rule, periods, dealer):
    """Significance of each period running in which the dealer is among the last, latest first."""
    streak = []
    for period in periods:
        field, line = period.get(dealer, (None, None))
        if field is None or not field.is_last(dealer, last_places(rule, field.count)):
            break
        threshold = field.worst_outside(last_places(rule, field.count))
        streak.append(_beyond(line["high"], threshold, -1) if _known(line) else "unknown")
    return streak


def _lasting(rule, field, line, streak):
    asked = set(streak[: rule["periods"]])
    sure = next((one for one in ("no", "unknown") if one in asked), "yes")
    more = (len(streak) - rule["periods"]) * Fraction(rule["repeat_amount"])
    return _proposal(
        rule,
        line["dealer"],
        _facts(rule, line, streak=len(streak)),
        -(Fraction(rule["amount"]) + more),
        -Fraction(rule["points"]),
        sure,
        field.worst_outside(last_places(rule, field.count)),
    )


def _complaint(rule, case):
    """Too many complaints on one matter in a month, or in the period, or one solved late."""
    found = []
    for dealer in sorted(case.lines):
        told = case.inputs["complaints"].get(str(dealer))
        if told and _too_many(rule, told):
            facts = {name: told.get(name, 0) for name in ("same_matter", "total", "late")}
            found.append(_proposal(rule, dealer, facts, *_penalty(rule)))
    return found


def _too_many(rule, told):
    return (
        0 < rule["same_matter"] <= told.get("same_matter", 0)
        or 0 < rule["more_than"] < told.get("total", 0)
        or (rule["late_counts"] and told.get("late", 0) > 0)
    )


def _penalty(rule):
    return -Fraction(rule["amount"]), -Fraction(rule["points"])


def _below_limit(rule, case):
    """A KPI worse than its limit; without enough cases nothing follows."""
    found = []
    limit = Fraction(rule["limit"])
    sign = -1 if rule["better"] == "lower" else 1
    for dealer in sorted(case.lines):
        figure = case.figures.get(rule["kpi"], {}).get(str(dealer)) or {}
        enough = Fraction(figure.get("n") or 0) >= rule["min_base"]
        value = figure.get("value")
        if value is None or not enough or (Fraction(value) - limit) * sign >= 0:
            continue
        end = figure.get("high" if sign > 0 else "low")
        sure = "unknown" if end is None else _beyond(end, limit, -sign)
        facts = {"kpi": rule["kpi"], "value": value, "limit": rule["limit"], "n": figure["n"]}
        found.append(_proposal(rule, dealer, facts, *_penalty(rule), sure, limit))
    return found


def _faked(rule, case):
    """Faked data, confirmed by a person of the manufacturer."""
    return [
        _proposal(rule, dealer, {"cases": count}, *_penalty(rule))
        for dealer in sorted(case.lines)
        if (count := case.inputs["faked"].get(str(dealer), 0))
    ]


_KINDS = {
    **dict.fromkeys(("bonus", "points"), _by_steps),
    "prize": _prize,
    "improvement": _improvement,
    **dict.fromkeys(("warning", "fine", "exit"), _last),
    "complaint": _complaint,
    **dict.fromkeys(("limit", "condition"), _below_limit),
    "faked": _faked,
}


def _cancelled(found):
    """Faked data and unmet conditions take all rewards of a dealer; the first one tells of them."""
    lost = {}
    for one in found:
        if one["kind"] in REWARDS:
            amount, points = lost.get(one["dealer"], (0, 0))
            lost[one["dealer"]] = (amount + Fraction(one["amount"]),
                                   points + Fraction(one["points"]))  # fmt: skip
    guilty = {one["dealer"] for one in found if one["kind"] in ("condition", "faked")}
    kept = []
    for one in found:
        if one["kind"] in REWARDS and one["dealer"] in guilty:
            continue
        if one["kind"] in ("condition", "faked"):
            amount, points = lost.pop(one["dealer"], (0, 0))
            if one["kind"] == "condition" and not (amount or points):
                continue
            more = {"lost_amount": text(Fraction(amount)), "lost_points": text(Fraction(points))}
            one = {**one, "facts": {**one["facts"], **more}}
        kept.append(one)
    return kept
