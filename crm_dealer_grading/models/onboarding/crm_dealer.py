from odoo import Command, api, models
from odoo.exceptions import AccessError

from ..network.res_users import OEM_MANAGER

DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    @api.model
    def action_company_is_dealer(self):
        """Make the current company a dealer, or open the dealer that it is: one click (P5).

        The user becomes its manager. Who gives roles gets the role of a dealer's manager as well,
        so that new customers and visits are the dealer's without being asked for it.

        :return: the action that opens the dealer
        :raise AccessError: by who is no manager of the manufacturer
        """
        if not self.env.user.has_group(OEM_MANAGER):
            raise AccessError(
                self.env._(
                    "Only a manager with the role “OEM: Manager” sets up dealers. Ask your "
                    "administrator to do it, or to give you that role."
                )
            )
        company = self.env.company
        dealer = self.search([("partner_id", "=", company.partner_id.id)], limit=1)
        if not dealer:
            dealer = self.create(self._company_dealer_values(company))
            if self.env.user.has_group("base.group_erp_manager"):
                role = self.env.ref(DEALER_MANAGER)
                self.env.user.write({"group_ids": [Command.link(role.id)]})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_dealer_action"
        )
        views = [view for view in action["views"] if view[1] == "form"]
        return {**action, "views": views, "view_mode": "form", "res_id": dealer.id}

    @api.model
    def _company_dealer_values(self, company):
        """Values of the dealer that ``company`` is; its code is the first free one."""
        every = self.with_context(active_test=False)._read_group([], ["code"])
        taken = {code for (code,) in every}
        number = next(n for n in range(1, len(taken) + 2) if f"{n:03}" not in taken)
        several = self.env["res.company"].sudo().search_count([], limit=2) > 1
        return {
            "name": company.name,
            "code": f"{number:03}",
            "partner_id": company.partner_id.id,
            "company_id": company.id if several else False,
            "manager_id": self.env.uid,
        }
