"""Install and uninstall hooks: a full database is neither computed row by row nor left dirty."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

# Columns that the ORM would otherwise compute for every existing row at install.
# They start empty: nobody is a dealer's customer before somebody says so.
_EMPTY_COLUMNS = {
    "res_partner": ["dealer_id"],
    "crm_lead": ["dealer_id"],
    "sale_order": ["dealer_id"],
    "sale_order_line": ["dealer_id"],
    "account_move": ["dealer_id"],
    "account_move_line": ["dealer_id"],
}


def pre_init_hook(env):
    """Add the isolation columns of the core tables as NULL (P5)."""
    for table, columns in _EMPTY_COLUMNS.items():
        for column in columns:
            if not column_exists(env.cr, table, column):
                env.cr.execute(
                    SQL(
                        "ALTER TABLE %s ADD COLUMN %s integer",
                        SQL.identifier(table),
                        SQL.identifier(column),
                    )
                )


def uninstall_hook(env):
    """Nothing of ours stays behind in core tables: Odoo drops our columns itself."""
