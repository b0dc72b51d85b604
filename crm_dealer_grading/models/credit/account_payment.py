from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # Payments that wait for the bank statement stand against the receivable (K4).
    _credit_in_process_idx = models.Index(
        "(partner_id) WHERE state = 'in_process' AND move_id IS NULL"
    )

    def write(self, vals):
        """One that is not booked yet is taken back (booked ones: see ``account.move``)."""
        partners = self.env["res.partner"]
        controlled = self.env["res.company"]._credit_controlled_ids()
        if controlled and vals.get("state") in ("draft", "canceled", "rejected"):
            waiting = self.filtered(lambda p: p.state == "in_process" and not p.move_id)
            partners = waiting.filtered(lambda p: p.company_id.id in controlled).partner_id
        result = super().write(vals)
        self.env["crm.credit.file"]._room_withdrawn(partners)
        return result
