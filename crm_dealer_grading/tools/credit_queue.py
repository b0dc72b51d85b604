"""Who in a queue still finds room under a limit. No ORM."""


def first_without_room(limit, used, asked, digits=2):
    """Return how many of the queue fit, and by how much each one is over with those before.

    ``used`` is taken already, ``asked`` are the amounts in the order of the queue; what asks for
    nothing never waits. Whoever comes after the first without room waits too: later ones do not
    overtake.

    >>> first_without_room(100, 20, [50, 40, 10])
    (1, [-30, 10, 20])
    >>> first_without_room(100, 150, [0, -5])
    (2, [50, 45])
    """
    over, fitting = [], None
    for place, amount in enumerate(asked):
        used += amount
        over.append(round(used - limit, digits))
        if amount > 0 and over[-1] > 0 and fitting is None:
            fitting = place
    return len(asked) if fitting is None else fitting, over
