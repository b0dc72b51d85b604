"""Which means may be told to dealers, without ORM (S10).

A dealer knows its own figures. A mean of few others, or the difference of means (network less
region, region less those below it), would tell it theirs. The means that somebody sees part the
dealers: those of each mean that are in none seen below it. Each part is empty, or of so many
dealers with cases that three belong to others. Periods within periods: ``crm_kpi_value_told.py``.
"""

OTHERS = 3  # so many dealers besides the reader's own
MOST = 10  # whoever has more than seven dealers sees no means


def told(means, fewest=OTHERS + 1, most=MOST, limits=None):
    """Of how many dealers each part is, whatever somebody sees who needs so many.

    :param dict means: ``{name: (name of the mean above or None, dealers with cases)}``; those
        above come first
    :param dict limits: ``{name: dealers}``: told at most to who needs so many, whatever the others
    :return: ``{name: dealers}`` of the means that may be told to who needs no more; ``most`` where
        there are more

    >>> told({"all": (None, 9), "north": ("all", 5), "south": ("all", 4)})
    {'all': 9, 'north': 4, 'south': 4}
    >>> told({"all": (None, 9), "north": ("all", 6)})  # three would be left
    {'all': 9}
    >>> told({"all": (None, 3)})
    {}
    >>> told({"all": (None, 9), "north": ("all", 6)}, limits={"all": 0})
    {'north': 6}
    """
    shown, limits = {}, limits or {}
    for least in range(most, fewest - 1, -1):
        for name in means:
            if limits.get(name, most) < least:
                continue
            if name not in shown and _is_safe([*shown, name], means, least):
                shown[name] = least
    return shown


def _is_safe(shown, means, least):
    rest = {name: means[name][1] for name in shown}
    for name in shown:
        above = means[name][0]
        while above is not None and above not in rest:
            above = means[above][0]
        if above is not None:
            rest[above] -= means[name][1]
    return all(means[name][1] >= least and not 0 < rest[name] < least for name in shown)
