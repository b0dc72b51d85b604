"""Conditions on several tables, each found by its own index."""

from odoo.fields import Domain
from odoo.tools import SQL


def keys_of(query, column="id", model=None):
    """What ``query`` of a model's ``_search`` finds, as SQL; or another ``column`` of ``model``."""
    if model is None:
        return query.subselect(SQL.identifier(query.table, column))
    return query.subselect(model._field_to_sql(query.table, column, query))


def in_any(*queries):
    """The domain of the records whose ids one of ``queries`` (SQL) gives.

    "Or" between conditions on two tables reads all rows of the first; a union does not.
    """
    union = SQL(" UNION ").join(queries)
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), union)
    )
