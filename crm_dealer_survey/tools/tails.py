"""How improbable a dealer's figures are in its network, without ORM (S9).

**A share** of a dealer (tens among the figures given) is compared with the shares of the network's
dealers. These differ honestly, so they are taken as drawn from a beta distribution; the tail is the
beta-binomial's. Figures of one answer are not independent: a dealer's figures count for fewer,
by the design effect.

**Two shares** of one dealer (who cannot be asked, of the unhappy customers and of the others) are
compared by Fisher's exact test, not against equality but against the odds ratio that the network
has anyway: unhappy customers may refuse contacts everywhere. Dealers differ in that, too: their
odds ratios are taken as drawn from a lognormal distribution, and the tail is averaged over it.

**Of many dealers** some are improbable by chance. What is flagged of one comparison is narrowed so
that of all flagged dealers a twentieth at most is expected to be honest (Benjamini and Hochberg).
"""

from math import exp, lgamma, log, sqrt
from statistics import median

FEWEST_GROUPS = 5
HONEST_SHARE = 0.05
_ROUNDS = 25
_MAD = 1.4826  # times the median absolute deviation: the standard deviation of a normal
_LEAST_SPREAD = 1e-4
_STEPS = [step / 2 for step in range(-12, 13)]  # standard deviations of a normal


def _log_choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def beta_binomial_tail(least, size, a, b):
    """Probability of ``least`` or more of ``size``, where the share is Beta(``a``, ``b``).

    >>> round(beta_binomial_tail(3, 4, 1, 1), 4)  # each number is as probable
    0.4
    >>> beta_binomial_tail(0, 4, 2, 3)
    1.0
    """
    if least <= 0:
        return 1.0
    terms = (
        exp(_log_choose(size, k) + _log_beta(k + a, size - k + b) - _log_beta(a, b))
        for k in range(least, size + 1)
    )
    return min(1.0, sum(terms))


def design_effect(groups):
    """So many times a share's variance is what it would be if all figures were independent.

    :param groups: dicts of sums over a group's answers: ``answers``, ``figures``, ``hits``, and
        the sums of ``hits²``, ``hits × figures``, ``figures²`` as ``hh``, ``hf``, ``ff``
    :return: 1 at least
    """
    seen = expected = 0.0
    for group in groups:
        if group["answers"] < 2:
            continue
        share = group["hits"] / group["figures"]
        spread = group["hh"] - 2 * share * group["hf"] + share * share * group["ff"]
        seen += spread * group["answers"] / (group["answers"] - 1)
        expected += group["figures"] * share * (1 - share)
    return max(1.0, seen / expected) if expected else 1.0


def fit_beta(groups):
    """``(a, b)`` of the beta distribution of the shares, by moments, each group alike.

    :param groups: pairs ``(hits, size)``
    """
    shares = [hits / size for hits, size in groups]
    mean = sum(shares) / len(shares)
    mean = min(max(mean, 1e-6), 1 - 1e-6)
    variance = sum((share - mean) ** 2 for share in shares) / (len(shares) - 1)
    inverse = sum(1 / size for _hits, size in groups) / len(groups)
    drawn = mean * (1 - mean)
    spread = (variance / drawn - inverse) / (1 - inverse) if inverse < 1 else 0.0
    spread = min(max(spread, _LEAST_SPREAD), 0.5)
    scale = (1 - spread) / spread
    return mean * scale, (1 - mean) * scale


def improbable_shares(groups, level):
    """How probable each group's share, or a higher one, is among honest groups.

    The distribution is fitted to those that are not improbable themselves, else a few cheats
    would hide each other.

    :param dict groups: as for :func:`design_effect`, by any key
    :param float level: groups less probable than this are left out of the fit
    :return: ``({key: probability}, share of those fitted)``; nothing where too few can be compared
    """
    if len(groups) < FEWEST_GROUPS:
        return {}, None
    effect = design_effect(groups.values())
    pairs = {}
    for key, group in groups.items():
        size = max(1, int(group["figures"] / effect))
        pairs[key] = (int(size * group["hits"] / group["figures"]), size)
    kept = _not_far_off(pairs)
    for _round in range(_ROUNDS):
        if len(kept) < FEWEST_GROUPS:
            return {}, None
        a, b = fit_beta([pairs[key] for key in kept])
        tails = {key: beta_binomial_tail(*pair, a, b) for key, pair in pairs.items()}
        again = {key for key, tail in tails.items() if tail > level}
        if again == kept:
            break
        kept = again
    return tails, a / (a + b)


def _not_far_off(pairs):
    """Where the fit begins: without shares that stick out above, however many they are."""
    shares = {key: hits / size for key, (hits, size) in pairs.items()}
    middle = median(shares.values())
    spread = max(_MAD * median(abs(share - middle) for share in shares.values()), 0.02)
    return {key for key, share in shares.items() if share <= middle + 3 * spread}


# -- Many at once ----------------------------------------------------------------------------------


def too_improbable(tails, level):
    """The keys whose tail is ``level`` or less, and that are no chance of so many comparisons.

    The step-up rule of Benjamini and Hochberg: as many of the least probable as hold their share
    of ``HONEST_SHARE``. Of those flagged so great a share at most is honest, on average.

    :param dict tails: probabilities by any key, of all that were compared

    >>> sorted(too_improbable({"a": 0.0005, "b": 0.04, "c": 0.9}, 0.001))
    ['a']
    >>> too_improbable({n: 0.0009 if n == 7 else 0.5 for n in range(100)}, 0.001)
    set()
    """
    ranked = sorted(tails, key=tails.get)
    count = 0
    for rank, key in enumerate(ranked, 1):
        if tails[key] <= HONEST_SHARE * rank / len(ranked):
            count = rank
    return {key for key in ranked[:count] if tails[key] <= level}


# -- Two shares ----------------------------------------------------------------------------------


def common_odds(tables):
    """The odds ratio of many fourfold tables together (Mantel and Haenszel), 1 at least.

    :param tables: ``(bad hit, bad, other hit, others)`` each

    >>> common_odds([(2, 4, 1, 4)])
    3.0
    >>> common_odds([])
    1.0
    """
    return _odds_and_spread(_added(map(_parts, tables)))[0]


def odds_spread(tables):
    """Standard deviation of the logarithms of the tables' true odds ratios, by moments.

    What the odds ratios seen differ more than by chance (DerSimonian and Laird); 0 at least.
    """
    return _odds_and_spread(_added(map(_parts, tables)))[1]


def _parts(table):
    """A table's terms of the sums by which odds and spread are told."""
    hit, bad, other, others = table
    total, marked = bad + others, hit + other
    if not bad or not others or not 0 < marked < total:
        return (0.0,) * 7  # tells nothing of the odds
    cells = [n + 0.5 for n in (hit, bad - hit, other, others - other)]
    seen = log(cells[0] * cells[3] / (cells[1] * cells[2]))
    weight = 1 / sum(1 / n for n in cells)
    above, below = hit * (others - other) / total, (bad - hit) * other / total
    return above, below, 1.0, weight, weight**2, weight * seen, weight * seen**2


def _added(parts):
    return tuple(map(sum, zip((0.0,) * 7, *parts, strict=True)))


def _odds_and_spread(sums):
    above, below, count, weight, squares, seen, seen_squares = sums
    odds = max(1.0, above / below) if below > 1e-9 and above > 1e-9 else 1.0
    room = weight - squares / weight if weight > 1e-9 else 0.0
    if count < 2 or room <= 1e-9:
        return odds, 0.0
    surplus = seen_squares - seen**2 / weight - (count - 1)
    return odds, sqrt(max(0.0, surplus / room))


def fisher_tail(hit, bad, other, others, odds=1.0, spread=0.0):
    """Probability of ``hit`` or more among ``bad``, given all margins and the true odds ratio.

    :param float spread: standard deviation of the odds ratio's logarithm

    >>> round(fisher_tail(3, 4, 1, 4), 4)  # the lady tasting tea
    0.2429
    >>> fisher_tail(0, 4, 1, 4)
    1.0
    """
    marked = hit + other
    low, high = max(0, marked - others), min(bad, marked)
    if hit <= low:
        return 1.0
    logs = [
        (k, _log_choose(bad, k) + _log_choose(others, marked - k)) for k in range(low, high + 1)
    ]
    if spread < _LEAST_SPREAD:
        return _tail_at(hit, logs, log(odds))
    density = {step: exp(-(step**2) / 2) for step in _STEPS}
    tails = (
        density[step] * _tail_at(hit, logs, log(odds) + step * spread) for step in _STEPS
    )
    return sum(tails) / sum(density.values())


def _tail_at(hit, logs, log_odds):
    terms = {k: value + k * log_odds for k, value in logs}
    top = max(terms.values())
    weights = {k: exp(value - top) for k, value in terms.items()}
    return sum(w for k, w in weights.items() if k >= hit) / sum(weights.values())


def improbable_odds(tables, level):
    """How probable so many hits, or more, are among each group's bad ones, if it is honest.

    What is usual is told by the other groups that are not improbable themselves: a few cheats
    would hide each other. With few others their differences are hardly known.

    :param dict tables: as for :func:`common_odds`, by any key
    :param float level: groups less probable than this tell nothing of what is usual
    :return: ``{key: (probability, usual odds ratio)}``
    """
    parts = {key: _parts(table) for key, table in tables.items()}
    kept, found = set(tables), {}
    for _round in range(_ROUNDS):
        sums = _added(parts[key] for key in kept)
        for key, table in tables.items():
            own = parts[key] if key in kept else (0.0,) * 7
            odds, spread = _odds_and_spread([a - b for a, b in zip(sums, own, strict=True)])
            found[key] = fisher_tail(*table, odds, spread), odds
        again = {key for key, (tail, _odds) in found.items() if tail > level}
        if again == kept:
            break
        kept = again
    return found
