"""Hooks: a full database is not computed row by row, and nothing of the club stays behind."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

from odoo.addons.crm_dealer_grading.tools.uninstall import (
    drop_counters,
    drop_own_keys,
    drop_parameters,
    forget_mixins,
    stop_computing,
)


def pre_init_hook(env):
    """Give existing registrations the dealer of their customer in one statement (P5)."""
    if not column_exists(env.cr, "event_registration", "dealer_id"):
        env.cr.execute("ALTER TABLE event_registration ADD COLUMN dealer_id integer")
        env.cr.execute(
            """UPDATE event_registration r SET dealer_id = p.dealer_id
                 FROM res_partner p
                WHERE p.id = r.partner_id AND p.dealer_id IS NOT NULL"""
        )
    prepare_columns(env.cr)


# What others' tickets and mailings never have: the columns are there, and empty, before anything
# is computed.
_EMPTY = {
    "helpdesk_ticket": {
        "crm_kind": "varchar", "crm_step": "varchar", "dealer_id": "int4",
        "vehicle_model_id": "int4", "answer_deadline": "timestamp",
        "solution_deadline": "timestamp", "next_deadline": "timestamp", "answer_missed": "bool",
        "compensation_to_approve": "bool",
    },
    "helpdesk_ticket_sla": {"crm_kind": "varchar", "crm_clock": "varchar", "dealer_id": "int4"},
    "mailing_mailing": {"is_dealer_mailing": "bool", "dealer_id": "int4"},
}  # fmt: skip


def prepare_columns(cr):
    """Add the columns above where they are missing; at the installation and the upgrade."""
    for table, columns in _EMPTY.items():
        for name, kind in columns.items():
            cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                    SQL.identifier(table),
                    SQL.identifier(name),
                    SQL(kind),
                )
            )


# What others' documents keep: a delete would be refused, and logged as an error.
_KEPT = {
    "product.product": """
        SELECT product_id FROM sale_order_line UNION SELECT product_id FROM account_move_line""",
    "product.template": """
        SELECT p.product_tmpl_id FROM product_product p
         WHERE EXISTS (SELECT FROM sale_order_line l WHERE l.product_id = p.id)
            OR EXISTS (SELECT FROM account_move_line l WHERE l.product_id = p.id)""",
    "product.category": "SELECT categ_id FROM product_template",
    "loyalty.program": "SELECT program_id FROM loyalty_card",
    "loyalty.reward": """
        SELECT r.id FROM loyalty_reward r
         WHERE EXISTS (SELECT FROM sale_order_line l WHERE l.reward_id = r.id)
            OR EXISTS (SELECT FROM loyalty_card c WHERE c.program_id = r.program_id)""",
}


def uninstall_hook(env):
    """Leave orders, invoices and customers' points as they are, and nothing of the club's.

    Pricelists of cards are no data of the module, and would keep their discounts. The program of
    the points stays for its cards, archived: without the club it gives nothing.
    """
    env["product.pricelist"]._club_drop_all()
    # Without the club they would lie open to everybody of the helpdesk.
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    tickets.search([("crm_kind", "!=", False)]).unlink()
    programs = env["loyalty.program"].search([("is_club", "=", True)])
    programs.active = False
    drop_counters(env, "crm_dealer_club")
    # Members, say, would keep tiers from being deleted before them.
    drop_own_keys(env, "crm_dealer_club")
    forget_mixins(env.cr)
    for model, used in _KEPT.items():
        env.cr.execute(
            SQL(
                "DELETE FROM ir_model_data WHERE module = %s AND model = %s AND res_id IN (%s)",
                "crm_dealer_club",
                model,
                SQL(used),
            )
        )
    drop_parameters(env, "crm_dealer_club")
    stop_computing(env)
