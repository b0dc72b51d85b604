"""What an order brought: its amount less what credit notes took back (design.md, Meanings)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

_BATCH = 1000


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Empty in orders of before the addon was there: then it is the amount. Not read with every
    # order, for whom it is not.
    crm_revenue = fields.Monetary(
        string="Revenue",
        compute="_compute_crm_revenue",
        store=True,
        prefetch=False,
        help="The amount without tax, less what credit notes took back. What was invoiced anew "
        "after a credit note is not deducted, once the order is invoiced in full.",
    )

    @api.depends("amount_untaxed", "order_line.invoice_lines.move_id.state")
    def _compute_crm_revenue(self):
        for order in self:
            order.crm_revenue = order.amount_untaxed - order._credited()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_no_revenue(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_revenue([vals])
        return super().write(vals)

    def _check_no_revenue(self, vals_list):
        """Levels follow it: it is what documents say, whoever writes.

        :raise UserError: it is written by hand
        """
        if any("crm_revenue" in vals for vals in vals_list):
            raise UserError(
                self.env._(
                    "The revenue of an order is computed from the order and its credit notes. "
                    "Leave it out."
                )
            )

    def _credit_notes(self):
        """Posted credit notes of these orders."""
        return self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_refund"
        )

    def _credited(self):
        """What posted credit notes took back of an order, in its currency without tax.

        An order that pays back is negative itself, and its credit note is its invoice.
        """
        notes = self._credit_notes()
        if not notes or self.amount_untaxed <= 0:
            return 0
        lines = self.order_line.invoice_lines.filtered(lambda line: line.parent_state == "posted")
        credited = sum(self._in_own_currency(line) for line in lines if line.move_id in notes)
        billed = -sum(self._in_own_currency(line) for line in lines if line.move_id not in notes)
        return max(0, credited - max(0, billed - self.amount_untaxed))

    def _in_own_currency(self, line):
        """The balance of an invoice line at the order's rate: credited in full is in full."""
        if line.currency_id == self.currency_id:
            return line.amount_currency
        return line.balance * (self.currency_rate or 1)

    def _field_to_sql(self, alias, field_expr, query=None):
        revenue = super()._field_to_sql(alias, field_expr, query)
        if field_expr != "crm_revenue":
            return revenue
        # What is flushed for the revenue is the amount as well, which it depends on.
        return SQL("COALESCE(%s, %s)", revenue, SQL.identifier(alias, "amount_untaxed"))

    @api.model
    def _fill_revenue(self):
        """Orders with credit notes of before the field was there get their revenue."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT DISTINCT s.order_id
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id
                 JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                 JOIN sale_order_line s ON s.id = r.order_line_id
                WHERE m.move_type = 'out_refund' AND m.state = 'posted'"""
        )
        for ids in split_every(_BATCH, [number for (number,) in self.env.cr.fetchall()]):
            orders = self.browse(ids)
            self.env.add_to_compute(self._fields["crm_revenue"], orders)
            orders.flush_recordset(["crm_revenue"])
            self.env.invalidate_all()
