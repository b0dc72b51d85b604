"""Rows that the database itself keeps as they are, whatever writes: ORM, SQL, superuser."""

from odoo.tools import SQL

FROZEN = "_frozen"  # ends the names of triggers and their functions


def freeze_rows(cr, table, columns, when, message, deletes=True):
    """Let the database refuse to change or delete rows of ``table``.

    The columns stand in the function, not in the trigger: an upgrade may change their types.

    :param columns: names of the columns that do not change
    :param SQL when: condition on ``OLD`` under which the row is frozen
    :param str message: what the database answers, without a name of anybody
    :param deletes: whether it refuses to delete frozen rows, too
    """
    name = SQL.identifier(f"{table}{FROZEN}")
    cr.execute(
        SQL(
            """
CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF %(when)s AND %(changed)s THEN
        RAISE EXCEPTION %(message)s USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
CREATE TRIGGER %(name)s BEFORE DELETE OR UPDATE ON %(table)s
   FOR EACH ROW EXECUTE FUNCTION %(name)s();
""",
            name=name,
            table=SQL.identifier(table),
            when=when,
            message=message,
            changed=SQL(
                "(TG_OP = 'DELETE' AND %s"
                " OR TG_OP = 'UPDATE' AND ROW(%s) IS DISTINCT FROM ROW(%s))",
                deletes,
                SQL(", ").join(SQL.identifier("old", column) for column in columns),
                SQL(", ").join(SQL.identifier("new", column) for column in columns),
            ),
        )
    )
