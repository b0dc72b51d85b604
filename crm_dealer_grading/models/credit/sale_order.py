from odoo import api, models

from .crm_credit_guard import CreditRefusal

# What of a confirmed order decides whose credit it uses, and how much.
_FIELDS = {"state", "partner_id", "partner_invoice_id", "company_id", "currency_id", "pricelist_id"}


class SaleOrder(models.Model):
    """Confirmed orders use their customer's credit (K4)."""

    _inherit = "sale.order"

    def write(self, vals):
        controlled = self._credit_controlled() if _FIELDS & vals.keys() else self.browse()
        before = controlled._credit_used_by()
        result = super().write(vals)
        controlled._credit_check(before)
        if controlled and vals.get("state") in ("sale", "cancel"):
            outcome = "done" if vals["state"] == "sale" else "dropped"
            self.env["crm.credit.hold"]._close(controlled, outcome)
        return result

    def _credit_controlled(self):
        """Those whose company controls credit."""
        controlled = self.env["res.company"]._credit_controlled_ids()
        if not controlled:
            return self.browse()
        return self.filtered(lambda order: order.company_id.id in controlled)

    def _credit_partner(self):
        """The customer whose credit the order uses."""
        return self.partner_invoice_id.commercial_partner_id

    def _credit_used_by(self):
        """``{order: {(partner id, company id): amount}}`` of the confirmed ones of ``self``."""
        confirmed = self.filtered(lambda order: order.state == "sale")
        return confirmed._credit_rest()

    def _credit_rest(self):
        """``{order: {(partner id, company id): amount}}``: what each uses, or would, confirmed.

        In the currency of the company, in the order in which they came.
        """
        if not self:
            return {}
        self.env["res.partner"]._credit_flush()
        query = self.env["res.partner"]._credit_rest_sql(self.ids)
        return {
            self.browse(order): {(partner, company): float(amount)}
            for order, partner, company, amount in self.env.execute_query(query)
        }

    def _credit_check(self, before):
        """Refuse what uses more credit than ``before`` and than there is."""
        after = self._credit_used_by()
        if after:
            self.env["crm.credit.guard"]._check(
                {
                    order: {
                        pair: amount - before.get(order, {}).get(pair, 0)
                        for pair, amount in amounts.items()
                    }
                    for order, amounts in after.items()
                }
            )

    def _is_credit_held(self):
        """Whether the order waits for a credit controller; for any reader of the order."""
        holds = self.env["crm.credit.hold"].sudo()  # yes or no, and nothing else of it
        return bool(
            self.state in ("draft", "sent")
            and holds.search_count([("order_id", "=", self.id), ("state", "=", "open")], limit=1)
        )

    # -- Ways that nobody watches ----------------------------------------------------------

    def _validate_order(self):
        """The customer signed, or ordered in the shop: nothing of that is lost, the order waits."""
        try:
            with self.env.cr.savepoint():
                return super()._validate_order()
        except CreditRefusal as refusal:
            return self.env["crm.credit.hold"]._record_refusal(refusal)

    def action_confirm_within_limits(self):
        """Confirm the chosen quotations one after the other as long as credit lasts (K4).

        The first that does not fit, and those of the same customer after it, are held: with the
        reason in their chatter and a to-do for the credit controller.
        """
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        quotations.check_access("write")
        refused = quotations._credit_plan()
        held = self.browse(over.document.id for over in refused)
        (quotations - held).action_confirm()
        self.env["crm.credit.hold"].sudo()._record(
            [self.env["crm.credit.hold"]._vals(over) for over in refused]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if held else "success",
                "sticky": bool(held),
                "message": self.env._(
                    "%(confirmed)s orders confirmed, %(held)s held for the credit controller.",
                    confirmed=len(quotations - held),
                    held=len(held),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _credit_plan(self):
        """Those of ``self`` that would find no room, as ``Overdrawn``, in their order."""
        guard = self.env["crm.credit.guard"]
        return guard._plan(self._credit_controlled()._credit_rest())

    @api.depends("company_id", "partner_id", "partner_invoice_id", "amount_total", "state")
    def _compute_partner_credit_warning(self):
        """Under credit control the banner says what confirming would be refused for."""
        result = super()._compute_partner_credit_warning()
        controlled = self._credit_controlled()
        for order in controlled:
            order.partner_credit_warning = ""
        drafts = controlled._origin.filtered(lambda order: order.state in ("draft", "sent"))
        warnings = {
            over.document: self.env["crm.credit.guard"]._in_words(over)
            for order in drafts
            for over in order._credit_plan()
        }
        for order in controlled:
            order.partner_credit_warning = warnings.get(order._origin, "")
        return result
