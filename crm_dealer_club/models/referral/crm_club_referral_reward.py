from odoo import models

from odoo.addons.crm_dealer_grading.tools.touch import touch


class CrmClubReferral(models.Model):
    """The reward on delivery, and back when the delivery is undone (M9)."""

    _inherit = "crm.club.referral"

    def _deliver(self, vehicle, log):
        """Reward a referral whose vehicle was delivered; called as superuser.

        :param vehicle: what was delivered
        :param log: the entry of ``crm.lead.delivery.log``: each round is rewarded once
        """
        for referral in self.filtered(lambda r: not r.refusal and not r.rewarded_on):
            owner = vehicle.commercial_partner_id
            touch(owner)  # of two deliveries to one customer at once the second sees the first
            referral.write(
                {
                    "recommended_id": owner.id,
                    "vehicle_id": vehicle.id,
                    "delivered_on": vehicle.delivery_date or self._today(),
                }
            )
            if refusal := referral._find_refusal_on_delivery(owner):
                referral._refuse(refusal, on_delivery=True)
                continue
            if not owner.referred_by_id:
                owner.referred_by_id = referral.recommender_id
            referral._reward(log)

    def _find_refusal_on_delivery(self, owner):
        own = self._find_own(self.recommender_id, None, owner)
        if own:
            return own
        if self._owned_before(owner):
            return "customer"
        company = self.lead_id.company_id or self.env.company
        if (self.delivered_on - self.date).days > company.club_referral_days:
            return "late"
        same = [("recommended_id", "=", owner.id)]
        if self.phone_key:
            same = ["|", *same, ("phone_key", "=", self.phone_key)]
        rewarded = self.with_context(active_test=False).search_count(
            [*same, ("rewarded_on", "!=", False)], limit=1
        )
        return "rewarded" if rewarded else None

    def _reward(self, log):
        member = self.recommender_id.club_membership_id
        if member.state != "active":
            self.message_post(
                body=self.env._("No reward: the recommender is not an active member of the club.")
            )
            return
        tier = member.tier_id
        member._post_points(
            "referral", tier.referral_points, log,
            member._in_members_words().env._("Recommended: %s", self.person_name),
            self.lead_id.company_id,
        )  # fmt: skip
        points = tier.referral_points if member._has_points("referral", log) else 0
        if tier.referral_points and not points:
            self.message_post(
                body=self.env._("No points: the company of the lead has no program of points.")
            )
            if not tier.referral_amount:
                return
        self.write(
            {
                "membership_id": member.id,
                "rewarded_on": self._today(),
                "reward_points": points,
                "reward_amount": tier.referral_amount,
            }
        )
        self.flush_recordset()

    def _take_back(self):
        """Undo what the delivery did; called as superuser before a delivery is undone."""
        entries = self.env["crm.club.point.entry"].sudo()
        for referral in self.filtered("delivered_on"):
            if referral.rewarded_on:
                words = referral.membership_id._in_members_words()
                # On the card that the reward came to; what is spent already is owed.
                referral.membership_id._charge_points(
                    -referral.reward_points,
                    words.env._("Delivery undone: %s", referral.person_name),
                    company=referral.lead_id.company_id,
                    card=entries._card_of(referral.lead_id.delivery_log_ids, ("referral",)),
                    owe=True,
                )
            owner = referral.recommended_id
            if owner.referred_by_id == referral.recommender_id:
                owner.referred_by_id = False
            values = {
                "recommended_id": False,
                "vehicle_id": False,
                "delivered_on": False,
                "rewarded_on": False,
                "reward_points": 0,
                "reward_amount": 0,
            }
            if referral.refused_on_delivery:
                values |= {"refusal": False, "refused_on_delivery": False}
            referral.write(values)
