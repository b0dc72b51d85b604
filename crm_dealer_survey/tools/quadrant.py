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


def add_places(rows, kind, lines, top):
    """Put ``quadrant``, ``lost`` points and ``priority`` under ``places[kind]`` of each row.

    Rows without satisfaction or importance have no place; what stands on few answers comes after
    what is known.

    :param list rows: dicts with ``id``, ``index``, ``few``, ``places`` and importance by ``kind``
    :param dict lines: ``satisfaction`` and importance by ``kind``: where the quadrants meet
    :param top: the full mark
    """
    placed = [row for row in rows if row["index"] is not None and row[kind] is not None]
    for row in placed:
        row["places"][kind] = {
            "quadrant": quadrant(row[kind], row["index"], lines[kind], lines["satisfaction"]),
            "lost": round(row[kind] * (top - row["index"]), 6),
        }
    ranks = {}
    for few in (False, True):
        points = {
            row["id"]: (row["places"][kind]["quadrant"], row["places"][kind]["lost"])
            for row in placed
            if row["few"] is few
        }
        before = len(ranks)
        ranks |= {item: before + rank for item, rank in priorities(points).items()}
    for row in placed:
        row["places"][kind]["priority"] = ranks[row["id"]]
