from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_club_referral import ACCESS, MANAGERS


class CrmLead(models.Model):
    """Who recommended the prospect (M9)."""

    _inherit = "crm.lead"

    referred_by_id = fields.Many2one(
        "res.partner",
        string="Recommended By",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        copy=False,
        help="The customer who recommended this prospect; copied to the customer's file.",
    )
    club_referral_ids = fields.One2many(
        "crm.club.referral", "lead_id", string="Referral", groups=ACCESS
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        referred = leads.filtered("referred_by_id")
        if referred:
            referred._note_referrals()
        return leads

    def write(self, vals):
        vals = dict(vals)
        changed = self.browse()
        if "referred_by_id" in vals:
            changed = self.filtered(lambda lead: lead.referred_by_id.id != vals["referred_by_id"])
            changed._check_referrer_change()
        before = {lead: lead.stage_id for lead in self} if "stage_id" in vals else {}
        result = super().write(vals)
        if changed:
            changed._note_referrals()
        moved = self.browse(lead.id for lead, stage in before.items() if lead.stage_id != stage)
        if moved:
            moved.sudo().club_referral_ids._contacted()  # sudo: who works the card
        return result

    def _check_referrer_change(self):
        """Once named, the recommender is changed by a manager only, and not after the reward."""
        for lead in self.filtered("referred_by_id"):
            if not self.env.su and not any(map(self.env.user.has_group, MANAGERS)):
                raise AccessError(
                    self.env._("Only a manager changes who recommended a prospect. Ask yours.")
                )
            if lead.sudo().club_referral_ids.filtered("rewarded_on"):
                raise UserError(
                    self.env._("The reward is posted. Undo the delivery of “%s” first.", lead.name)
                )

    def _note_referrals(self):
        """Keep one referral for each card with a recommender; refuse one that does not count."""
        # sudo: who may write the card may name the recommender; checked in _find_refusal.
        for lead in self.sudo():
            referral = lead.club_referral_ids
            if not lead.referred_by_id:
                referral._refuse("withdrawn")
                continue
            if referral and referral.recommender_id == lead.referred_by_id.commercial_partner_id:
                continue
            referral.unlink()
            referral = referral.create(lead._referral_values())
            if refusal := referral._find_refusal():
                raise UserError(referral._refusal_in_words(refusal))

    def _referral_values(self):
        return {
            "recommender_id": self.referred_by_id.id,
            "person_name": self.contact_name or self.partner_id.name or self.name,
            "phone": self.phone,
            "email": self.email_from,
            "dealer_id": self.dealer_id.id,
            "vehicle_model_id": self.vehicle_model_id.id,
            "lead_id": self.id,
        }

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.referred_by_id and not parent_id:
            values["referred_by_id"] = self.referred_by_id.id
        return values

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        cards = (self | opportunities).filtered("dealer_id")
        if not cards:  # who has no dealer was not recommended to one
            return result
        # sudo: who may merge the cards may merge what hangs on them.
        referrals = cards.sudo().club_referral_ids
        kept = referrals.sorted(
            lambda r: (not r.rewarded_on, not r.delivered_on, bool(r.refusal), r.date, r.id)
        )[:1]
        others = referrals - kept
        others.filtered(lambda r: not (r.refusal or r.delivered_on))._refuse("recommended")
        others.lead_id = False
        if kept:
            kept.lead_id = self.id
            self.sudo().referred_by_id = kept.recommender_id
        return result

    def _after_delivery(self, vehicle):
        result = super()._after_delivery(vehicle)
        # sudo: the right to deliver was checked; the reward follows from the delivery.
        lead = self.sudo()
        if lead.club_referral_ids:
            log = lead.delivery_log_ids.filtered(lambda line: line.event == "delivered")
            lead.club_referral_ids._deliver(vehicle.sudo(), log.sorted("id")[-1:])
        return result

    def _before_delivery_undone(self, vehicle):
        result = super()._before_delivery_undone(vehicle)
        if self.club_referral_ids:
            self.club_referral_ids._take_back()
        return result
