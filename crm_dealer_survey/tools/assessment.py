"""From a policy and collected figures to the results of all dealers, without ORM (S9).

The same policy and inputs give the same result, bit by bit, on every machine: figures are decimal
texts, the arithmetic is of whole numbers and fractions, and each result is rounded once, half up.

- A *score* lies between 0 and 100 and has two decimals; ranks, and all that follows, are of the
  score as it is shown.
- **Ties**: equal scores share the better rank. Whoever shares a rank across a limit stands on the
  better side of it: gets the reward, and is not among the last.
- Places in percent: a part of a dealer counts as a whole one among the first, and as none among
  the last.
- Intervals: deviations of the parts are independent of each other; a part without an interval is
  exact. A corrected figure is as sure as the collected one was.
- A change of this arithmetic takes another ``format`` of the policy's data: published results are
  recomputed as they were.
"""

from decimal import Decimal
from fractions import Fraction
from math import isqrt

from .assessment_rank import place, text, two
from .assessment_rules import proposals

_FINE = 10**12
HUNDRED = Fraction(100)
COUNTS = {"complaints": "complaint", "faked": "faked"}  # the kind of rule that asks for each


def assess(policy, inputs):
    """Results of all dealers, and what is proposed for them.

    :param dict policy: ``crm.assessment.policy._as_data()``
    :param dict inputs: ``crm.assessment.policy._inputs(begin, end)``; ``corrections`` hold what
        upheld appeals changed
    :return: ``{"lines": [...], "proposals": [...]}``, plain data with numbers as text, in the
        order of dealers' ids; see ``_line`` and ``assessment_rules.proposals``

    >>> policy = {"share": "19", "rank_newcomers": False, "rules": [], "components": [{"kpi": "csi",
    ...     "role": "part", "weight": "1", "scoring": "value", "floor": "0", "goal": "100",
    ...     "min_base": 2, "missing": "zero", "few": "unranked", "better": "higher"}]}
    >>> figure = {"value": "80.005", "n": "9", "low": None, "high": None, "target": None}
    >>> inputs = {"dealers": [{"id": 7, "region": None, "new": False}], "corrections": [],
    ...     "figures": {"csi": {"7": figure}}, "complaints": {}, "faked": {}, "history": []}
    >>> [line] = assess(policy, inputs)["lines"]
    >>> line["score"], line["rank"], line["mark"]
    ('80.01', 1, '15.2')
    """
    inputs = {**inputs, **corrected_counts(inputs)}
    figures = corrected(inputs["figures"], inputs["corrections"])
    before = inputs["history"][0] if inputs["history"] else None
    lines = [
        _line(policy, dealer, figures, (before or {}).get("dealers", {}))
        for dealer in sorted(inputs["dealers"], key=lambda dealer: dealer["id"])
    ]
    place(lines)
    return {"lines": lines, "proposals": proposals(policy, inputs, figures, lines)}


def corrected(figures, corrections):
    """The figures with those that appeals corrected; the collected ones stay as they are.

    >>> corrected({"csi": {"1": {"value": "5", "n": "1"}}}, [
    ...     {"dealer": 1, "kpi": "csi", "value": "6", "n": "2"}])["csi"]["1"]["value"]
    '6'
    """
    figures = {kpi: dict(by_dealer) for kpi, by_dealer in figures.items()}
    for change in corrections:
        if "kpi" not in change:
            continue
        by_dealer = figures.setdefault(change["kpi"], {})
        old = by_dealer.get(str(change["dealer"]), {})
        new = {"value": change["value"], "n": change["n"], **_moved(old, change["value"])}
        by_dealer[str(change["dealer"])] = {"target": None, "basis": "", **old, **new}
    return figures


def corrected_counts(inputs):
    """Complaints and confirmed cheats with the counts that appeals corrected.

    >>> corrected_counts({"complaints": {}, "faked": {"1": 2, "2": 1}, "corrections": [
    ...     {"dealer": 1, "faked": 0}]})
    {'complaints': {}, 'faked': {'1': 0, '2': 1}}
    """
    counts = {name: dict(inputs[name]) for name in COUNTS}
    for change in inputs["corrections"]:
        for name in COUNTS.keys() & change.keys():
            counts[name][str(change["dealer"])] = change[name]
    return counts


def _moved(figure, value):
    """The interval of a figure about another value; Nones where one of them is unknown.

    >>> _moved({"value": "72", "low": "67.5", "high": "75"}, "73")
    {'low': '68.5', 'high': '76'}
    """
    ends = {end: figure.get(end) for end in ("low", "high")}
    if None in (value, figure.get("value"), *ends.values()):
        return dict.fromkeys(ends)
    by = Decimal(value) - Decimal(figure["value"])
    return {end: f"{(Decimal(old) + by).normalize():f}" for end, old in ends.items()}


def _line(policy, dealer, figures, before):
    """One dealer: score, interval, parts; ranks come with ``place``."""
    parts = [
        _part(component, figures.get(component["kpi"], {}).get(str(dealer["id"])))
        for component in policy["components"]
    ]
    why = next((part["why"] for part in parts if part["used"] == "unranked"), None)
    score, down, up = _total(parts)
    if score is None:
        why = why or "missing"
    if why is None and dealer["new"] and not policy["rank_newcomers"]:
        why = "new"
    line = {
        "dealer": dealer["id"],
        "region": dealer["region"],
        "why": why,
        "parts": [_shown(part) for part in parts],
        "basis": _basis(policy, dealer, figures),
        **_worth(policy, score, down, up),
        "accuracy": text(two(_factor(parts) * HUNDRED)) if _has_factor(parts) else None,
    }
    return {**line, **_change(line, before.get(str(dealer["id"])))}


def _worth(policy, score, down, up):
    """The score as it is shown, its interval, and its part of the overall mark."""
    if score is None:
        return dict.fromkeys(("score", "low", "high", "mark"))
    low, high = two(max(Fraction(0), score - down)), two(min(HUNDRED, score + up))
    score = two(score)
    mark = two(score * Fraction(policy["share"]) / 100)
    return {"score": text(score), "low": text(low), "high": text(high), "mark": text(mark)}


def _basis(policy, dealer, figures):
    """What the score was measured with: scores of another basis are not compared."""
    bases = []
    for component in policy["components"]:
        figure = figures.get(component["kpi"], {}).get(str(dealer["id"])) or {}
        weight = component["weight"] if component["role"] == "part" else component["role"]
        bases.append(f"{component['kpi']}*{weight}*{component['scoring']}:{figure.get('basis')}")
    return ";".join(sorted(bases))


def _change(line, before):
    """The score less that of the period before, where both are of one measure."""
    known = before and line["score"] is not None and before["basis"] == line["basis"]
    if not known:
        return {"change": None, "change_down": None}
    now, then = Fraction(line["score"]), Fraction(before["score"])
    down, up = now - Fraction(line["low"]), Fraction(before["high"]) - then
    return {"change": text(now - then), "change_down": text(two(root(down**2 + up**2)))}


# -- Parts -----------------------------------------------------------------------------------------


def _part(component, figure):
    """What a figure scores: ``used`` says whether and why it counts otherwise."""
    figure = figure or {}
    value, n = figure.get("value"), Fraction(figure.get("n") or 0)
    part = {"component": component, "figure": figure, "score": None, "why": None, "down": None,
            "up": None}  # fmt: skip
    goal = figure.get("target")
    if value is None or (component["scoring"] == "target" and goal is None):
        return _otherwise(part, component["missing"], "missing")
    if n < component["min_base"] and component["few"] != "count":
        return _otherwise(part, component["few"], "few")
    score = _score(component, Fraction(value), goal)
    part |= {"used": "value" if n >= component["min_base"] else "few", "score": score}
    if figure.get("low") is not None and figure.get("high") is not None:
        ends = sorted(_score(component, Fraction(figure[end]), goal) for end in ("low", "high"))
        part |= {"down": max(Fraction(0), score - ends[0]), "up": max(Fraction(0), ends[1] - score)}
    return part


def _otherwise(part, way, why):
    return {**part, "used": way, "why": why, "score": Fraction(0) if way == "zero" else None}


def _score(component, value, target):
    """0 to 100 of a value.

    >>> linear = {"scoring": "linear", "floor": "60", "goal": "90", "better": "higher"}
    >>> [int(_score(linear, Fraction(value), None)) for value in (50, 75, 95)]
    [0, 50, 100]
    """
    lower = component["better"] == "lower"
    if component["scoring"] == "linear":
        floor, goal = Fraction(component["floor"]), Fraction(component["goal"])
        score = (value - floor) / (goal - floor) * 100
    elif component["scoring"] == "target":
        above, below = (Fraction(target), value) if lower else (value, Fraction(target))
        score = above / below * 100 if below > 0 else HUNDRED
    else:
        score = HUNDRED - value if lower else value
    return min(HUNDRED, max(Fraction(0), score))


def _total(parts):
    """``(score, down, up)``: the weighted mean of what counts, times the factors."""
    counted = [
        part for part in parts if part["component"]["role"] == "part" and part["score"] is not None
    ]
    if not counted:
        return None, None, None
    weights = [Fraction(part["component"]["weight"]) for part in counted]
    whole = sum(weights)
    pairs = list(zip(weights, counted, strict=True))
    score = sum(weight * part["score"] for weight, part in pairs) / whole
    spread = [
        sum((weight / whole * (part[end] or 0)) ** 2 for weight, part in pairs)
        for end in ("down", "up")
    ]
    for part in _factors(parts):
        factor = part["score"] / 100
        spread = [
            square * factor**2 + (score * (part[end] or 0) / 100) ** 2
            for square, end in zip(spread, ("down", "up"), strict=True)
        ]
        score *= factor
    return score, root(spread[0]), root(spread[1])


def _factors(parts):
    return [
        part for part in parts
        if part["component"]["role"] == "factor" and part["score"] is not None
    ]  # fmt: skip


def _has_factor(parts):
    return bool(_factors(parts))


def _factor(parts):
    product = Fraction(1)
    for part in _factors(parts):
        product *= part["score"] / 100
    return product


def _shown(part):
    component, figure = part["component"], part["figure"]
    return {
        "kpi": component["kpi"],
        "role": component["role"],
        "weight": component["weight"],
        "value": figure.get("value"),
        "n": figure.get("n"),
        "low": figure.get("low"),
        "high": figure.get("high"),
        "used": part["used"],
        "score": None if part["score"] is None else text(two(part["score"])),
    }


def root(square):
    """The square root: exact where there is one, else of twelve decimals cut off.

    >>> root(Fraction(4, 9)), float(root(Fraction(2)))
    (Fraction(2, 3), 1.414213562373)
    """
    above, below = isqrt(square.numerator), isqrt(square.denominator)
    if above**2 == square.numerator and below**2 == square.denominator:
        return Fraction(above, below)
    return Fraction(isqrt(square.numerator * _FINE**2 // square.denominator), _FINE)
