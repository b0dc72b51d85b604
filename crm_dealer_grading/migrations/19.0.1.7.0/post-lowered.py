"""Limits that a controller lowered before they were granted by an application hold, also of 0."""


def migrate(cr, version):
    cr.execute(
        """UPDATE crm_credit_file f
              SET granted_on = (SELECT MIN(c.create_date)::date FROM crm_credit_limit_change c
                                 WHERE c.file_id = f.id AND c.source = 'lowered')
            WHERE f.granted_on IS NULL"""
    )
