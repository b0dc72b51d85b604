from odoo import api, models
from odoo.exceptions import UserError

from ...tools.notification import notification
from .crm_credit_guard import CreditRefusal

# What of a confirmed order has nothing to do with credit; all else may change what it uses.
_HARMLESS = {
    "access_token", "client_order_ref", "commitment_date", "dealer_id", "incoterm_location",
    "locked", "name", "note", "opportunity_id", "origin", "reference", "require_payment",
    "require_signature", "signature", "signed_by", "signed_on", "tag_ids", "team_id", "user_id",
    "validity_date",
}  # fmt: skip
# Computed from the lines and the rates; written by hand they would say what suits the writer.
_FIGURES = {"amount_total", "amount_untaxed", "amount_tax", "currency_rate", "invoice_status"}


class Together(frozenset):
    """Ids of orders whose lines are judged together, by the write that has this in its context.

    No caller from outside can send one.
    """


class SaleOrder(models.Model):
    """Confirmed orders use their customer's credit (K4)."""

    _inherit = "sale.order"

    def write(self, vals):
        relevant = {name for name in vals if name not in _HARMLESS and not _is_thread(name)}
        controlled = self._credit_controlled() if relevant else self.browse()
        if controlled and _FIGURES & relevant:
            raise UserError(
                self.env._("Amounts of an order come from its lines. Change these instead.")
            )
        before = controlled._credit_used_by()
        orders = self
        if controlled:
            orders = self.with_context(credit_together=Together(controlled.ids))
        result = super(SaleOrder, orders).write(vals)
        if "company_id" in relevant:
            controlled = self._credit_controlled()
        controlled._credit_check(before)
        if controlled and vals.get("state") in ("sale", "cancel"):
            outcome = "done" if vals["state"] == "sale" else "dropped"
            self.env["crm.credit.hold"]._close(controlled, outcome)
        return result

    def _credit_is_together(self):
        """Whether a write of these orders judges their lines when all of them are written."""
        together = self.env.context.get("credit_together")
        return isinstance(together, Together) and together.issuperset(self.ids)

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

    def _credit_check(self, before, tell=False):
        """Refuse what uses more credit than ``before`` and than there is.

        :param tell: only tell it in the chatter
        """
        if not before:
            begun = self.filtered(lambda order: order.state == "sale")
            if begun:
                self.env["crm.credit.guard"]._check_begun(begun, tell)
            return
        asked = {
            order: {
                pair: amount - before.get(order, {}).get(pair, 0)
                for pair, amount in amounts.items()
            }
            for order, amounts in self._credit_used_by().items()
        }
        if asked:
            self.env["crm.credit.guard"]._check(asked, tell=tell)
        grown = self.browse(order.id for order, more in asked.items() if sum(more.values()) > 0)
        if grown:  # as somebody may have been refused before
            self.env["crm.credit.hold"]._close(grown, "done")

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
        message = self.env._(
            "%(confirmed)s orders confirmed, %(held)s held for the credit controller.",
            confirmed=len(quotations - held),
            held=len(held),
        )
        return notification(message, "warning" if held else "success", sticky=bool(held))

    def _credit_plan(self):
        """Those of ``self`` that would find no room, as ``Overdrawn``, in their order."""
        guard = self.env["crm.credit.guard"]
        return guard._plan(self._credit_controlled()._credit_rest())

    @api.depends_context("uid")
    @api.depends("company_id", "partner_id", "partner_invoice_id", "amount_total", "state")
    def _compute_partner_credit_warning(self):
        """Under credit control the banner says what confirming would be refused for."""
        result = super()._compute_partner_credit_warning()
        controlled = self._credit_controlled()
        for order in controlled:
            order.partner_credit_warning = ""
        # Whoever only reads the order, such as the customer in the portal, learns nothing of it.
        drafts = controlled._origin.filtered(
            lambda order: order.state in ("draft", "sent") and order.has_access("write")
        )
        warnings = {
            over.document: self.env["crm.credit.guard"]._in_words(over)
            for order in drafts
            for over in order._credit_plan()
        }
        for order in controlled:
            order.partner_credit_warning = warnings.get(order._origin, "")
        return result


def _is_thread(name):
    """Whether a field belongs to the conversation about an order, not to the order."""
    return name.startswith(("message_", "activity_", "website_message"))
