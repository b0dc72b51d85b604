"""What credit exposures are made of (K4)."""

from odoo.tools import SQL

# What of an order is not in the books yet, in its currency: not invoiced (posted invoices less
# credit notes, at the invoice's rate where it has another currency; nothing of what the ERP holds
# for invoiced, drafts apart, though it was for less), and not paid by a card
# payment that is still to be booked. Of an order that is invoiced such a payment makes less than
# nothing: it stands against the receivable. Sums are made per order once, so that many cost little.
REST = """
SELECT o.id, o.partner_id, o.company_id,
       (CASE WHEN o.invoice_status = 'invoiced' AND NOT i.has_draft THEN 0
             ELSE GREATEST(0, o.amount_total - COALESCE(i.amount, 0) - %(settled)s) END
        - COALESCE(t.amount, 0))
       / COALESCE(NULLIF(o.currency_rate, 0), 1) AS amount
  FROM asked o
  LEFT JOIN (
       SELECT o.id, bool_or(m.state = 'draft') AS has_draft,
              SUM(CASE WHEN m.currency_id = o.currency_id THEN l.price_total
                             ELSE l.price_total / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1)
                                  * COALESCE(NULLIF(o.currency_rate, 0), 1) END
                        * CASE WHEN m.move_type IN ('out_refund', 'in_invoice') THEN -1 ELSE 1 END
              ) FILTER (WHERE m.state = 'posted') AS amount
         FROM asked o
        CROSS JOIN LATERAL (
              SELECT id FROM sale_order_line WHERE order_id = o.id %(each)s) s
        CROSS JOIN LATERAL (
              SELECT invoice_line_id FROM sale_order_line_invoice_rel
               WHERE order_line_id = s.id %(each)s) r
        CROSS JOIN LATERAL (
              SELECT move_id, price_total FROM account_move_line
               WHERE id = r.invoice_line_id %(each)s) l
        CROSS JOIN LATERAL (
              SELECT state, currency_id, invoice_currency_rate, move_type FROM account_move
               WHERE id = l.move_id AND state <> 'cancel' %(each)s) m
        GROUP BY o.id) i ON i.id = o.id
  LEFT JOIN (
       SELECT o.id, SUM(t.amount) AS amount
         FROM asked o
        CROSS JOIN LATERAL (
              SELECT transaction_id FROM sale_order_transaction_rel
               WHERE sale_order_id = o.id %(each)s) r
        CROSS JOIN LATERAL (
              SELECT amount FROM payment_transaction
               WHERE id = r.transaction_id AND currency_id = o.currency_id
                 AND state IN ('authorized', 'done') AND payment_id IS NULL
                 AND operation <> 'validation' %(each)s) t
        GROUP BY o.id) t ON t.id = o.id"""

# The orders that are asked about; ``%(where)s`` says which.
ASKED = """
asked AS MATERIALIZED (
    SELECT o.id, p.commercial_partner_id AS partner_id, o.company_id, o.amount_total,
           o.currency_id, o.currency_rate, o.invoice_status
      FROM credit_person p
     CROSS JOIN LATERAL (
           SELECT o.id, o.company_id, o.amount_total, o.currency_id, o.currency_rate,
                  o.invoice_status
             FROM sale_order o
            WHERE o.partner_invoice_id = p.id AND %(where)s %(each)s) o)"""

# Whose credit is asked for. The table of contacts is named once, since it has so many indexes that
# each time costs more to plan than all of it to run.
PERSON = """
credit_person AS (SELECT p.id, p.commercial_partner_id FROM res_partner p WHERE %(partners)s)"""

# Accounts of receivables, as an array: they are few, and a join costs more to plan.
ACCOUNTS = "ARRAY(SELECT id FROM account_account WHERE account_type = 'asset_receivable')"

# Posted receivables, less payments that the ERP books only with the bank statement.
RECEIVABLE = f"""
SELECT p.commercial_partner_id AS partner_id, l.company_id, l.amount_residual AS amount
  FROM credit_person p
 CROSS JOIN LATERAL (
       SELECT company_id, amount_residual FROM account_move_line
        WHERE partner_id = p.id AND parent_state = 'posted' AND reconciled IS NOT TRUE
          AND account_id = ANY({ACCOUNTS}) %(each)s) l
 UNION ALL
SELECT p.commercial_partner_id, y.company_id, -y.amount_company_currency_signed
  FROM credit_person p
 CROSS JOIN LATERAL (
       SELECT company_id, amount_company_currency_signed FROM account_payment
        WHERE partner_id = p.id AND state = 'in_process' AND move_id IS NULL
          AND partner_type = 'customer' %(each)s) y"""

# ``line_id, amount``: in the ERP a payment or credit note that is a draft again stays matched with
# its invoice; here it pays nothing.
DRAFTS = """
SELECT r.line_id, r.amount
  FROM account_move_line d
 CROSS JOIN LATERAL (
       SELECT debit_move_id AS line_id, amount
         FROM account_partial_reconcile WHERE credit_move_id = d.id
        UNION ALL
       SELECT credit_move_id, -amount
         FROM account_partial_reconcile WHERE debit_move_id = d.id) r
 WHERE d.parent_state = 'draft' AND d.matching_number IS NOT NULL"""
DRAFT_MATCHED = f"""
SELECT p.commercial_partner_id, l.company_id, d.amount
  FROM ({DRAFTS}) d
  JOIN account_move_line l ON l.id = d.line_id AND l.parent_state = 'posted'
       AND l.account_id = ANY({ACCOUNTS})
  JOIN credit_person p ON p.id = l.partner_id"""

# Behind it the planner reads a table row by row through its index. For a few customers that is what
# it would come to after weighing all joins, which takes it longer than all the rest.
EACH = SQL("OFFSET 0")
JOINED = SQL()
