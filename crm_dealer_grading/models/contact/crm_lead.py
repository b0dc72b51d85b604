from odoo import models


class CrmLead(models.Model):
    """Contacts with a prospect, who may be no customer yet (C8)."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.contact.source"]

    def _contact_values(self):
        return {"partner_id": self.partner_id.id, "lead_id": self.id}

    def write(self, vals):
        result = super().write(vals)
        leads = self.filtered("dealer_id") if vals.get("partner_id") else self.browse()
        if leads:
            # sudo: who may say whose lead it is says whose contacts these were.
            logs = self.env["crm.contact.log"].sudo()
            logs.search([("lead_id", "in", leads.ids), ("partner_id", "=", False)]).write(
                {"partner_id": vals["partner_id"]}
            )
        return result

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: who may merge the leads may merge what hangs on them.
        leads = opportunities.filtered("dealer_id")
        if leads:
            logs = self.env["crm.contact.log"].sudo().search([("lead_id", "in", leads.ids)])
            logs.write({"lead_id": self.id})
        return result
