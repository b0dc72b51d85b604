from odoo import SUPERUSER_ID, api, models

# By these core's name of a partner gets longer; a document keeps the name alone.
_PLAIN_NAME = dict.fromkeys(("show_address", "show_email", "show_vat", "formatted_display_name"))


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.dealer.document"]

    @api.depends("partner_id")
    def _compute_invoice_partner_display_info(self):
        """The stored name is the customer's, even where the invoicing user may not see it."""
        moves = self.with_user(SUPERUSER_ID).with_context(**_PLAIN_NAME)
        return super(AccountMove, moves)._compute_invoice_partner_display_info()
