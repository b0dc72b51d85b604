"""Searching by a figure that is computed in SQL."""

from odoo.tools import SQL

# What ``condition`` answers; of others a search method returns NotImplemented.
OPERATORS = ("in", "<", "<=", ">", ">=")


def condition(figure, operator, value):
    """SQL that tells whether ``figure`` meets a condition of a domain.

    :param SQL figure: NULL where there is none
    :param str operator: one of ``OPERATORS``
    :param value: with ``in`` a collection, in which False stands for no figure
    """
    if operator != "in":
        return SQL("COALESCE(%s %s %s, FALSE)", figure, SQL(operator), value)
    # By identity: a count of 0 is not "no value", although 0 == False.
    given = tuple(v for v in value if v is not False)
    terms = [SQL("%s IN %s", figure, given)] if given else []
    if len(given) < len(value):
        terms.append(SQL("%s IS NULL", figure))
    return SQL("(%s)", SQL(" OR ").join(terms)) if terms else SQL("FALSE")
