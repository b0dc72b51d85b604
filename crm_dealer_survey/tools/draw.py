"""Drawing a share of events: reproducible, fair, and without keeping a list."""

import hashlib

from odoo.tools import SQL

_SPAN = 2**32


def draw(seed, key):
    """A figure from 0 to 100 (excluded) that seed and key alone decide, evenly spread.

    Whoever draws ``share`` percent takes the keys whose figure is below it: the same ones on
    every run, and with a greater share the former ones and more. It knows nothing of dealer,
    customer or day, so it prefers none.
    """
    digest = hashlib.md5(f"{seed}:{key}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) * 100.0 / _SPAN


def draw_sql(seed, key):
    """:func:`draw` of the SQL texts ``seed`` and ``key``."""
    return SQL(
        "(('x' || substr(md5(%s || ':' || %s), 1, 8))::bit(32)::bigint * 100.0::float8 / %s)",
        seed,
        key,
        _SPAN,
    )
