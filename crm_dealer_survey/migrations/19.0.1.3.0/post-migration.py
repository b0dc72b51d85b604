"""What changes in a database that has the addon already."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    programme = env.ref("crm_dealer_survey.programme_rej", raise_if_not_found=False)
    if programme:
        programme.sample_source = "lost_lead"  # its subject does not tell whom it asks
    # Scores are found by dealer, kind, factor and date together.
    cr.execute("DROP INDEX IF EXISTS crm_satisfaction_score__dealer_id_index")
