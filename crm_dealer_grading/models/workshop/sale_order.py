from odoo import fields, models

ACCESS = "crm_dealer_grading.group_access"


class SaleOrder(models.Model):
    """Which visit an order invoices."""

    _inherit = "sale.order"

    service_visit_ids = fields.One2many(
        "crm.service.visit", "order_id", string="Service Visits", groups=ACCESS
    )
    service_visit_count = fields.Integer(
        string="Visits", compute="_compute_service_visit_count", groups=ACCESS
    )

    def _compute_service_visit_count(self):
        counts = dict(
            self.env["crm.service.visit"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.service_visit_count = counts.get(order._origin, 0)

    def action_open_service_visits(self):
        """Open the visits that this order invoices."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_service_visit_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        return action
