"""Complaints marked as repeats of what is another customer's by now, or gone, lose the mark."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["helpdesk.ticket"].search([("is_repeat", "=", True)])._flag_repeats()
