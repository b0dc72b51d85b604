from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.retention import CLEAR, DELETE, EMPTY, FILES, RetentionKind


class CrmRetentionRule(models.Model):
    """What the grading addon keeps of people, and until when it is needed (P4)."""

    _inherit = "crm.retention.rule"

    @api.model
    def _kinds(self):
        return {**super()._kinds(), **self._kinds_of_contacts(), **self._kinds_of_files()}

    @api.model
    def _kind_of_lost_leads(self):
        return RetentionKind(
            label=self.env._("Lost leads of people who never became customers"),
            model="crm.lead",
            date="date_closed",
            domain=(("active", "=", False), ("won_status", "=", "lost")),
            actions=(DELETE, CLEAR),
            clear={
                "name": EMPTY, "contact_name": False, "partner_name": False, "phone": False,
                "email_from": False, "email_cc": False, "street": False, "street2": False,
                "zip": False, "city": False, "function": False, "description": False,
            },
            months=6,
            condition=_never_customer,
            along="_contacts_of_leads",
        )  # fmt: skip

    @api.model
    def _kinds_of_contacts(self):
        return {
            "lost_lead": self._kind_of_lost_leads(),
            "contact_log": RetentionKind(
                label=self.env._("Entries of the contact log"),
                model="crm.contact.log",
                date="date",
                actions=(DELETE, CLEAR),
                clear={"summary": EMPTY, "feedback": False, "next_step": False},
                # Levels, limits and intervals look at the last two years.
                months=24,
            ),
            "contact_due": RetentionKind(
                label=self.env._("Planned contacts that are closed"),
                model="crm.contact.due",
                date="closed_on",
                domain=(("state", "not in", ("found", "planned")),),
                months=12,
            ),
        }

    @api.model
    def _kinds_of_files(self):
        return {
            "booking": RetentionKind(
                label=self.env._("Notes on bookings that were cancelled"),
                model="crm.service.visit",
                date="date",
                domain=(("stage", "=", "cancelled"),),
                actions=(CLEAR,),
                clear={"note": False},
                months=3,
            ),
            "credit_paper": RetentionKind(
                label=self.env._("Papers of credit applications that were refused"),
                model="crm.credit.paper",
                date="create_date",
                # A refused one is a draft again, which says when it was refused.
                domain=(
                    "|", ("state", "=", "cancelled"),
                    "&", ("state", "=", "draft"), ("application_id.refused_on", "!=", False),
                ),
                actions=(FILES,),
                months=12,
                condition=_not_in_revision,
            ),
            "access_log": RetentionKind(
                label=self.env._("Log of accesses to protected data"),
                model="crm.protected.access",
                date="date",
                months=36,
                by_sql=True,
            ),
        }  # fmt: skip

    @api.model
    def _contacts_of_leads(self, leads):
        """Contacts with a lead that had no customer are about nobody else."""
        return "contact_log", Domain("lead_id", "in", leads) & Domain("partner_id", "=", False)


def _not_in_revision(rule, paper):
    """SQL: the application was not refused lately, to be corrected and sent again."""
    return SQL(
        """NOT EXISTS (SELECT FROM crm_credit_application a
                        WHERE a.id = %s.application_id AND a.refused_on >= %s)""",
        paper,
        rule._before(),
    )


def _never_customer(rule, lead):
    """The lead's person bought nothing, brought no vehicle and owns none, before or since."""
    return SQL(
        """NOT EXISTS (
            SELECT FROM res_partner person
              JOIN res_partner member ON member.commercial_partner_id
                                       = person.commercial_partner_id
             WHERE person.id = %(lead)s.partner_id AND (
                   EXISTS (SELECT FROM crm_vehicle_ownership o WHERE o.partner_id = member.id)
                OR EXISTS (SELECT FROM crm_service_visit v WHERE v.partner_id = member.id)
                OR EXISTS (SELECT FROM sale_order s
                            WHERE s.partner_id = member.id AND s.state = 'sale')
                OR EXISTS (SELECT FROM account_move m
                            WHERE m.partner_id = member.id AND m.state = 'posted')))""",
        lead=lead,
    )
