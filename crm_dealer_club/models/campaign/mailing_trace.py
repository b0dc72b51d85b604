from odoo import api, fields, models
from odoo.fields import Domain


class MailingTrace(models.Model):
    """Who got a mailing is seen by the dealer whose campaign it is."""

    _inherit = "mailing.trace"

    # No column: the ERP's table of traces is large. Record rules ask for it.
    of_own_dealer = fields.Boolean(
        compute="_compute_of_own_dealer",
        search="_search_of_own_dealer",
        export_string_translation=False,
    )

    @api.depends("mass_mailing_id")
    @api.depends_context("uid")
    def _compute_of_own_dealer(self):
        own = self.env.user._own_dealers()
        for trace in self:
            # sudo: whose mailing it is decides, it is not shown.
            trace.of_own_dealer = trace.sudo().mass_mailing_id.dealer_id in own

    def _search_of_own_dealer(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        own = self.env.user._own_dealers().ids
        # sudo: the rule on traces asks; the mailings are told to nobody.
        mailings = self.env["mailing.mailing"].sudo().with_context(active_test=False)
        return Domain("mass_mailing_id", "in", mailings._search([("dealer_id", "in", own)]))
