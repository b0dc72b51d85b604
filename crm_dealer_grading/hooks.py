"""Hooks: a full database is not computed row by row; nothing stays behind."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .tools.uninstall import (
    drop_counters,
    drop_functions,
    drop_own_keys,
    drop_parameters,
    forget_mixins,
    forget_used,
    stop_computing,
)

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

_MODULE = "crm_dealer_grading"
# What others' documents may keep; users before the partners that they are.
_KEPT = ("crm.lost.reason", "fleet.vehicle.model", "product.product", "product.template",
         "res.users", "res.partner")  # fmt: skip


def pre_init_hook(env):
    """Add our columns of the core tables as NULL (P5)."""
    for table in _TABLES:
        if not column_exists(env.cr, table, "dealer_id"):
            env.cr.execute(
                SQL("ALTER TABLE %s ADD COLUMN dealer_id integer", SQL.identifier(table))
            )
    env.cr.execute("ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS crm_revenue numeric")


def post_init_hook(env):
    """What was credited before the addon came."""
    env["sale.order"]._fill_revenue()


def uninstall_hook(env):
    """What core leaves behind: it hands open activities of our types over, not those done."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE mail_activity SET activity_type_id = %s WHERE activity_type_id IN (
                   SELECT res_id FROM ir_model_data
                    WHERE module = %s AND model = 'mail.activity.type')""",
            env.ref("mail.mail_activity_data_todo").id,
            _MODULE,
        )
    )
    # Approvals of records that are gone; nobody could decide on them.
    env.cr.execute("DELETE FROM tier_review WHERE model = 'crm.credit.application'")
    env.cr.execute("DELETE FROM tier_definition WHERE model = 'crm.credit.application'")
    env.invalidate_all()
    env["ir.cron"]._dealer_forget_jobs()
    drop_parameters(env, _MODULE)
    drop_functions(env)
    drop_counters(env, _MODULE)
    # Our tables go as a whole, whatever hangs on what.
    drop_own_keys(env, _MODULE)
    forget_used(env, _MODULE, _KEPT)
    forget_mixins(env.cr)
    stop_computing(env)
