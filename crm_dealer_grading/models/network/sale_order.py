from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.dealer.document"]

    @api.depends_context("uid")
    def _compute_display_name(self):
        """The number of another dealer's order, never with the customer's name."""
        hidden = self._out_of_sight()
        for order in hidden:
            order.display_name = order.name
        return super(SaleOrder, self - hidden)._compute_display_name()

    def _dealer_of_origin(self):
        # The lead's dealer, also where the user may see the order but not the lead.
        return self.sudo().opportunity_id.dealer_id or super()._dealer_of_origin()

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.dealer_id:
            values["dealer_id"] = self.dealer_id.id
        return values
