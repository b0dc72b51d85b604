from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_waiting_for_grading = fields.Boolean(
        compute="_compute_is_waiting_for_grading",
        groups="crm_dealer_grading.group_access",
        help="The data of the customer have just changed, and the levels follow in a moment.",
    )

    def _compute_is_waiting_for_grading(self):
        # sudo: who sees the levels may know that they are about to be renewed.
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        pending = self.env["crm.grading.pending"].sudo()
        waiting = pending.search_fetch(domain, ["partner_id"]).partner_id
        for partner in self:
            partner.is_waiting_for_grading = partner.commercial_partner_id in waiting
