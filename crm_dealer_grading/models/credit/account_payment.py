from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # Payments that wait for the bank statement stand against the receivable (K4).
    _credit_in_process_idx = models.Index(
        "(partner_id) WHERE state = 'in_process' AND move_id IS NULL"
    )
