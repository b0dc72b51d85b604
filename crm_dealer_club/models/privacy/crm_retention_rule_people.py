from odoo import models
from odoo.tools import SQL


class CrmRetentionRule(models.Model):
    """A member, or somebody with a recent complaint or rescue, is no stranger (P4)."""

    _inherit = "crm.retention.rule"

    def _without_relation_sql(self, person):
        return SQL(
            """%(before)s
           AND NOT EXISTS (SELECT FROM crm_club_membership m WHERE m.state <> 'left'
                              AND m.partner_id IN (%(of)s))
           AND NOT EXISTS (SELECT FROM helpdesk_ticket t WHERE t.create_date >= %(day)s
                              AND t.partner_id IN (%(of)s))""",
            before=super()._without_relation_sql(person),
            of=self._of_person_sql(person),
            day=self._before(),
        )
