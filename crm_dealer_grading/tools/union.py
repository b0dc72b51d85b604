"""Conditions on several tables, each found by its own index."""

from odoo.fields import Domain
from odoo.tools import SQL


def keys_of(query, *columns):
    """What ``query`` of a model's ``_search`` finds, as SQL; or what ``columns`` of it hold."""
    names = [SQL.identifier(query.table, column) for column in columns or ("id",)]
    return query.subselect(
        names[0] if len(names) == 1 else SQL("unnest(ARRAY[%s])", SQL(", ").join(names))
    )


def in_any(*queries):
    """The domain of the records whose ids one of ``queries`` (SQL) gives.

    "Or" between conditions on two tables reads all rows of the first; a union does not.
    """
    union = SQL(" UNION ").join(queries)
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), union)
    )
