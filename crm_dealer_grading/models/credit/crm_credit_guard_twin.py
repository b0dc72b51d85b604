from odoo import api, models
from odoo.tools import SQL

TWIN = "crm_dealer_grading.mail_activity_type_credit_twin"


class CrmCreditGuard(models.AbstractModel):
    """Customers without a limit who may be customers who have one (K4, C3).

    A suspicion refuses nothing. The other customer, who may be another dealer's, is not named.
    """

    _inherit = "crm.credit.guard"

    @api.model
    def _tell_of_twins(self, queues):
        """Ask the controller to look at who of these buys without a limit, once each."""
        for partner, controller, pairs in self._twins(queues):
            note = self.env._(
                "%(customer)s has no credit limit, and is listed as a possible duplicate of a "
                "customer who has one. The credit controller was asked to look at it.",
                customer=partner.name,
            )
            for document, _amount in (sale for pair in pairs for sale in queues[pair]):
                document.sudo()._message_log(body=note)
            partner.activity_schedule(
                TWIN,
                user_id=controller.id,
                note=self.with_context(lang=controller.lang).env._(
                    "Buys on credit without a limit, and is listed as a possible duplicate of a "
                    "customer who has one. Have them merged, or called no duplicates; or open a "
                    "credit file."
                ),
            )

    @api.model
    def _twins(self, pairs):
        """``[(customer, controller, pairs)]`` that nobody was asked about yet, in sudo."""
        if not pairs:
            return []
        self.env["crm.duplicate.candidate"].flush_model(["partner_a_id", "partner_b_id", "state"])
        self.env["crm.credit.file"].flush_model(["company_id", "granted_on", "partner_id"])
        query = SQL(
            """SELECT asked.partner_id, asked.company_id, min(f.id)
                 FROM unnest(%s, %s) AS asked(partner_id, company_id)
                 JOIN (SELECT partner_a_id AS one_id, partner_b_id AS other_id
                         FROM crm_duplicate_candidate WHERE state = 'open'
                        UNION ALL
                       SELECT partner_b_id, partner_a_id
                         FROM crm_duplicate_candidate WHERE state = 'open') twin
                      ON twin.one_id = asked.partner_id
                 JOIN res_partner other ON other.id = twin.other_id
                 JOIN crm_credit_file f ON f.partner_id = other.commercial_partner_id
                      AND f.company_id = asked.company_id AND f.granted_on IS NOT NULL
                GROUP BY asked.partner_id, asked.company_id""",
            [partner for partner, _company in pairs],
            [company for _partner, company in pairs],
        )
        # sudo: whoever sells is no reader of files, nor keeps the controllers' to-dos.
        files, partners = self.env["crm.credit.file"].sudo(), self.env["res.partner"].sudo()
        found = self.env.execute_query(query)
        customers = partners.browse({partner for partner, _company, _file in found})
        asked = customers.activity_search([TWIN]).mapped("res_id")
        return [
            (partners.browse(partner), files.browse(file)._controller(), [(partner, company)])
            for partner, company, file in found
            if partner not in asked
        ]
