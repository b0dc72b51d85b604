from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    club_tier_id = fields.Many2one(
        related="partner_id.club_tier_id", groups="crm_dealer_grading.group_access"
    )
    club_tier_color = fields.Integer(
        related="partner_id.club_tier_color",
        aggregator=None,
        groups="crm_dealer_grading.group_access",
        export_string_translation=False,
    )

    def _after_delivery(self, vehicle):
        """Enrol the new owner where the delivery's dialog says so (C6, M1)."""
        result = super()._after_delivery(vehicle)
        if self.env.context.get("club_enrol"):
            # Rights are checked by the method: a foreign or former member stays as is.
            members = self.env["crm.club.membership"]
            customer = members._may_enrol(vehicle.partner_id)
            if customer:
                members.enrol(customer, self.dealer_id)
        return result
