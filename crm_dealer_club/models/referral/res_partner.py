from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_club_referral import ACCESS, MANAGERS


class ResPartner(models.Model):
    """Who recommended a customer, and whom the customer recommended (M9)."""

    _inherit = "res.partner"

    referred_by_id = fields.Many2one(
        "res.partner",
        string="Recommended By",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        copy=False,
        help="The customer who recommended this one. Once set, only a manager changes it.",
    )
    referral_ids = fields.One2many("crm.club.referral", "recommender_id", groups=ACCESS)
    referral_count = fields.Integer(compute="_compute_referral_count")

    def _compute_referral_count(self):
        referrals = self.env["crm.club.referral"]
        counts = {}
        if referrals.has_access("read"):
            counts = dict(
                referrals._read_group(
                    [("recommender_id", "in", self.ids)], ["recommender_id"], ["__count"]
                )
            )
        for partner in self:
            partner.referral_count = counts.get(partner._origin, 0)

    def write(self, vals):
        if "referred_by_id" in vals:
            self._check_referrer_change(vals["referred_by_id"])
            self._hold_referral_chain(vals["referred_by_id"])
        return super().write(vals)

    def _hold_referral_chain(self, referrer_id):
        """Change the rows of all that a new link joins, the same way round for everybody.

        Whoever links two of them at the same instant waits, and is repeated by the server.
        """
        chain = self.env["crm.club.referral"]._chain
        # sudo: the chain leads through customers of other dealers.
        above = self.sudo().browse(referrer_id or ()).commercial_partner_id
        touch(self.sudo().commercial_partner_id | self.sudo().browse(chain(above) if above else ()))

    def _check_referrer_change(self, referrer_id):
        if self.env.su or any(map(self.env.user.has_group, MANAGERS)):
            return
        if self.filtered(lambda p: p.referred_by_id and p.referred_by_id.id != referrer_id):
            raise AccessError(
                self.env._("Only a manager changes who recommended a customer. Ask yours.")
            )

    @api.constrains("referred_by_id", "parent_id", "is_company")
    def _check_no_referral_loop(self):
        """Nobody recommends oneself, directly or in a circle of any length."""
        for partner in self.filtered("referred_by_id"):
            # sudo: the chain leads through customers of other dealers.
            customer = partner.sudo().commercial_partner_id
            above = partner.sudo().referred_by_id.commercial_partner_id
            chain = self.env["crm.club.referral"]._chain(above)
            if customer.id in chain:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be recommended by itself, by a contact of the same company, "
                        "or by somebody whom it recommended. Choose somebody else.",
                        partner.display_name,
                    )
                )
            touch(self.sudo().browse(chain))

    def action_open_referrals(self):
        """Open whom the customer recommended."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_referral_action"
        )
        action["domain"] = [("recommender_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_recommender_id": self.commercial_partner_id.id}
        return action
