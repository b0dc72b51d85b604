from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.crm_dealer_grading.tools.dialog import show

# Whoever writes one of these answers for who is reached: the filter is read with that user's eyes.
_AUDIENCE = {"mailing_domain", "mailing_filter_id", "mailing_model_id", "campaign_id", "state"}


class MailingMailing(models.Model):
    """An e-mail or SMS of a customer campaign (M11); other mailings are the ERP's own."""

    _inherit = "mailing.mailing"

    is_dealer_mailing = fields.Boolean(
        related="campaign_id.is_dealer_campaign",
        string="Of a Customer Campaign",
        store=True,
        index="btree_not_null",
    )
    dealer_id = fields.Many2one(
        related="campaign_id.dealer_id", string="Dealer", store=True, index="btree_not_null"
    )
    launched_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who chose the recipients: customers whom this user does not see are not reached.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._without_launcher(vals) for vals in vals_list]
        mailings = super().create(vals_list)
        mailings._check_own_mailings()
        mailings._launched()
        return mailings

    def write(self, vals):
        vals = self._without_launcher(vals)
        if not self.env.su:
            self._check_stays_in_campaign(vals)
        result = super().write(vals)
        if _AUDIENCE & vals.keys():
            self._check_own_mailings()
            self._launched()
        if vals.get("state") == "done":
            # Also where a killed job is finished by the next one, which finds nobody left.
            self._note_sent()
        return result

    @api.model
    def _without_launcher(self, vals):
        """A copy of ``vals`` without what follows and nobody types."""
        if self.env.su:
            return dict(vals)
        return {name: value for name, value in vals.items() if name != "launched_by_id"}

    def _launched(self):
        """Note who chose the recipients; the queue's job is nobody."""
        ours = self.filtered("is_dealer_mailing")
        if ours and not self.env.su:
            # sudo: the field is closed to all; what it says is the user of this very write.
            ours.sudo().write({"launched_by_id": self.env.uid})

    def _check_own_mailings(self):
        """:raise AccessError: the user may not run the campaigns that these mailings are of"""
        if self.env.su:
            return
        ours = self.filtered("is_dealer_mailing")
        # sudo: whose campaign it is decides.
        ours.sudo().campaign_id.sudo(False)._check_campaign_rights(own_fields=False)
        if self.env.user.dealer_scoped and self - ours:
            raise AccessError(
                self.env._(
                    "Dealers send mailings as part of a customer campaign of their own. "
                    "Choose the campaign of this mailing."
                )
            )

    def _check_stays_in_campaign(self, vals):
        """A mailing that has begun does not leave its campaign: control and limits would go."""
        if "campaign_id" not in vals:
            return
        for mailing in self.filtered("is_dealer_mailing"):
            moved = vals["campaign_id"] != mailing.campaign_id.id
            if moved and mailing.state in ("sending", "done"):
                raise UserError(
                    self.env._(
                        "“%s” is on its way and stays in its campaign. Duplicate it for another.",
                        mailing.subject,
                    )
                )

    @api.constrains("mailing_model_id", "campaign_id")
    def _check_customers(self):
        for mailing in self.filtered("is_dealer_mailing"):
            if mailing.mailing_model_real != "res.partner":
                raise ValidationError(
                    self.env._(
                        "Mailings of customer campaigns go to customers. Choose “%s” as "
                        "recipients.",
                        self.env["ir.model"]._get("res.partner").name,
                    )
                )

    def action_put_in_queue(self):
        """A filter that cannot be read is told now, not to the job at night."""
        ours = self.filtered("is_dealer_mailing")
        ours._check_own_mailings()
        ours._launched()
        for mailing in ours:
            mailing._audience_query()
        return super().action_put_in_queue()

    def action_preview_audience(self):
        """Show whom the mailing would reach, and how many are left out for which reason."""
        self.ensure_one()
        preview = self.env["crm.campaign.preview"]._of(self)
        return show(preview, self.env._("Who Would Get It"))
