"""What an order brought, as SQL, in its company's currency without tax. No ORM."""

from odoo.tools import SQL

# Credit notes are deducted; of one that was invoiced anew, only what was not invoiced again. An
# order that pays back is negative itself, and its credit note is its invoice.
_REVENUE = """(
SELECT CASE WHEN a.amount <= 0 THEN a.amount
       ELSE a.amount - GREATEST(0, n.credited - GREATEST(0, n.invoiced - a.amount)) END
  FROM (SELECT %(order)s.amount_untaxed / %(rate)s AS amount) a
 CROSS JOIN (
       SELECT COALESCE(sum(v.value) FILTER (WHERE m.move_type = 'out_refund'), 0) AS credited,
              COALESCE(-sum(v.value) FILTER (WHERE m.move_type = 'out_invoice'), 0) AS invoiced
         FROM account_move_line l
        CROSS JOIN LATERAL (
              -- At the order's rate: what is credited in full is credited in full.
              SELECT CASE WHEN l.currency_id = %(order)s.currency_id
                          THEN l.amount_currency / %(rate)s ELSE l.balance END AS value) v
         JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
        WHERE l.display_type = 'product' AND l.id IN (
              SELECT r.invoice_line_id
                FROM sale_order_line s
                JOIN sale_order_line_invoice_rel r ON r.order_line_id = s.id
               WHERE s.order_id = %(order)s.id)) n)"""


def order_revenue(alias):
    """SQL of what the order ``alias`` brought: its amount less what was credited of it."""
    order = SQL.identifier(alias)
    rate = SQL("COALESCE(NULLIF(%s.currency_rate, 0), 1)", order)
    return SQL(_REVENUE, order=order, rate=rate)
