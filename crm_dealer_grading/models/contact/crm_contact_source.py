from odoo import api, models
from odoo.exceptions import AccessError


class CrmContactSource(models.AbstractModel):
    """A record from which people log and plan contacts: customer, lead, visit, vehicle (C8)."""

    _name = "crm.contact.source"
    _description = "Source of Contacts"

    def _contact_values(self):
        """What a contact logged from this record starts with; override for each model.

        :return: values of ``crm.contact.log``, the customer among them
        """
        self.ensure_one()
        return {"partner_id": self.partner_id.id}

    def action_log_contact(self):
        """Open the dialog that logs a contact with the customer of this record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_contact_log_action_quick"
        )
        values = self._contact_values()
        action["context"] = {f"default_{name}": value for name, value in values.items() if value}
        return action

    def action_plan_contacts(self):
        """Open the dialog that plans contacts for the chosen records (P2).

        :raise AccessError: for auditors, who plan nothing
        """
        self._check_may_plan()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_contact_plan_action"
        )
        action["context"] = {"active_model": self._name, "active_ids": self.ids}
        return action

    @api.model
    def _check_may_plan(self):
        if not self.env["crm.contact.plan"].has_access("create"):
            raise AccessError(
                self.env._(
                    "You cannot plan contacts. Ask the dealer's manager, who plans them "
                    "or gives you the role of a dealer's staff."
                )
            )
