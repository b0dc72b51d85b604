"""How improbable a dealer's figures are in its network, without ORM (S9).

**A share** of a dealer (tens among the figures given) is compared with the shares of the network's
dealers. These differ honestly, so they are taken as drawn from a beta distribution; the tail is the
beta-binomial's. Figures of one answer are not independent: a dealer's figures count for fewer,
by the design effect.

**Two shares** of one dealer (who cannot be asked, of the unhappy customers and of the others) are
compared by Fisher's exact test, not against equality but against the odds ratio that the network
has anyway: unhappy customers may refuse contacts everywhere.
"""

from math import exp, lgamma, log
from statistics import median

FEWEST_GROUPS = 5
_ROUNDS = 25
_MAD = 1.4826  # times the median absolute deviation: the standard deviation of a normal
_LEAST_SPREAD = 1e-4


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


# -- Two shares ----------------------------------------------------------------------------------


def common_odds(tables):
    """The odds ratio of many fourfold tables together (Mantel and Haenszel), 1 at least.

    :param tables: ``(bad hit, bad, other hit, others)`` each

    >>> common_odds([(2, 4, 1, 4)])
    3.0
    >>> common_odds([])
    1.0
    """
    above = below = 0.0
    for hit, bad, other, others in tables:
        total = bad + others
        if total:
            above += hit * (others - other) / total
            below += (bad - hit) * other / total
    return max(1.0, above / below) if below and above else 1.0


def fisher_tail(hit, bad, other, others, odds=1.0):
    """Probability of ``hit`` or more among ``bad``, given all margins and the true odds ratio.

    >>> round(fisher_tail(3, 4, 1, 4), 4)  # the lady tasting tea
    0.2429
    >>> fisher_tail(0, 4, 1, 4)
    1.0
    """
    marked = hit + other
    low, high = max(0, marked - others), min(bad, marked)
    if hit <= low:
        return 1.0
    logs = {
        k: _log_choose(bad, k) + _log_choose(others, marked - k) + k * log(odds)
        for k in range(low, high + 1)
    }
    top = max(logs.values())
    weights = {k: exp(value - top) for k, value in logs.items()}
    return sum(w for k, w in weights.items() if k >= hit) / sum(weights.values())
