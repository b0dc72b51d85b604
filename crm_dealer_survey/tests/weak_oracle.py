"""Weak points once more, in plain Python and by other ways: what SQL and tools must agree with.

An answer is a dict ``{item: figure from 1 to 10}``, with the outcome under ``OUTCOME``.
"""

from itertools import permutations
from math import factorial, sqrt

OUTCOME = 0


def correlation(answers, a, b):
    """``(correlation or None, answers)`` of those that have both."""
    both = [(said[a], said[b]) for said in answers if a in said and b in said]
    if not both:
        return None, 0
    n = len(both)
    mean_a, mean_b = (sum(column) / n for column in zip(*both, strict=True))
    cross = sum((x - mean_a) * (y - mean_b) for x, y in both)
    spread = sum((x - mean_a) ** 2 for x, _y in both) * sum((y - mean_b) ** 2 for _x, y in both)
    return (cross / sqrt(spread) if spread else None), n


def matrix(answers, items):
    """Correlations with the outcome first."""
    taken = [OUTCOME, *items]
    return [
        [1.0 if a == b else correlation(answers, a, b)[0] or 0.0 for b in taken] for a in taken
    ]


def shares(correlations):
    """Johnson's weights as shares, with the matrix's square root by Denman and Beavers."""
    within = [row[1:] for row in correlations[1:]]
    root = square_root(within)
    beta = solve(root, correlations[0][1:])
    weights = [
        sum((part * part) * (b * b) for part, b in zip(row, beta, strict=True)) for row in root
    ]
    return [weight / sum(weights) for weight in weights], sum(weights)


def square_root(a):
    size = len(a)
    y, z = a, [[float(i == j) for j in range(size)] for i in range(size)]
    for _step in range(60):
        y, z = _middle(y, inverse(z)), _middle(z, inverse(y))
    return y


def _middle(a, b):
    return [
        [(x + y) / 2 for x, y in zip(row, other, strict=True)]
        for row, other in zip(a, b, strict=True)
    ]


def inverse(a):
    size = len(a)
    columns = [solve(a, [float(i == j) for i in range(size)]) for j in range(size)]
    return [list(row) for row in zip(*columns, strict=True)]


def solve(a, b):
    """Gauss with pivots."""
    rows = [[*row, value] for row, value in zip(a, b, strict=True)]
    size = len(rows)
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(size):
            if i != k:
                ratio = rows[i][k] / rows[k][k]
                rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [rows[k][size] / rows[k][k] for k in range(size)]


def explained(correlations, chosen):
    """R² of the outcome on ``chosen`` (positions from 1)."""
    if not chosen:
        return 0.0
    criterion = [correlations[0][i] for i in chosen]
    within = [[correlations[i][j] for j in chosen] for i in chosen]
    beta = solve(within, criterion)
    return sum(b * r for b, r in zip(beta, criterion, strict=True))


def dominance(correlations):
    """What each adds to R², averaged over all orders (Lindeman, Merenda and Gold)."""
    size = len(correlations) - 1
    gains = [0.0] * size
    for order in permutations(range(1, size + 1)):
        for place, item in enumerate(order):
            before = list(order[:place])
            gains[item - 1] += explained(correlations, [*before, item]) - explained(
                correlations, before
            )
    return [gain / factorial(size) for gain in gains]
