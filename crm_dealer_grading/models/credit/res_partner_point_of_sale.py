from odoo import api, models
from odoo.tools import SQL

from .exposure_sql import JOINED

# On the customer's account, in sessions that are still open: booked when the session closes, if
# no invoice books it before. Only methods that identify the customer make him a debtor.
_ON_ACCOUNT = """
SELECT p.commercial_partner_id AS partner_id, o.company_id,
       y.amount / COALESCE(NULLIF(o.currency_rate, 0), 1) AS amount
  FROM pos_payment y
  JOIN pos_payment_method m ON m.id = y.payment_method_id
       AND m.journal_id IS NULL AND m.split_transactions
  JOIN pos_order o ON o.id = y.pos_order_id AND o.state = 'paid' AND o.account_move IS NULL
  JOIN credit_person p ON p.id = o.partner_id"""

# Orders that were settled at a till; what was not paid there is on the customer's account.
_SETTLED = """
COALESCE((SELECT SUM(l.price_subtotal_incl)
            FROM pos_order_line l
            JOIN pos_order s ON s.id = l.order_id AND s.state NOT IN ('draft', 'cancel')
           WHERE l.sale_order_origin_id = o.id), 0)"""

_FLUSHED = {
    "pos.order": ["account_move", "company_id", "currency_rate", "partner_id", "state"],
    "pos.order.line": ["order_id", "price_subtotal_incl"],
    "pos.payment": ["amount", "payment_method_id", "pos_order_id"],
    "pos.payment.method": ["journal_id", "split_transactions"],
}


class ResPartner(models.Model):
    """What a point of sale knows of a customer's credit, where one is installed (K4)."""

    _inherit = "res.partner"

    @api.model
    def _credit_flush(self):
        result = super()._credit_flush()
        if "pos.order" in self.env:
            for model, names in _FLUSHED.items():
                self.env[model].flush_model(names)
        if self._credit_settled_at_till():
            self.env["pos.order.line"].flush_model(["sale_order_origin_id"])
        return result

    @api.model
    def _credit_receivable_sql(self, each=JOINED):
        receivable = super()._credit_receivable_sql(each)
        if "pos.order" not in self.env:
            return receivable
        return SQL("%s UNION ALL %s", receivable, SQL(_ON_ACCOUNT))

    @api.model
    def _credit_settled_sql(self):
        if not self._credit_settled_at_till():
            return super()._credit_settled_sql()
        return SQL(_SETTLED)

    @api.model
    def _credit_settled_at_till(self):
        """Whether orders can be settled at a till."""
        return (
            "pos.order" in self.env
            and "sale_order_origin_id" in self.env["pos.order.line"]._fields
        )
