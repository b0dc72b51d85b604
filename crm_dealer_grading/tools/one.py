"""Groups of rows that are of one kind, as SQL."""

from odoo.tools import SQL


def one_sql(table, names):
    """Whether all rows of a group have the same value of each column, none counting as one."""
    return SQL(" AND ").join(
        SQL(
            "min(%(c)s) IS NOT DISTINCT FROM max(%(c)s) AND count(%(c)s) IN (0, count(*))",
            c=SQL.identifier(table, name),
        )
        for name in names
    )
