from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _credited_balance(self):
        """What the line of a credit note takes back, at the rate of the invoiced lines."""
        invoiced = self.sale_line_ids.invoice_lines.filtered(
            lambda line: line.move_type == "out_invoice" and line.currency_id == self.currency_id
        )
        rate = invoiced[-1:].move_id.invoice_currency_rate
        return self.amount_currency / rate if rate else self.balance


class AccountMove(models.Model):
    """Which credit notes take back what of an invoice (M3).

    Those that reverse it; those that the ERP makes of an order whose quantities went down: they
    name no invoice, and count for the newest invoices of the same order lines before them; and
    those that name neither, for the invoices that they pay.
    """

    _inherit = "account.move"

    def _credited_invoices(self):
        """The invoices that these credit notes take something back of."""
        unnamed = self.filtered(lambda move: not move.reversed_entry_id)
        lines = unnamed.line_ids.sale_line_ids.invoice_lines
        invoices = lines.move_id.filtered(lambda move: move.move_type == "out_invoice")
        return self.reversed_entry_id | invoices

    def _credited(self):
        """Return ``{invoice id: amount of its posted credit notes}``, without tax.

        In the company's currency, at the rate of the invoice: what is credited in full is
        credited in full, whatever the currency is worth by then.
        """
        groups = self.env["account.move.line"]._read_group(
            self._credit_domain() & Domain("move_id.reversed_entry_id", "in", self.ids),
            ["move_id"],
            ["balance:sum", "amount_currency:sum"],
        )
        credited = {}
        for move, balance, amount in groups:
            invoice = move.reversed_entry_id
            if move.currency_id == invoice.currency_id:
                balance = amount / (invoice.invoice_currency_rate or 1)
            credited[invoice.id] = credited.get(invoice.id, 0) + balance
        for found in (self._credited_by_orders(), self._credited_by_reconciling()):
            for number, amount in found.items():
                credited[number] = credited.get(number, 0) + amount
        return credited

    def _credit_domain(self):
        return Domain(
            [
                ("move_id.move_type", "=", "out_refund"),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
            ]
        )

    def _credited_by_orders(self):
        """``{invoice id: amount}`` of credit notes that name no invoice."""
        lines = self.env["account.move.line"]
        refunds = lines.search(
            self._credit_domain()
            & Domain("move_id.reversed_entry_id", "=", False)
            & Domain("sale_line_ids.invoice_lines.move_id", "in", self.ids),
            order="move_id, id",
        )
        if not refunds:
            return {}
        invoiced = refunds.sale_line_ids.invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.move_type == "out_invoice"
        ).sorted(lambda line: (line.move_id.id, line.id), reverse=True)
        left = {line: -line.balance for line in invoiced}
        credited = {}
        for refund in refunds:
            amount = refund._credited_balance()
            for line in invoiced & refund.sale_line_ids.invoice_lines:
                if line.move_id.id < refund.move_id.id:
                    part = min(left[line], amount) if amount > 0 else 0
                    left[line] -= part
                    amount -= part
                    number = line.move_id.id
                    credited[number] = credited.get(number, 0) + part
        return credited

    def _credited_by_reconciling(self):
        """``{invoice id: amount}`` of credit notes made by hand that pay these invoices."""
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id, sum(p.debit_amount_currency * i.amount_untaxed_signed
                                    / NULLIF(i.amount_total, 0))::float8
                     FROM account_partial_reconcile p
                     JOIN account_move_line d ON d.id = p.debit_move_id
                     JOIN account_move_line c ON c.id = p.credit_move_id
                     JOIN account_move i ON i.id = d.move_id
                     JOIN account_move r ON r.id = c.move_id
                    WHERE d.move_id = ANY(%s) AND r.move_type = 'out_refund'
                      AND r.reversed_entry_id IS NULL
                      AND NOT EXISTS (SELECT FROM account_move_line l
                                        JOIN sale_order_line_invoice_rel rel
                                          ON rel.invoice_line_id = l.id
                                       WHERE l.move_id = r.id)
                    GROUP BY i.id""",
                self.ids,
            )
        )
        return {number: amount or 0 for number, amount in rows}
