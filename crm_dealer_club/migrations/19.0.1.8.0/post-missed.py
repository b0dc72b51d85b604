"""Calls to win a customer back that reached nobody are told from contacts (G12)."""


def migrate(cr, version):
    # Those that reached somebody were noted as talks in depth.
    cr.execute(
        """UPDATE crm_contact_log SET missed = TRUE
            WHERE winback_id IS NOT NULL AND deep IS NOT TRUE AND missed IS NOT TRUE"""
    )
