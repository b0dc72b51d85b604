"""What an activity changed: pairs of similar members, differences, an interval. No ORM."""

from collections import defaultdict
from random import Random
from statistics import fmean, pstdev
from typing import NamedTuple

SEED = 20_19
RESAMPLES = 2000
_TAIL = 0.025  # on either side of a 95 % interval


class Subject(NamedTuple):
    """A member as matching sees one; revenue and visits are those before the activity."""

    key: int
    dealer: int
    region: int
    tier: int
    revenue: float
    visits: float


class Effect(NamedTuple):
    """A mean difference with its 95 % interval; None where there are too few pairs."""

    pairs: int
    mean: float | None
    low: float | None
    high: float | None


def match(participants, others):
    """Pair each participant with the most similar member who did not take part.

    Similar: same tier and same dealer, else same tier and same region; of these the nearest in
    previous revenue and visits, each measured in its standard deviation. A member is used once.
    The participants with the most revenue choose first; ties go to the lower key, so the same
    members always make the same pairs.

    :param participants: list of ``Subject``
    :param others: list of ``Subject``, none of them a participant
    :return: list of pairs ``(participant, other)``; who finds nobody is left out
    """
    everybody = [*participants, *others]
    revenue_scale = _scale(subject.revenue for subject in everybody)
    visits_scale = _scale(subject.visits for subject in everybody)
    by_dealer, by_region = defaultdict(list), defaultdict(list)
    for other in sorted(others):
        by_dealer[other.dealer, other.tier].append(other)
        by_region[other.region, other.tier].append(other)
    used, pairs = set(), []
    for subject in sorted(participants, key=lambda s: (-s.revenue, s.key)):
        near = _free(by_dealer, subject.dealer, subject.tier, used)
        near = near or _free(by_region, subject.region, subject.tier, used)
        if not near:
            continue
        best = min(
            near,
            key=lambda other: (
                ((other.revenue - subject.revenue) / revenue_scale) ** 2
                + ((other.visits - subject.visits) / visits_scale) ** 2,
                other.key,
            ),
        )
        used.add(best.key)
        pairs.append((subject, best))
    return pairs


def _free(groups, place, tier, used):
    """Members of a dealer or region who are not used yet; none where there is no such place."""
    if not place:
        return []
    return [other for other in groups.get((place, tier), ()) if other.key not in used]


def _scale(values):
    values = list(values)
    return (pstdev(values) if values else 0.0) or 1.0


def difference(pairs, minimum, seed=SEED):
    """Difference in differences of pairs ``((before, after), (before, after))``.

    The first of a pair is the participant. The interval is the bootstrap's: pairs are drawn with
    replacement, with a fixed seed, and the 2.5 and 97.5 percentiles of the means are taken. It
    assumes no distribution, which revenue would not follow.

    :param int minimum: with fewer pairs no figure is told
    :return: an ``Effect``
    """
    changes = [(t1 - t0) - (c1 - c0) for (t0, t1), (c0, c1) in pairs]
    if len(changes) < minimum:
        return Effect(len(changes), None, None, None)
    rng = Random(seed)
    means = sorted(fmean(rng.choices(changes, k=len(changes))) for _draw in range(RESAMPLES))
    cut = int(RESAMPLES * _TAIL)
    return Effect(len(changes), fmean(changes), means[cut], means[-cut - 1])
