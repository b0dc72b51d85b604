from odoo import api, fields, models

_READERS = (
    "crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_credit_controller,"
    "crm_dealer_grading.group_oem_auditor"
)


class ResPartner(models.Model):
    """The customer's applications for credit (K2)."""

    _inherit = "res.partner"

    credit_application_count = fields.Integer(
        string="Credit Applications",
        compute="_compute_customer_counts",
        groups=_READERS,
    )

    @api.model
    def _customer_counters(self):
        applications = ("crm.credit.application", "partner_id", [])
        return {**super()._customer_counters(), "credit_application_count": applications}

    def action_open_credit_applications(self):
        """Show the customer's applications, or a new one where there is none."""
        self.ensure_one()
        partner = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_credit_application_action"
        )
        action["domain"] = [("partner_id", "=", partner.id)]
        action["context"] = {"default_partner_id": partner.id}
        return action

    def action_apply_for_credit(self):
        """Open one application per customer among these, drafts where none is under way (P2).

        :return: action that shows them
        """
        Application = self.env["crm.credit.application"]
        customers = self.commercial_partner_id
        open_ones = Application.search(
            [("partner_id", "in", customers.ids), ("state", "in", ("draft", "submitted"))]
        )
        new = Application.create(
            [{"partner_id": partner.id} for partner in customers - open_ones.partner_id]
        )
        applications = open_ones | new
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_credit_application_action"
        )
        if len(applications) == 1:
            return {**action, "views": [(False, "form")], "res_id": applications.id}
        return {**action, "domain": [("id", "in", applications.ids)]}

    def _credit_contact(self):
        """The contact for money: who decides, then who pays, then the first."""
        self.ensure_one()
        contacts = self.child_ids.filtered(lambda contact: contact.type == "contact")
        for role in ("decides", "pays"):
            found = contacts.filtered(lambda contact, role=role: contact.decision_role == role)
            if found:
                return found[0]
        return contacts[:1] or (self if not self.is_company else contacts)

    def _credit_contact_named(self, name):
        """The company's contact of that name, made where there is none."""
        self.ensure_one()
        found = self.child_ids.filtered(lambda contact: contact.name == name)[:1]
        return found or self.create({"name": name, "parent_id": self.id, "type": "contact"})

    @api.model
    def _credit_readers(self):
        return _READERS
