"""Whom the programme on rejecters asks cannot be told by its subject."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    programme = env.ref("crm_dealer_survey.programme_rej", raise_if_not_found=False)
    if programme:
        programme.sample_source = "lost_lead"
