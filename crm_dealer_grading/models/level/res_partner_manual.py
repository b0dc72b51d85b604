from odoo import fields, models

from ...tools.dialog import ask


class ResPartner(models.Model):
    """Manual levels on the customer (G13)."""

    _inherit = "res.partner"

    grading_manual_ids = fields.One2many(
        "crm.grading.manual",
        "partner_id",
        string="Manual Levels",
        groups="crm_dealer_grading.group_access",
    )

    def action_set_manual_level(self):
        """Open the wizard that gives the chosen customers a level by hand."""
        return self._manual_wizard(
            "crm.grading.manual.set", self.env._("Set Manual Level")
        )

    def action_end_manual_level(self):
        """Open the wizard that ends manual levels of the chosen customers."""
        return self._manual_wizard("crm.grading.manual.end", self.env._("End Manual Level"))

    def _manual_wizard(self, model, name):
        customers = self.commercial_partner_id
        return ask(model, name, partner_ids=customers.ids)

    def _after_merge(self):
        """Manual levels came along by SQL: they hold for this customer now."""
        result = super()._after_merge()
        schemes = self.env["crm.grading.scheme"]._with_manual_levels(self.ids)
        schemes._apply_manual(self.ids)
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_set_manual_level(self):
        """Give the customers of the chosen leads a level by hand."""
        return self.partner_id.action_set_manual_level()

    def action_end_manual_level(self):
        """End manual levels of the customers of the chosen leads."""
        return self.partner_id.action_end_manual_level()


class CrmVehicle(models.Model):
    _inherit = "crm.vehicle"

    def action_set_manual_level(self):
        """Give the owners of the chosen vehicles a level by hand."""
        return self.partner_id.action_set_manual_level()

    def action_end_manual_level(self):
        """End manual levels of the owners of the chosen vehicles."""
        return self.partner_id.action_end_manual_level()
