from odoo import api, models


class AccountMove(models.Model):
    """Posted customer invoices use their customer's credit (K4)."""

    _inherit = "account.move"

    def write(self, vals):
        posted = self._credit_asking() if vals.get("state") == "posted" else self.browse()
        orders = posted.line_ids.sale_line_ids.order_id if posted else self.env["sale.order"]
        before = orders._credit_used_by()
        result = super().write(vals)
        if posted:
            posted._credit_check(orders, before)
            self.env["crm.credit.hold"]._close(posted, "done")
        elif vals.get("state") == "cancel" and self._credit_controlled():
            self.env["crm.credit.hold"]._close(self, "dropped")
        return result

    def _credit_controlled(self):
        """Customer documents whose company controls credit."""
        controlled = self.env["res.company"]._credit_controlled_ids()
        if not controlled:
            return self.browse()
        kinds = self.get_sale_types(include_receipts=True)
        return self.filtered(
            lambda move: move.company_id.id in controlled and move.move_type in kinds
        )

    def _credit_asking(self):
        return self._credit_controlled().filtered(lambda move: move.state != "posted")

    def _credit_partner(self):
        """The customer whose credit the invoice uses."""
        return self.commercial_partner_id

    def _credit_check(self, orders, before):
        """Refuse what uses more credit than there is.

        An invoice asks for what it adds: its order had the same amount before.
        """
        relief = _relief(before, orders._credit_used_by())
        asked = {}
        for move in self.sorted(lambda move: (move.invoice_date or move.date, move.id)):
            pair = move._credit_partner().id, move.company_id._credit_company().id
            receivable = move.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            amount = sum(receivable.mapped("amount_residual"))
            for order in move.line_ids.sale_line_ids.order_id & orders:
                # Several invoices of an order share what it uses less.
                taken = max(0, min(amount, relief.get((order, pair), 0)))
                relief[order, pair] = relief.get((order, pair), 0) - taken
                amount -= taken
            asked[move] = {pair: amount}
        self.env["crm.credit.guard"]._check(asked)

    @api.depends(
        "company_id", "partner_id", "tax_totals", "currency_id", "commercial_partner_id", "state"
    )
    def _compute_partner_credit_warning(self):
        """Under credit control the banner says what posting would be refused for."""
        result = super()._compute_partner_credit_warning()
        controlled = self._credit_controlled()
        for move in controlled:
            move.partner_credit_warning = ""
            if move.state == "draft" and move._origin:
                plan = self.env["crm.credit.guard"]._plan(move._origin._credit_to_post())
                move.partner_credit_warning = "\n".join(
                    self.env["crm.credit.guard"]._in_words(over) for over in plan
                )
        return result

    def _credit_to_post(self):
        """What the draft invoice would use beyond its orders."""
        pair = self._credit_partner().id, self.company_id._credit_company().id
        orders = self.line_ids.sale_line_ids.order_id._credit_used_by()
        ordered = sum(amounts.get(pair, 0) for amounts in orders.values())
        return {self: {pair: abs(self.amount_total_signed) - ordered}}


def _relief(before, after):
    """``{(order, pair): amount}``: how much less credit each order uses than before."""
    return {
        (order, pair): amount - after.get(order, {}).get(pair, 0)
        for order, amounts in before.items()
        for pair, amount in amounts.items()
    }
