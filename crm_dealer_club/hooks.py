"""Hooks: a full database is not computed row by row, and nothing of the club stays behind."""

from odoo.tools.sql import column_exists


def pre_init_hook(env):
    """Give existing registrations the dealer of their customer in one statement (P5)."""
    if not column_exists(env.cr, "event_registration", "dealer_id"):
        env.cr.execute("ALTER TABLE event_registration ADD COLUMN dealer_id integer")
        env.cr.execute(
            """UPDATE event_registration r SET dealer_id = p.dealer_id
                 FROM res_partner p
                WHERE p.id = r.partner_id AND p.dealer_id IS NOT NULL"""
        )


def uninstall_hook(env):
    """Pricelists of cards are no data of the module, and would keep their discounts."""
    env["product.pricelist"]._club_drop_all()
