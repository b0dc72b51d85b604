"""Calls that reached nobody are told from contacts (G12)."""


def migrate(cr, version):
    cr.execute(
        """UPDATE crm_contact_log c SET missed = TRUE
             FROM crm_followup_attempt a
            WHERE a.log_id = c.id AND a.result NOT IN ('reached', 'refused', 'later')"""
    )
