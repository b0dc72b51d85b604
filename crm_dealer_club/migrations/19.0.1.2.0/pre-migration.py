"""Helpdesk and mailings are new to the club: a full database is not computed row by row."""

from odoo.addons.crm_dealer_club.hooks import prepare_columns


def migrate(cr, version):
    """Add the columns of others' tickets and mailings, empty."""
    prepare_columns(cr)
