"""What a simulation should give, by the oracle of assessments and by counting (S9).

Nothing of ``tools/simulation.py`` is used. Periods are numbered; a period looks back at the
replayed ones, and where one was not replayed at what is told to be published.
"""

from decimal import Decimal, localcontext

from .assessment_oracle import expected


def replayed(cases, changed, published, depth=24):
    """``{number: {dealer: row}}`` and ``{number: correlation}`` of periods under other rules.

    :param dict cases: ``{number: (policy as used, inputs as stored, bases by dealer)}``
    :param dict changed: the other policy
    :param dict published: ``{number: period}`` of what was published
    """
    history, rows, alike = dict(published), {}, {}
    for number in sorted(cases):
        used, inputs, bases = cases[number]
        old = expected(used, inputs)
        before = [history.get(number - back) for back in range(1, depth + 1)]
        new = expected(changed, {**inputs, "bases": bases, "history": before})
        history[number] = {"begin": str(number), "dealers": _ranked(new[0], bases)}
        rows[number] = {
            dealer: _row(dealer, old, new) for dealer in old[0].keys() | new[0].keys()
        }
        alike[number] = _spearman(old[0], new[0])
    return rows, alike


def _ranked(lines, bases):
    return {
        str(dealer): {"score": str(line["score"]), "low": str(line["low"]),
                      "high": str(line["high"]), "region": line["region"],
                      "basis": bases[dealer]}
        for dealer, line in lines.items() if line["why"] is None
    }  # fmt: skip


def _row(dealer, old, new):
    sides = []
    for lines, proposals in (old, new):
        mine = [one for (number, _rule), one in proposals.items() if number == dealer]
        line = lines.get(dealer, {})
        sides.append((
            line.get("score"), line.get("rank"), sum((one[0] for one in mine), Decimal(0)),
            sum((one[1] for one in mine), Decimal(0)),
        ))  # fmt: skip
    money, points = sides[1][2] - sides[0][2], sides[1][3] - sides[0][3]
    change = money or points
    won = "same" if not change else "gains" if change > 0 else "loses"
    return {"before": sides[0], "after": sides[1], "outcome": won}


def _spearman(old, new):
    both = [d for d in old if old[d]["rank"] and new.get(d, {}).get("rank")]
    ranks = [
        [Decimal(sum(side[e]["score"] < side[d]["score"] for e in both)
                 + (1 + sum(side[e]["score"] == side[d]["score"] for e in both)) / 2)
         for d in both]
        for side in (old, new)
    ]  # fmt: skip
    if any(len(set(side)) < 2 for side in ranks):
        return None
    with localcontext() as context:
        context.prec = 40
        n = len(both)
        sums = [sum(side) for side in ranks]
        cross = n * sum(a * b for a, b in zip(*ranks, strict=True)) - sums[0] * sums[1]
        wide = [n * sum(a * a for a in side) - total**2
                for side, total in zip(ranks, sums, strict=True)]  # fmt: skip
        return float(cross / (wide[0] * wide[1]).sqrt())
