"""Schemes that came with this version begin to grade, as on a new database.

Data that managers edit are not updated, so what the data files do at the end of an installation
has to be done here: a scheme is activated once its levels are whole.
"""

from odoo import SUPERUSER_ID, api

_NEW = ("potential", "horizon", "satisfaction", "management", "channel", "contribution")


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    schemes = env["crm.grading.scheme"].search([("code", "in", _NEW), ("active", "=", False)])
    schemes.action_unarchive()
