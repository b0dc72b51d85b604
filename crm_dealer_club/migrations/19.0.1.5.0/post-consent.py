"""Wordings of consents get numbers: the present ones are versions 1 (P4)."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    purposes = env["crm.club.consent.purpose"].with_context(active_test=False).search([])
    purposes._settle_texts()
    env.flush_all()
    # Of decisions only those that kept just these words are known to be about version 1.
    cr.execute(
        """UPDATE crm_club_consent k SET text_id = t.id, text_number = t.number
             FROM crm_club_consent_text t
            WHERE t.purpose_id = k.purpose_id AND t.number = 1 AND k.text_id IS NULL
              AND k.wording <> '' AND EXISTS (
                  SELECT FROM jsonb_each_text(t.wording) said WHERE said.value = k.wording)"""
    )
