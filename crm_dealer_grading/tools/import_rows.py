"""Rows of an import file as units, without ORM (C9).

A unit is what is imported or left out as a whole: a row, with the rows below it that only carry
further lines of the same record, such as a customer's second vehicle.
"""


def starts(rows, own, lines):
    """Return the index of the first row of each unit.

    ``own`` are the columns of the record itself, ``lines`` those of its lines.

    >>> rows = [["Li", "VIN1"], ["", "VIN2"], ["Wu", ""], ["Ma", "VIN3"]]
    >>> starts(rows, [0], [1])
    [0, 2, 3]
    """

    def goes_on(row):
        return any(row[column] for column in lines) and not any(row[column] for column in own)

    return [index for index, row in enumerate(rows) if index == 0 or not goes_on(row)]


def stop_of_batch(rows, own, lines, limit):
    """Return how many of ``rows`` make a batch of about ``limit`` rows of whole units.

    >>> rows = [["Li", "VIN1"], ["", "VIN2"], ["Wu", ""]]
    >>> [stop_of_batch(rows, [0], [1], limit) for limit in (1, 2, 3, 0)]
    [2, 2, 3, 3]
    """
    if not limit or limit >= len(rows):
        return len(rows)
    stop = limit
    while stop < len(rows) and starts(rows[stop - 1 : stop + 1], own, lines) == [0]:
        stop += 1
    return stop


def repeated(rows, columns, normalise):
    """Yield ``(index, index of the first row with the same values)`` for each repetition.

    Rows that lack one of the values are not compared.

    >>> list(repeated([["a"], [""], ["A "], [""]], [0], lambda text: text.strip().lower()))
    [(2, 0)]
    """
    first = {}
    for index, row in enumerate(rows):
        key = tuple(normalise(str(row[column] or "")) for column in columns)
        if not all(key):
            continue
        if key in first:
            yield index, first[key]
        else:
            first[key] = index
