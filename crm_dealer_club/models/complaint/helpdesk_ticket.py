from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGERS = "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager"


class HelpdeskTicket(models.Model):
    """A complaint: what caused it, what was done, what it cost (M7)."""

    _inherit = "helpdesk.ticket"

    cause_note = fields.Text(
        string="Analysis", help="What happened and why; for us, the customer does not read it."
    )
    liable = fields.Selection(
        [
            ("dealer", "Dealer"),
            ("manufacturer", "Manufacturer"),
            ("supplier", "Supplier"),
            ("customer", "Customer"),
            ("nobody", "Nobody"),
        ],
        string="Who Is Responsible for It",
        tracking=True,
    )
    solution = fields.Text(help="What was done; the customer reads it.")
    cost = fields.Monetary(help="What solving it cost us, without the compensation and tax.")

    _complaint_cost_check = models.Constraint(
        "CHECK(COALESCE(cost, 0) >= 0)", "The cost of a complaint is zero or more."
    )

    @api.model
    def _crm_form_views(self):
        form = "crm_dealer_club.helpdesk_ticket_view_form_complaint"
        return {**super()._crm_form_views(), "complaint": form}

    @api.model
    def _complaint_facts(self):
        """What is told about a complaint; fixed once it is closed."""
        return {
            "category_id", "cause_note", "liable", "solution", "cost", "compensation_kind",
            "compensation_amount", "partner_id", "vehicle_id", "visit_id", "dealer_id",
        }  # fmt: skip

    def _given_values(self, vals):
        given = super()._given_values(vals)
        closed = self.filtered(lambda t: t.crm_kind == "complaint" and t.crm_step == "closed")
        if closed and self._complaint_facts() & given.keys():
            if not self.env.su and not self.env.user.has_group(
                "crm_dealer_grading.group_oem_manager"
            ):
                raise UserError(
                    self.env._(
                        "“%s” is closed; what was found is kept as it was. Reopen it, or ask the "
                        "manufacturer's manager to correct it.",
                        closed[0].display_name,
                    )
                )
        return given

    def _check_complaint_manager(self):
        if not self.env.su and not self.env.user.has_groups(MANAGERS):
            raise AccessError(
                self.env._("A dealer's manager does this. Ask yours, or the manufacturer's.")
            )
