"""Free times of a workshop, without ORM (C5). All times are naive UTC, all spans half-open."""

from bisect import bisect_left, bisect_right
from datetime import timedelta

STEP = timedelta(minutes=30)


def merge(spans):
    """Return ``spans`` sorted and without touching or overlapping ones."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def fits(work, start, end):
    """Whether a visit begins and ends in the ``work`` spans (merged).

    Breaks and nights in between do not matter: the vehicle stays, the people go home.
    """
    index = bisect_right(work, start, key=lambda span: span[0]) - 1
    begins = index >= 0 and start < work[index][1]
    index = bisect_left(work, end, key=lambda span: span[0]) - 1
    return begins and index >= 0 and end <= work[index][1]


def is_free(busy, start, end):
    """Whether nothing in ``busy`` (sorted, none overlapping another) meets the span."""
    index = bisect_left(busy, end, key=lambda span: span[0]) - 1
    return index < 0 or busy[index][1] <= start


def starts(work, first, before, step=STEP):
    """Yield the times at which a visit may begin: every ``step`` from each opening on."""
    for opening, closing in work:
        start = opening
        while start < min(closing, before):
            if start >= first:
                yield start
            start += step
