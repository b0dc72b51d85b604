from datetime import UTC, datetime

from odoo import fields, models

from odoo.addons.crm_dealer_grading.tools.local_day import midnight


class Moment(datetime):
    """A moment that the club noted; no caller from outside can send one."""


def moment():
    """Now in naive UTC, to the microsecond: what follows a change in the same second counts."""
    return Moment.now(UTC).replace(tzinfo=None)


class CrmClubTier(models.Model):
    """What a tier gives, and the pricelists that give it (M2)."""

    _inherit = "crm.club.tier"

    benefit_ids = fields.One2many("crm.club.benefit", "tier_id", string="Benefits")
    benefits_changed_at = fields.Datetime(
        readonly=True, copy=False, help="Technical: quotations priced before are priced anew."
    )
    pricelist_ids = fields.One2many(
        "product.pricelist",
        "club_tier_id",
        string="Pricelists",
        context={"active_test": False},
        groups="crm_dealer_grading.group_access",
    )
    benefit_count = fields.Integer(compute="_compute_benefit_count")

    def _compute_benefit_count(self):
        counts = dict(
            self.env["crm.club.benefit"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.benefit_count = counts.get(tier._origin, 0)

    def action_open_benefits(self):
        """Open the benefits of the tier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_benefit_action"
        )
        action["domain"] = [("tier_id", "=", self.id)]
        action["context"] = {"default_tier_id": self.id}
        return action

    def write(self, vals):
        result = super().write(vals)
        if {"active", "name"} & vals.keys():
            self.env.registry.clear_cache()
            self.env["product.pricelist"]._club_sync()
        return result

    def _prices_since(self, company):
        """Since when the tiers give what they give now: ``{tier: naive UTC, or None}``.

        A benefit that begins or ends by its dates changes prices as an edit does, at midnight
        of the company's time zone.
        """
        today = self.env["crm.club.membership"].with_company(company)._today()
        since = {}
        for tier in self:
            moments = [tier.benefits_changed_at] if tier.benefits_changed_at else []
            for day in tier.benefit_ids._boundaries():
                if day <= today:
                    moments.append(midnight(day, company._tz_here()))
            since[tier] = max(moments, default=None)
        return since
