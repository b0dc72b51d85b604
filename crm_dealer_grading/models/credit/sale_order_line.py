from odoo import api, models
from odoo.exceptions import UserError

from .account_move_line import COSTS

# What of a confirmed order's line has nothing to do with credit; all else may change its amount.
_HARMLESS = {
    "analytic_distribution", "customer_lead", "name", "qty_delivered", "qty_delivered_method",
    "sequence", "collapse_composition", "collapse_prices", "is_optional",
}  # fmt: skip
# Computed; written by hand they would say what suits the writer.
_FIGURES = {
    "invoice_status", "price_subtotal", "price_tax", "price_total", "qty_invoiced",
    "untaxed_amount_invoiced", "untaxed_amount_to_invoice",
}  # fmt: skip


class SaleOrderLine(models.Model):
    """A confirmed order that grows uses more credit (K4)."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"]
        if self.env["res.company"]._credit_controlled_ids():
            # The order may also come from the context or from the user's own defaults.
            default = self.default_get(["order_id"]).get("order_id")
            orders = orders.browse({vals.get("order_id") or default for vals in vals_list} - {None})
        orders, before = self._credit_before(orders)
        lines = super().create(vals_list)
        tell = self.env.context.get("credit_costs") is COSTS or (
            bool(orders) and lines._credit_is_shipped()
        )
        orders._credit_check(before, tell)
        return lines

    def write(self, vals):
        orders = self.env["sale.order"]
        if vals.keys() - _HARMLESS and self.env["res.company"]._credit_controlled_ids():
            self._check_not_written(vals)
            orders = self.order_id | orders.browse(vals.get("order_id") or ())
        orders, before = self._credit_before(orders)
        result = super().write(vals)
        orders._credit_check(before, tell=bool(orders) and self._credit_is_shipped())
        return result

    def unlink(self):
        """A line below zero that goes makes the order dearer."""
        orders = self.env["sale.order"]
        if self.env["res.company"]._credit_controlled_ids():
            orders = self.order_id
        orders, before = self._credit_before(orders)
        result = super().unlink()
        orders._credit_check(before)
        return result

    def _credit_is_shipped(self):
        """Whether this is what the carrier took for goods that leave the warehouse.

        The parcel is with the carrier: an error would undo the delivery order here and not there.
        """
        # Nobody who calls from outside has sudo; a line that a salesperson adds is judged.
        return bool(
            self.env.su
            and "is_delivery" in self._fields
            and self
            and all(line.is_delivery for line in self)
        )

    def _check_not_written(self, vals):
        """What is computed, and which invoices belong to an order, is not written."""
        if _FIGURES & vals.keys():
            raise UserError(
                self.env._("Amounts of an order come from its lines. Change these instead.")
            )
        if "invoice_lines" in vals and not self.env.su:
            raise UserError(
                self.env._("Invoice the order to link it with an invoice; links are not written.")
            )

    @api.model
    def _credit_before(self, orders):
        """The confirmed ones of ``orders`` under control, and what they use."""
        if not orders or orders._credit_is_together():
            return orders.browse(), {}
        confirmed = orders._credit_controlled().filtered(lambda order: order.state == "sale")
        return confirmed, confirmed._credit_used_by()
