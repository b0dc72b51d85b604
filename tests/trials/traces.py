"""What a removed addon left behind, by comparing two databases: catalogue and rows (P5)."""

import collections

from psycopg2 import sql

# What PostgreSQL itself knows of: everything that carries a name and stays behind unseen.
CATALOGUE = """
SELECT 'table ' || relname FROM pg_class
 WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'sequence ' || relname FROM pg_class
 WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname || ': ' || indexdef FROM pg_indexes
 WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname || ': '
              || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type
              || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
              || coalesce(' DEFAULT ' || column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'trigger ' || tgrelid::regclass || '.' || tgname FROM pg_trigger
 WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'rule ' || ev_class::regclass || '.' || rulename FROM pg_rewrite
 WHERE rulename <> '_RETURN'
UNION ALL SELECT 'type ' || typname FROM pg_type
 WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
UNION ALL SELECT 'extension ' || extname FROM pg_extension
UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
"""
TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY 1
"""
# A row of a core table: what was there before and is another afterwards, is gone, or is new.
Rows = collections.namedtuple("Rows", "changed gone new")


def catalogue(cursor):
    """Everything with a name in the database, each as one line."""
    cursor.execute(CATALOGUE)
    return {line for (line,) in cursor.fetchall()}


def tables(cursor):
    """``{table: columns}``."""
    cursor.execute(TABLES)
    return dict(cursor.fetchall())


def sums(cursor, table, columns):
    """``{id or the row itself: checksum of these columns}``."""
    row = sql.SQL("md5(ROW({})::text)").format(
        sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns)
    )
    key = sql.SQL("t.id::text") if "id" in columns else row
    cursor.execute(sql.SQL("SELECT {}, {} FROM {} t").format(key, row, sql.Identifier(table)))
    return dict(cursor.fetchall())


def compare(before, after, ignored):
    """``{table: Rows}`` of the tables and columns of ``before`` whose rows differ in ``after``.

    :param dict ignored: columns by table (``*`` for all of them) that are no data
    """
    found = {}
    there = tables(after)
    for table, columns in sorted(tables(before).items()):
        skipped = ignored.get(table, set()) | ignored["*"]
        columns = [name for name in columns if name not in skipped and name in there[table]]
        if not columns:
            continue
        old, new = sums(before, table, columns), sums(after, table, columns)
        if old != new:
            found[table] = Rows(
                sorted(key for key in old.keys() & new.keys() if old[key] != new[key]),
                sorted(old.keys() - new.keys()),
                sorted(new.keys() - old.keys()),
            )
    return found


def named(cursor, table, keys, columns=("name", "key", "code", "model", "res_model", "res_id")):
    """Rows as somebody can read them, to be told in a failure."""
    names = [name for name in columns if name in tables(cursor)[table]]
    if not keys or not names or not keys[0].isdigit():
        return list(keys)
    cursor.execute(
        sql.SQL("SELECT id, {} FROM {} WHERE id = ANY(%s) ORDER BY id LIMIT 20").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
        ),
        [list(map(int, keys))],
    )
    return cursor.fetchall()


def differing(before, after, table, keys, ignored):
    """``{key: {column: [before, after]}}`` of rows that differ in more than translations."""
    shared = set(tables(before)[table]) & set(tables(after)[table])
    shared = sorted(shared - ignored.get(table, set()) - ignored["*"])
    found = {}
    for cursor in (before, after):
        cursor.execute(
            sql.SQL("SELECT id::text, {} FROM {} WHERE id::text = ANY(%s)").format(
                sql.SQL(", ").join(map(sql.Identifier, shared)), sql.Identifier(table)
            ),
            [keys],
        )
        for key, *values in cursor.fetchall():
            found.setdefault(key, []).append(values)
    told = {}
    for key, (old, new) in found.items():
        columns = {
            name: [was, is_]
            for name, was, is_ in zip(shared, old, new, strict=True)
            if not _same_but_for_words(was, is_)
        }
        if columns:
            told[key] = columns
    return told


def _same_but_for_words(was, is_):
    """Whether a value is the same, or a text whose words in other languages than English differ."""
    if isinstance(was, dict) and isinstance(is_, dict) and "en_US" in was:
        return was["en_US"] == is_.get("en_US")
    return was == is_
