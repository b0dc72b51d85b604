from odoo import api, models

from .crm_credit_guard import CreditRefusal

# What of a posted invoice decides whose credit it uses.
_PAYER = {"partner_id", "commercial_partner_id", "move_type", "company_id", "currency_id"}


class AccountMove(models.Model):
    """Posted customer invoices use their customer's credit (K4)."""

    _inherit = "account.move"

    def write(self, vals):
        asking = self.browse()
        if vals.get("state") == "posted" or _PAYER & vals.keys():
            asking = self._credit_of_controlled_companies()
        before = asking._credit_used_by()
        # sudo: what the order uses counts, whoever's order it is.
        orders = asking.sudo().line_ids.sale_line_ids.order_id if asking else None
        ordered = orders._credit_used_by() if orders else {}
        result = super().write(vals)
        if asking:
            later = asking._credit_paid_afterwards()
            (asking - later)._credit_check(before, ordered)
            later._credit_check_at_commit(before, ordered)
        if vals.get("state") in ("posted", "cancel") and (ours := self._credit_controlled()):
            outcome = "done" if vals["state"] == "posted" else "dropped"
            self.env["crm.credit.hold"]._close(ours, outcome)
        elif posted := asking.filtered(lambda move: move.state == "posted"):
            self.env["crm.credit.hold"]._close(posted, "done")  # it may change its payer now
        return result

    def _credit_paid_afterwards(self):
        """Those whose payments are booked after the invoice, in the same transaction.

        So does the point of sale, where it is installed: what was paid there needs no credit.
        """
        if "pos_order_ids" not in self._fields:
            return self.browse()
        return self.filtered(lambda move: move.sudo().pos_order_ids)  # cashier or not

    def _credit_check_at_commit(self, before, ordered):
        """The same check, of what is left to pay when all is booked; an error undoes it all."""
        if self:
            moves = self

            def check():
                posted = moves.exists().filtered(lambda move: move.state == "posted")
                try:
                    posted._credit_check(before, ordered)
                except CreditRefusal as refusal:
                    # The invoice goes with all the rest; there is nothing to hold.
                    reason = self.env["crm.credit.guard"]._in_words(refusal.overdrawn[0])
                    way_out = self.env._(
                        "Nothing was booked: take the payment now, or have receivables paid first."
                    )
                    raise CreditRefusal(f"{reason}\n\n{way_out}", refusal.overdrawn) from None

            self.env.cr.precommit.add(check)

    def _credit_of_controlled_companies(self):
        controlled = self.env["res.company"]._credit_controlled_ids()
        if not controlled:
            return self.browse()
        return self.filtered(lambda move: move.company_id.id in controlled)

    def _credit_controlled(self):
        """Customer documents whose company controls credit."""
        kinds = self.get_sale_types(include_receipts=True)
        return self._credit_of_controlled_companies().filtered(
            lambda move: move.move_type in kinds
        )

    def _credit_partner(self):
        """The customer whose credit the invoice uses."""
        return self.commercial_partner_id

    def _credit_used_by(self):
        """``{invoice: {(partner id, company id): open amount}}`` of the posted ones of ``self``."""
        used = {}
        posted = self.filtered(lambda move: move.state == "posted")
        for move in posted._credit_controlled().sudo().sorted("id"):
            company = move.company_id._credit_company()
            amounts = used.setdefault(move.sudo(self.env.su), {})
            for line in move.line_ids:
                if line.account_id.account_type == "asset_receivable":
                    pair = line.partner_id.commercial_partner_id.id, company.id
                    amounts[pair] = amounts.get(pair, 0) + line.amount_residual
        return used

    def _credit_check(self, before, ordered):
        """Refuse what uses more credit than ``before`` and than there is.

        An invoice asks for what it adds: its order had the same amount before.

        :param ordered: what the orders behind the invoices used
        """
        used = self._credit_used_by()
        # sudo: as above, whoever's order it is.
        orders = self.sudo().line_ids.sale_line_ids.order_id
        relief = _relief(ordered, orders._credit_used_by())
        asked = {}
        for move, amounts in used.items():
            asked[move] = {}
            for pair, amount in amounts.items():
                amount -= before.get(move, {}).get(pair, 0)
                for order in move.sudo().line_ids.sale_line_ids.order_id:
                    # Several invoices of an order share what it uses less, notes what it uses more.
                    taken = _nearer_to_zero(amount, relief.get((order, pair), 0))
                    relief[order, pair] = relief.get((order, pair), 0) - taken
                    amount -= taken
                asked[move][pair] = amount
        self.env["crm.credit.guard"]._check(asked)

    @api.depends(
        "company_id", "partner_id", "tax_totals", "currency_id", "commercial_partner_id", "state"
    )
    def _compute_partner_credit_warning(self):
        """Under credit control the banner says what posting would be refused for."""
        result = super()._compute_partner_credit_warning()
        for move in self._credit_controlled():
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
        # sudo: as above, whoever's order it is.
        orders = self.sudo().line_ids.sale_line_ids.order_id._credit_used_by()
        ordered = sum(amounts.get(pair, 0) for amounts in orders.values())
        return {self: {pair: self.amount_total_signed - ordered}}


def _nearer_to_zero(one, other):
    """The smaller of two amounts of the same sign; 0 where their signs differ."""
    return max(0, min(one, other)) or min(0, max(one, other))


def _relief(before, after):
    """``{(order, pair): amount}``: how much less credit each order uses than before."""
    return {
        (order, pair): amount - after.get(order, {}).get(pair, 0)
        for order, amounts in before.items()
        for pair, amount in amounts.items()
    }
