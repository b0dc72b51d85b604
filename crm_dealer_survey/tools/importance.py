"""Derived importance: Johnson's relative weights, without ORM (S5).

How much of what customers say overall does each factor explain, when factors go together? Johnson
(2000) replaces the factors by uncorrelated ones as near to them as can be, and gives what those
explain back to the factors. The weights are never negative and add up to R².

Correlations are of all answers that have both figures (pairwise): where some customers skip a
question the others' answers are not lost. What then does not fit together (eigenvalues below
zero) is mended to the nearest that does.
"""

from dataclasses import dataclass, field
from math import hypot, sqrt
from random import Random

OUTCOME = 0  # the item that the others explain
DRAWS = 100  # samples that uncertainty is told from
_MOST = 16  # items; with more the samples would take seconds
_NOTHING = 1e-9  # eigenvalues below it are rounding


def eigen(matrix):
    """Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.

    :return: ``(values, vectors)``; ``vectors[i][k]`` is component ``i`` of the ``k``-th

    >>> values, _vectors = eigen([[2.0, 1.0], [1.0, 2.0]])
    >>> sorted(round(value, 12) for value in values)
    [1.0, 3.0]
    """
    size = len(matrix)
    a = [list(row) for row in matrix]
    vectors = [[float(i == k) for k in range(size)] for i in range(size)]
    for _sweep in range(60):
        if sum(a[p][q] ** 2 for p in range(size) for q in range(p)) < 1e-26:
            break
        for p in range(size):
            for q in range(p + 1, size):
                if a[p][q]:
                    _rotate(a, vectors, p, q)
    return [a[k][k] for k in range(size)], vectors


def _rotate(a, vectors, p, q):
    """Turn the axes ``p`` and ``q`` so that nothing is left between them."""
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = (1 if theta >= 0 else -1) / (abs(theta) + hypot(theta, 1))
    c = 1 / hypot(t, 1)
    s = t * c
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )
    for row in vectors:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]


def relative_weights(correlations):
    """The share of the first variable's variance that each other one explains.

    :param correlations: matrix with the criterion first, e.g. pairwise
    :return: list of weights in the order of the others; their sum is R²

    >>> weights = relative_weights([[1, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]])
    >>> [round(weight, 6) for weight in weights]  # uncorrelated: squared correlations
    [0.36, 0.09]
    """
    mended = _mended(correlations)
    criterion = mended[0][1:]
    values, vectors = eigen([row[1:] for row in mended[1:]])
    size = len(criterion)
    # A direction without variance explains nothing; twins then share what both say.
    kept = [k for k in range(size) if values[k] > _NOTHING]
    along = {k: sum(vectors[i][k] * criterion[i] for i in range(size)) for k in kept}
    explained = [
        sum(vectors[i][k] * along[k] / sqrt(values[k]) for k in kept) ** 2 for i in range(size)
    ]
    return [
        sum(
            sum(vectors[j][m] * sqrt(values[m]) * vectors[i][m] for m in kept) ** 2 * explained[i]
            for i in range(size)
        )
        for j in range(size)
    ]


def _mended(correlations):
    """The nearest matrix without negative eigenvalues, with ones on its diagonal again."""
    values, vectors = eigen(correlations)
    if min(values) >= -_NOTHING:
        return correlations
    size = len(values)
    near = [
        [
            sum(max(values[k], 0) * vectors[i][k] * vectors[j][k] for k in range(size))
            for j in range(size)
        ]
        for i in range(size)
    ]
    scale = [sqrt(near[i][i]) or 1.0 for i in range(size)]
    return [[near[i][j] / (scale[i] * scale[j]) for j in range(size)] for i in range(size)]


def ranges(correlations, answers, draws=DRAWS):
    """How far the shares could be from the truth by chance: their 95 % ranges.

    Correlations of as many answers are drawn (Wishart, as if figures were normal) around the
    given ones; always the same, so that a figure does not change when it is looked at again.

    :return: list of ``(low, high)``, shares from 0 to 1; Nones with more items than it is quick for
    """
    size = len(correlations)
    if size - 1 > _MOST or answers <= size:
        return [(None, None)] * (size - 1)
    values, vectors = eigen(_mended(correlations))
    root = [[vectors[i][k] * sqrt(max(values[k], 0)) for k in range(size)] for i in range(size)]
    rng = Random(answers)
    drawn = []
    for _draw in range(draws):
        weights = relative_weights(_sampled(root, answers - 1, rng))
        whole = sum(weights) or 1.0
        drawn.append([weight / whole for weight in weights])
    edge = round(draws * 0.025)
    columns = [sorted(column) for column in zip(*drawn, strict=True)]
    return [(column[edge], column[-1 - edge]) for column in columns]


def _sampled(root, freedom, rng):
    """Correlations of a sample, by Bartlett's decomposition."""
    size = len(root)
    lower = [
        [
            sqrt(rng.gammavariate((freedom - i) / 2, 2)) if i == j else rng.gauss(0, 1)
            for j in range(i + 1)
        ]
        for i in range(size)
    ]
    spread = [
        [sum(row[i] * lower[i][j] for i in range(j, size)) for j in range(size)] for row in root
    ]
    products = [
        [sum(x * y for x, y in zip(row, other, strict=True)) for other in spread]
        for row in spread
    ]
    scale = [sqrt(products[i][i]) or 1.0 for i in range(size)]
    return [[products[i][j] / (scale[i] * scale[j]) for j in range(size)] for i in range(size)]


@dataclass(frozen=True)
class Derived:
    """What derived importance there is.

    :param shares: item → share of what is explained, 0 to 1; they add up to 1
    :param ranges: item → ``(low, high)`` of its share by chance, or Nones
    :param explained: R², the share of the outcome's variance that the items explain together
    :param answers: the fewest answers behind one of the correlations
    :param needed: … and how many it takes
    :param reason: why there is none: ``few`` answers, or ``constant`` (all said the same)
    """

    needed: int
    answers: int = 0
    shares: dict = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)
    explained: float | None = None
    reason: str | None = None


def derive(items, pairs, needed):
    """Derived importance of ``items`` for the outcome.

    Items with fewer answers than needed, or all the same, are left out and have no share.

    :param pairs: ``{(a, b): (correlation or None, answers)}`` for a < b, ``OUTCOME`` among them
    :param int needed: answers behind each correlation
    """
    answers = {item: pairs[OUTCOME, item][1] for item in items}
    enough = [item for item in items if answers[item] >= needed]
    if not enough:
        return Derived(needed, max(answers.values(), default=0), reason="few")
    varied = [item for item in enough if pairs[OUTCOME, item][0] is not None]
    if not varied:
        return Derived(needed, min(answers[item] for item in enough), reason="constant")
    taken = [OUTCOME, *sorted(varied)]
    fewest = min(pairs[a, b][1] for a in taken for b in taken if a < b)
    if fewest < needed:
        return Derived(needed, fewest, reason="few")
    correlations = [[_correlation(pairs, a, b) for b in taken] for a in taken]
    weights = relative_weights(correlations)
    explained = sum(weights)
    if explained < _NOTHING:
        return Derived(needed, fewest, reason="constant")
    shares = dict(zip(taken[1:], (weight / explained for weight in weights), strict=True))
    chance = dict(zip(taken[1:], ranges(correlations, fewest), strict=True))
    return Derived(needed, fewest, shares, chance, explained)


def _correlation(pairs, a, b):
    """1 with itself; where one does not vary among the answers that have both, 0."""
    return 1.0 if a == b else pairs[min(a, b), max(a, b)][0] or 0.0
