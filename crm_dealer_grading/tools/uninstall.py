"""What removing an addon needs."""

from odoo.tools import SQL


def drop_foreign_keys(cr, pattern):
    """Drop the foreign keys of our tables, so that they go as a whole, whatever hangs on what.

    :param str pattern: regular expression of the tables' names
    """
    cr.execute(
        SQL(
            """SELECT relname, conname FROM pg_constraint
                 JOIN pg_class ON pg_class.oid = conrelid
                WHERE contype = 'f' AND relname ~ %s
                  AND relnamespace = current_schema::regnamespace""",
            pattern,
        )
    )
    for table, name in cr.fetchall():
        cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)
            )
        )


def drop_triggers(cr, pattern):
    """Drop the triggers of our tables with their functions, which would stay behind the tables.

    :param str pattern: regular expression of the tables' names
    """
    cr.execute(
        SQL(
            """SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger
                 JOIN pg_class ON pg_class.oid = tgrelid
                WHERE NOT tgisinternal AND relname ~ %s
                  AND relnamespace = current_schema::regnamespace""",
            pattern,
        )
    )
    for (function,) in cr.fetchall():
        cr.execute(SQL("DROP FUNCTION %s CASCADE", SQL(function)))
