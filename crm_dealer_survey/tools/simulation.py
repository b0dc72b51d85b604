"""What other rules would have meant for dealers: two results of a period side by side (S9).

Without ORM; results are those of ``tools.assessment.assess``. Money is what is proposed, before
anybody approves.
"""

from collections import defaultdict
from fractions import Fraction
from math import floor

from .assessment import root
from .assessment_rank import text

_LONGEST = 12  # with fines that grow so many periods back are looked at
_KEPT = ("score", "low", "high", "region", "basis")


def periods_back(rules):
    """How many periods before the rules of a policy's data may look at.

    >>> periods_back([{"periods": 4, "repeat_amount": "0"}])
    3
    """
    grows = any(Fraction(rule["repeat_amount"]) for rule in rules)
    return max([1, *(rule["periods"] - 1 for rule in rules), grows and _LONGEST])


def as_history(result, begin):
    """A result as one of the periods before in the inputs of a later one.

    :param str begin: the first day of the period
    """
    ranked = [line for line in result["lines"] if line["why"] is None]
    rows = {str(line["dealer"]): {name: line[name] for name in _KEPT} for line in ranked}
    return {"begin": begin, "dealers": rows}


def chained(begins, replayed, published):
    """The periods before one, latest first: the replayed ones in place of the published ones.

    :param list begins: first days of the periods before, latest first
    :param dict replayed: ``{first day: as_history(...)}`` of the simulated periods
    :param list published: what stands there otherwise, by place; None where a period lacks

    >>> chained(["b", "a"], {"b": "replayed"}, ["published b", None])
    ['replayed', None]
    """
    return [replayed.get(day, kept) for day, kept in zip(begins, published, strict=True)]


def compare(before, after):
    """Each dealer before and after, and the sums of the period.

    :return: ``{"dealers": [...], "summary": {...}}``, numbers as text, in the order of dealers'
        ids; a dealer that the other rules are not about has no ``after``
    """
    lines = [{line["dealer"]: line for line in result["lines"]} for result in (before, after)]
    found = [_by_dealer(result["proposals"]) for result in (before, after)]
    dealers = [
        _dealer(number, *(one.get(number) for one in lines), *(one[number] for one in found))
        for number in sorted(lines[0].keys() | lines[1].keys())
    ]
    return {"dealers": dealers, "summary": _summary(dealers, *lines)}


def _by_dealer(proposals):
    found = defaultdict(list)
    for one in proposals:
        found[one["dealer"]].append(one)
    return found


def _dealer(number, line, new, found, new_found):
    known = (line, new)
    old_side, new_side = _side(line, found), _side(new, new_found)
    change = {
        f"{name}_change": text(Fraction(new_side[name]) - Fraction(old_side[name]))
        for name in ("money", "points")
    }
    both = all(one and one["score"] is not None for one in known)
    ranked = all(one and one["rank"] for one in known)
    firm, shaky = _turned(found, new_found)
    return {
        "dealer": number,
        "region": (line or new)["region"],
        "before": old_side,
        "after": new_side,
        **change,
        "score_change": text(Fraction(new["score"]) - Fraction(line["score"])) if both else None,
        "rank_change": line["rank"] - new["rank"] if ranked else None,
        "turned_firm": firm,
        "turned_shaky": shaky,
        "outcome": _outcome(change),
    }


def _side(line, found):
    """What one set of rules gives a dealer: money above zero and below, points, what follows."""
    amounts = [Fraction(one["amount"]) for one in found]
    reward, fine = sum(a for a in amounts if a > 0), sum(a for a in amounts if a < 0)
    return {
        "score": line and line["score"],
        "rank": line and line["rank"],
        "reward": text(Fraction(reward)),
        "fine": text(Fraction(fine)),
        "money": text(Fraction(reward + fine)),
        "points": text(sum((Fraction(one["points"]) for one in found), Fraction(0))),
        "follows": [
            [one["kind"], one["amount"], one["points"], one["significance"]] for one in found
        ],
    }


def _turned(before, after):
    """How many kinds of proposals became firm, and shaky: by chance, where one is ``no``."""
    shaky = [
        {kind: any(one["significance"] == "no" for one in found if one["kind"] == kind)
         for kind in {one["kind"] for one in found}}
        for found in (before, after)
    ]  # fmt: skip
    both = shaky[0].keys() & shaky[1].keys()
    firm = sum(shaky[0][kind] and not shaky[1][kind] for kind in both)
    return firm, sum(shaky[1][kind] and not shaky[0][kind] for kind in both)


def _outcome(change):
    """Money first, then points.

    >>> _outcome({"money_change": "0", "points_change": "-1"})
    'loses'
    """
    for name in ("money_change", "points_change"):
        if figure := Fraction(change[name]):
            return "gains" if figure > 0 else "loses"
    return "same"


def _summary(dealers, before, after):
    sums = {
        f"{name}_{side}": text(sum((Fraction(one[side][name]) for one in dealers), Fraction(0)))
        for side in ("before", "after")
        for name in ("money", "reward", "fine", "points")
    }
    ranked = [
        number for number, line in before.items()
        if line["rank"] and number in after and after[number]["rank"]
    ]  # fmt: skip
    scores = [[Fraction(side[number]["score"]) for number in ranked] for side in (before, after)]
    return {
        **sums,
        "gains": sum(one["outcome"] == "gains" for one in dealers),
        "loses": sum(one["outcome"] == "loses" for one in dealers),
        "rank_changes": sum(bool(one["rank_change"]) for one in dealers),
        "turned_firm": sum(one["turned_firm"] for one in dealers),
        "turned_shaky": sum(one["turned_shaky"] for one in dealers),
        "correlation": correlation(*scores),
    }


def correlation(one, other):
    """Spearman's rank correlation to three decimals; None where all are alike, or too few.

    >>> correlation([1, 2, 3], [10, 20, 30]), correlation([1, 2, 3], [3, 2, 1])
    ('1', '-1')
    >>> correlation([1, 1], [1, 2]) is None
    True
    """
    one, other = _mean_ranks(one), _mean_ranks(other)
    middle = Fraction(len(one) + 1, 2)
    both = sum((a - middle) * (b - middle) for a, b in zip(one, other, strict=True))
    spread = sum((a - middle) ** 2 for a in one) * sum((b - middle) ** 2 for b in other)
    if not spread:
        return None
    thousandths = floor(both / root(Fraction(spread)) * 1000 + Fraction(1, 2))
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")


def _mean_ranks(figures):
    """Places from the smallest; those alike share the mean of their places."""
    places = defaultdict(list)
    for place, figure in enumerate(sorted(figures), 1):
        places[figure].append(place)
    return [Fraction(sum(places[f]), len(places[f])) for f in figures]
