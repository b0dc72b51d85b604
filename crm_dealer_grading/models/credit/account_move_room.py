from odoo import models


class AccountMove(models.Model):
    """A payment or credit note that is taken back takes back the room that it made (K4)."""

    _inherit = "account.move"

    def write(self, vals):
        partners = self.env["res.partner"]
        if vals.get("state") in ("draft", "cancel"):
            posted = self.filtered(lambda move: move.state == "posted")
            # sudo: whose room it was, whoever takes it back.
            for line in posted._credit_of_controlled_companies().sudo().line_ids:
                if line.account_id.account_type == "asset_receivable" and line.balance < 0:
                    partners |= line.partner_id
        result = super().write(vals)
        self.env["crm.credit.file"]._room_withdrawn(partners)
        return result
