from odoo import api, fields, models

_READERS = (
    "crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_credit_controller,"
    "crm_dealer_grading.group_oem_auditor"
)


class ResPartner(models.Model):
    """A customer's credit assessments (K1)."""

    _inherit = "res.partner"

    credit_assessment_count = fields.Integer(
        string="Credit Assessments", compute="_compute_credit_assessment", groups=_READERS
    )
    credit_assessment_class_id = fields.Many2one(
        "crm.credit.class",
        string="Assessed Class",
        compute="_compute_credit_assessment",
        groups=_READERS,
        help="The class of the latest assessment that was done.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_credit_assessment(self):
        """Counts and latest classes in one query; of contacts those of their company."""
        assessments = self.env["crm.credit.assessment"].search_fetch(
            [("partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id", "class_id", "state"],
            order="done_on, id",
        )
        of_customer = assessments.grouped(lambda assessment: assessment.partner_id.id)
        for partner in self:
            own = of_customer.get(partner.commercial_partner_id.id, assessments.browse())
            done = own.filtered(lambda assessment: assessment.state == "done")
            partner.credit_assessment_count = len(own)
            partner.credit_assessment_class_id = done[-1:].class_id

    def action_assess_credit(self):
        """Open a draft assessment of each customer; one that is open already is used.

        :raise AccessError: the user does not assess
        """
        assessments = self.env["crm.credit.assessment"]
        assessments.check_access("create")
        customers = self.commercial_partner_id
        company = self.env.company._credit_company()
        drafts = assessments.search(
            [
                ("partner_id", "in", customers.ids),
                ("state", "=", "draft"),
                ("company_id", "=", company.id),
            ]
        )
        if len(customers) == 1 and not drafts:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Assess Credit"),
                "res_model": "crm.credit.assessment",
                "view_mode": "form",
                "context": {"default_partner_id": customers.id},
            }
        drafts |= assessments.create(
            [{"partner_id": customer.id} for customer in customers - drafts.partner_id]
        )
        return drafts._get_records_action(name=self.env._("Assess Credit"))

    def action_open_credit_assessments(self):
        """Open the assessments of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_credit_assessment_action"
        )
        customer = self.commercial_partner_id
        action.update(
            domain=[("partner_id", "=", customer.id)],
            context={"default_partner_id": customer.id},
        )
        return action

    @api.model
    def _follows_customer(self):
        return [*super()._follows_customer(), ("crm.credit.assessment", "dealer_id")]
