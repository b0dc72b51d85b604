from odoo import models
from odoo.tools import format_amount, formatLang


class CrmClubMembership(models.Model):
    """Points in the member's words, and what ends with the membership (M10)."""

    _inherit = "crm.club.membership"

    def _points_in_words(self, points):
        """A number of points with the program's name for them; no cents where there are none."""
        digits = 0 if round(points, 2) == round(points) else 2
        number = formatLang(self.env, points, digits=digits)
        return f"{number} {self.points_name or ''}".strip()

    def _balance_in_words(self):
        return self._points_in_words(self.points_balance)

    def _earning_in_words(self):
        """How this member earns points, a sentence each; called as superuser."""
        self.ensure_one()
        rules = self._program().point_rule_ids.filtered("active").sorted("sequence")
        lines = [rule._in_words(self) for rule in rules]
        lines = [line for line in lines if line]
        if points := self.tier_id.referral_points:
            lines.append(
                self.env._(
                    "A person whom you recommend takes delivery of a vehicle: %s.",
                    self._points_in_words(points),
                )
            )
        return lines

    def _rewards_in_words(self):
        """``[(points that it takes in words, what it gives, whether the balance is enough)]``."""
        self.ensure_one()
        rewards = self._program().reward_ids.filtered("active").sorted("required_points")
        return [
            (
                self._points_in_words(reward.required_points),
                reward.description,
                self.state == "active" and self.points_balance >= reward.required_points,
            )
            for reward in rewards
        ]

    def _referral_reward_in_words(self):
        """What the member gets for a person who buys; empty for nothing."""
        tier = self.tier_id
        parts = []
        if tier.referral_points:
            parts.append(self._points_in_words(tier.referral_points))
        if tier.referral_amount:
            currency = self.env.company.currency_id
            parts.append(format_amount(self.env, tier.referral_amount, currency))
        return " + ".join(parts)
