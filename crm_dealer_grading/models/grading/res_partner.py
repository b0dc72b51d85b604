from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_waiting_for_grading = fields.Boolean(
        compute="_compute_customer_counts",
        groups="crm_dealer_grading.group_access",
        help="The data of the customer have just changed, and the levels follow in a moment.",
    )

    @api.model
    def _customer_counters(self):
        # sudo: who sees the levels may know that they are about to be renewed.
        sees = self._has_field_access(self._fields["is_waiting_for_grading"], "read")
        waiting = (self.env["crm.grading.pending"].sudo(sees), "partner_id", [])
        return {**super()._customer_counters(), "is_waiting_for_grading": waiting}
