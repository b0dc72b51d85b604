"""What an order brought: its amount less what credit notes took back (design.md, Meanings)."""

from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Empty in orders of before the addon was there: then it is the amount.
    crm_revenue = fields.Monetary(
        string="Revenue",
        compute="_compute_crm_revenue",
        store=True,
        help="The amount without tax, less what credit notes took back. What was invoiced anew "
        "after a credit note is not deducted.",
    )

    @api.depends("amount_untaxed", "order_line.invoice_lines.move_id.state")
    def _compute_crm_revenue(self):
        for order in self:
            order.crm_revenue = order.amount_untaxed - order._credited()

    def _credited(self):
        """What posted credit notes took back of an order, in its currency without tax.

        An order that pays back is negative itself, and its credit note is its invoice.
        """
        lines = self.order_line.invoice_lines
        moves = lines.move_id.filtered(lambda move: move.state == "posted")
        notes = moves.filtered(lambda move: move.move_type == "out_refund")
        if not notes or self.amount_untaxed <= 0:
            return 0
        credited, invoiced = (
            sum(self._in_own_currency(line) for line in lines if line.move_id in some)
            for some in (notes, moves - notes)
        )
        return max(0, credited - max(0, -invoiced - self.amount_untaxed))

    def _in_own_currency(self, line):
        """The balance of an invoice line at the order's rate: credited in full is in full."""
        if line.currency_id == self.currency_id:
            return line.amount_currency
        return line.balance * (self.currency_rate or 1)

    def _field_to_sql(self, alias, field_expr, query=None):
        revenue = super()._field_to_sql(alias, field_expr, query)
        if field_expr != "crm_revenue":
            return revenue
        return SQL("COALESCE(%s, %s)", revenue, self._field_to_sql(alias, "amount_untaxed", query))

    @api.model
    def _fill_revenue(self):
        """Orders with credit notes of before the field was there get their revenue."""
        self.env.cr.execute(
            """SELECT DISTINCT s.order_id
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id
                 JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                 JOIN sale_order_line s ON s.id = r.order_line_id
                WHERE m.move_type = 'out_refund' AND m.state = 'posted'"""
        )
        orders = self.browse(number for (number,) in self.env.cr.fetchall())
        self.env.add_to_compute(self._fields["crm_revenue"], orders)
        orders._recompute_recordset(["crm_revenue"])
