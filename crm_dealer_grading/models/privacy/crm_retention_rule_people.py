from odoo import api, models
from odoo.tools import SQL

from ...tools.retention import CLEAR, RetentionKind

# What takes place with a contact ``m`` since ``day``, or is going on.
_RELATIONS = (
    "SELECT FROM crm_vehicle o WHERE o.active AND o.partner_id = %(m)s.id",
    "SELECT FROM crm_service_visit v WHERE v.date >= %(day)s AND v.partner_id = %(m)s.id",
    "SELECT FROM crm_contact_log c WHERE c.date >= %(day)s AND c.partner_id = %(m)s.id",
    """SELECT FROM crm_lead l WHERE l.partner_id = %(m)s.id
                AND (l.active AND l.won_status = 'pending' OR l.create_date >= %(day)s)""",
    "SELECT FROM sale_order s WHERE s.date_order >= %(day)s AND s.partner_id = %(m)s.id",
    """SELECT FROM account_move e WHERE e.partner_id = %(m)s.id AND e.state = 'posted'
                AND (e.invoice_date >= %(day)s
                     OR e.payment_state IN ('not_paid', 'partial', 'in_payment'))""",
    """SELECT FROM crm_credit_application a
        WHERE a.create_date >= %(day)s AND a.partner_id = %(m)s.id""",
    "SELECT FROM crm_credit_file f WHERE f.partner_id = %(m)s.id",
)


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
                condition=lambda rule, person: rule._without_relation_sql(person),
            ),
        }

    def _relations_sql(self, member):
        """Queries that find what makes a relation with a contact; extend for an addon's own data.

        :param SQL member: alias with the contact's id
        """
        return [SQL(query, m=member, day=self._before()) for query in _RELATIONS]

    def _without_relation_sql(self, person):
        """Condition: nothing took place with the person since the period began, or is going on.

        What counts is the person's own business, that of further addresses and, for a company, of
        its contacts. For a contact who acts for a company that of the company itself counts: its
        documents often name no contact. What colleagues do does not count, nor what the company
        does after the contact has left it and is archived.

        :param SQL person: alias of the person's row
        """
        relations = self._relations_sql(SQL.identifier("member"))
        return SQL(
            """NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = %(p)s.id)
           AND NOT EXISTS (
               SELECT FROM (SELECT %(p)s.id
                             UNION ALL SELECT %(p)s.commercial_partner_id WHERE %(p)s.active
                             UNION ALL SELECT below.id FROM res_partner below
                                        WHERE below.parent_id = %(p)s.id
                                           OR below.commercial_partner_id = %(p)s.id) member
                WHERE %(any)s)""",
            p=person,
            any=SQL(" OR ").join(SQL("EXISTS (%s)", query) for query in relations),
        )
