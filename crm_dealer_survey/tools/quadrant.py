"""Where a factor stands between importance and satisfaction, and what comes first (S5)."""

# In the order of attention.
QUADRANTS = ("fix", "low", "keep", "extra")


def quadrant(importance, satisfaction, important, satisfied):
    """One of ``QUADRANTS``; on a line counts as above it.

    :param important: importance from which on something is important
    :param satisfied: satisfaction from which on customers are satisfied

    >>> [quadrant(*point, 0.25, 80) for point in ((0.3, 70), (0.3, 80), (0.2, 70), (0.2, 90))]
    ['fix', 'keep', 'low', 'extra']
    """
    # What is equal shall not be parted by rounding.
    matters = round(importance - important, 9) >= 0
    if round(satisfaction - satisfied, 6) >= 0:
        return "keep" if matters else "extra"
    return "fix" if matters else "low"


def priorities(points):
    """Ranks, 1 for what to fix first: by quadrant, then by points lost.

    :param dict points: item → ``(quadrant, points lost)``
    :return: item → rank; equal ones in the order of their ids

    >>> priorities({7: ("keep", 60), 8: ("fix", 20), 9: ("fix", 30)})
    {9: 1, 8: 2, 7: 3}
    """

    def attention(item):
        place, lost = points[item]
        return QUADRANTS.index(place), -round(lost, 6), item

    return {item: rank for rank, item in enumerate(sorted(points, key=attention), 1)}
