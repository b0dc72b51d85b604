from odoo import api, models
from odoo.tools import SQL

from ...tools.retention import CLEAR, RetentionKind


class CrmRetentionRule(models.Model):
    """ID numbers of people with whom there has been nothing for long (P4)."""

    _inherit = "crm.retention.rule"

    @api.model
    def _kinds(self):
        return {
            **super()._kinds(),
            "id_number": RetentionKind(
                label=self.env._("ID numbers of people without a relation"),
                model="res.partner",
                date="create_date",
                domain=(("id_number_hash", "!=", False),),
                actions=(CLEAR,),
                clear={"id_number_hash": False, "id_number_encrypted": False, "id_type": False},
                months=12,
                forget=False,
                condition=_without_relation,
            ),
        }


def _without_relation(rule, person):
    """Nothing took place with the person since the period began, and nothing is going on."""
    return SQL(
        """NOT EXISTS (SELECT FROM crm_vehicle o WHERE o.partner_id = %(p)s.id AND o.active)
       AND NOT EXISTS (SELECT FROM crm_service_visit v
                        WHERE v.partner_id = %(p)s.id AND v.date >= %(day)s)
       AND NOT EXISTS (SELECT FROM crm_contact_log c
                        WHERE c.partner_id = %(p)s.id AND c.date >= %(day)s)
       AND NOT EXISTS (SELECT FROM crm_lead l WHERE l.partner_id = %(p)s.id
                          AND (l.active AND l.won_status = 'pending' OR l.create_date >= %(day)s))
       AND NOT EXISTS (SELECT FROM sale_order s
                        WHERE s.partner_id = %(p)s.id AND s.date_order >= %(day)s)
       AND NOT EXISTS (SELECT FROM account_move m
                        WHERE m.partner_id = %(p)s.id AND m.state = 'posted'
                          AND (m.invoice_date >= %(day)s
                               OR m.payment_state IN ('not_paid', 'partial', 'in_payment')))
       AND NOT EXISTS (SELECT FROM crm_credit_application a
                        WHERE a.partner_id = %(p)s.id AND a.create_date >= %(day)s)
       AND NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = %(p)s.id)""",
        p=person,
        day=rule._before(),
    )
