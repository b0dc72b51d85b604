"""What people entered, before and after: which rows are gone, and which values are others."""

from collections import Counter

from upgrade_shape import OURS

# What the upgrade itself writes: Odoo's own book-keeping of modules, fields, views and files.
_BOOKS = (
    "^(ir_(?!attachment|config|sequence|filters|property)|res_groups|module_|base_|bus_|wizard_"
    "|upgrade_before|rule_group|.*_rel$|report_|mail_notification)"
)
_PASSING = {"write_date", "write_uid"}


def keep(cursor):
    """Note every row there is, in the database itself."""
    cursor.execute("CREATE TABLE upgrade_before (name text, id integer, said jsonb)")
    for table in _tables(cursor):
        cursor.execute(
            f'INSERT INTO upgrade_before SELECT %s, id, to_jsonb(t) FROM "{table}" t', [table]
        )
    # What comes with the addons, and may be brought up to date by them.
    cursor.execute(
        """DELETE FROM upgrade_before b USING ir_model_data d
            WHERE d.module = ANY(%s) AND NOT coalesce(d.noupdate, false) AND d.res_id = b.id
              AND replace(d.model, '.', '_') = b.name""",
        [list(OURS)],
    )


def compare(cursor):
    """``(gone, changed)``: counters of rows by table, and of values by table and column."""
    gone, changed = Counter(), Counter()
    cursor.execute("SELECT DISTINCT name FROM upgrade_before")
    there = set(_tables(cursor))
    for (table,) in cursor.fetchall():
        if table not in there:
            cursor.execute("SELECT count(*) FROM upgrade_before WHERE name = %s", [table])
            gone[table] = cursor.fetchone()[0]
            continue
        cursor.execute(
            f"""SELECT b.id FROM upgrade_before b LEFT JOIN "{table}" t ON t.id = b.id
                 WHERE b.name = %s AND t.id IS NULL""",
            [table],
        )
        gone[table] = cursor.rowcount
        cursor.execute(
            f"""SELECT was.key, count(*), min(b.id)
                  FROM upgrade_before b JOIN "{table}" t ON t.id = b.id
                 CROSS JOIN LATERAL jsonb_each(b.said) was
                  JOIN LATERAL jsonb_each(to_jsonb(t)) is_ ON is_.key = was.key
                 WHERE b.name = %s AND is_.value IS DISTINCT FROM was.value
                   AND NOT (was.key = ANY(%s))
                 GROUP BY 1""",
            [table, list(_PASSING)],
        )
        for column, count, _example in cursor.fetchall():
            changed[f"{table}.{column}"] = count
    return +gone, changed


def example(cursor, table, column):
    """``(id, before, after)`` of a value that is another now."""
    cursor.execute(
        f"""SELECT b.id, b.said -> %s, to_jsonb(t) -> %s
              FROM upgrade_before b JOIN "{table}" t ON t.id = b.id
             WHERE b.name = %s AND b.said -> %s IS DISTINCT FROM to_jsonb(t) -> %s LIMIT 3""",
        [column, column, table, column, column],
    )
    return cursor.fetchall()


def _tables(cursor):
    cursor.execute(
        """SELECT c.relname FROM pg_class c
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
              AND c.relname !~ %s ORDER BY 1""",
        [_BOOKS],
    )
    return [table for (table,) in cursor.fetchall()]
