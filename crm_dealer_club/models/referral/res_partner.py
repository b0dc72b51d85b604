from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_club_referral import ACCESS, MANAGERS
from .crm_club_referral_check import CHAIN


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
        return super().write(vals)

    def _check_referrer_change(self, referrer_id):
        if self.env.su or any(map(self.env.user.has_group, MANAGERS)):
            return
        if self.filtered(lambda p: p.referred_by_id and p.referred_by_id.id != referrer_id):
            raise AccessError(
                self.env._("Only a manager changes who recommended a customer. Ask yours.")
            )

    @api.constrains("referred_by_id", "parent_id", "is_company")
    def _check_no_referral_loop(self):
        """Nobody recommends oneself, directly or in a circle of any length.

        Whoever links two chains at the same instant writes a customer that the other one has
        read: one of them is repeated by the server.
        """
        for partner in self.filtered("referred_by_id"):
            # sudo: the chain leads through customers of other dealers.
            customer = partner.sudo().commercial_partner_id
            above = partner.sudo().referred_by_id.commercial_partner_id
            self.flush_model(["referred_by_id", "commercial_partner_id"])
            chain = [row[0] for row in self.env.execute_query(SQL(CHAIN, above.id))]
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
