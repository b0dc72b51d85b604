"""Install hook: a full database is not computed row by row."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

# Tables whose ``dealer_id`` the ORM would otherwise compute for every existing row at install.
# It starts empty: nobody is a dealer's customer before somebody says so.
_TABLES = (
    "res_partner",
    "crm_lead",
    "sale_order",
    "sale_order_line",
    "account_move",
    "account_move_line",
)


def pre_init_hook(env):
    """Add the isolation columns of the core tables as NULL (P5)."""
    for table in _TABLES:
        if not column_exists(env.cr, table, "dealer_id"):
            env.cr.execute(
                SQL("ALTER TABLE %s ADD COLUMN dealer_id integer", SQL.identifier(table))
            )
