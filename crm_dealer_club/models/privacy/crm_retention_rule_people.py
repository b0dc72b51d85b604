from odoo import models
from odoo.tools import SQL


class CrmRetentionRule(models.Model):
    """A member, or somebody with a recent complaint or rescue, is no stranger (P4)."""

    _inherit = "crm.retention.rule"

    def _relations_sql(self, member):
        return [
            *super()._relations_sql(member),
            SQL(
                """SELECT FROM crm_club_membership c
                    WHERE c.state <> 'left' AND c.partner_id = %s.id""",
                member,
            ),
            SQL(
                """SELECT FROM helpdesk_ticket t
                    WHERE t.create_date >= %s AND t.partner_id = %s.id""",
                self._before(),
                member,
            ),
        ]
