from odoo import api, models


class HelpdeskTicketCategory(models.Model):
    """A cause of complaints, in a tree; not offered for other tickets."""

    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "crm.ticket.setting"]

    _crm_not_in_portal = models.Constraint(
        "CHECK(crm_kind IS NULL OR show_in_portal IS NOT TRUE)",
        "A cause is found by us, not chosen in the form for other tickets.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, "show_in_portal": False} if vals.get("crm_kind") else vals
                for vals in vals_list
            ]
        )
