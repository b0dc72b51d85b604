from odoo import api, models
from odoo.tools import SQL

from ...tools.retention import CLEAR, RetentionKind

# With the rows that count for the person, see ``_of_person_sql``.
_WITHOUT = """
    NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = %(p)s.id)
    AND NOT EXISTS (SELECT FROM crm_vehicle o WHERE o.active AND o.partner_id IN (%(of)s))
    AND NOT EXISTS (SELECT FROM crm_service_visit v
                     WHERE v.date >= %(day)s AND v.partner_id IN (%(of)s))
    AND NOT EXISTS (SELECT FROM crm_contact_log c
                     WHERE c.date >= %(day)s AND c.partner_id IN (%(of)s))
    AND NOT EXISTS (SELECT FROM crm_lead l WHERE l.partner_id IN (%(of)s)
                       AND (l.active AND l.won_status = 'pending' OR l.create_date >= %(day)s))
    AND NOT EXISTS (SELECT FROM sale_order s
                     WHERE s.date_order >= %(day)s AND s.partner_id IN (%(of)s))
    AND NOT EXISTS (SELECT FROM account_move m
                     WHERE m.partner_id IN (%(of)s) AND m.state = 'posted'
                       AND (m.invoice_date >= %(day)s
                           OR m.payment_state IN ('not_paid', 'partial', 'in_payment')))
    AND NOT EXISTS (SELECT FROM crm_credit_application a
                     WHERE a.create_date >= %(day)s AND a.partner_id IN (%(of)s))
    AND NOT EXISTS (SELECT FROM crm_credit_file f WHERE f.partner_id IN (%(of)s))"""


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

    def _without_relation_sql(self, person):
        """Condition: nothing took place with the person since the period began, or is going on.

        Extend for an addon's own data, about the contacts of ``_of_person_sql``.

        :param SQL person: alias of the person's row
        """
        of_person = self._of_person_sql(person)
        return SQL(_WITHOUT, p=person, day=self._before(), of=of_person)

    @api.model
    def _of_person_sql(self, person):
        """Ids of the contacts whose business is the person's.

        The person's own; that of further addresses and, for a company, of its contacts. For a
        contact who acts for a company that of the company itself: its documents often name no
        contact. What colleagues do does not count, nor what the company does after the contact
        has left it and is archived.
        """
        return SQL(
            """SELECT %(p)s.id
                UNION ALL SELECT %(p)s.commercial_partner_id WHERE %(p)s.active
                UNION ALL SELECT below.id FROM res_partner below
                           WHERE below.parent_id = %(p)s.id
                              OR below.commercial_partner_id = %(p)s.id""",
            p=person,
        )
