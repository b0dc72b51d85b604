"""Factories of the club's tests."""

from odoo.addons.crm_dealer_grading.tests.common import DealerCommon


class ClubCase(DealerCommon):
    """The network of the grading tests, with a member at each of its two dealers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who works and the club have the same day, at any hour of the test.
        zone = cls.env.company.partner_id.tz or "UTC"
        cls.env = cls.env(context=dict(cls.env.context, tz=zone))
        cls.tiers = {tier.code: tier for tier in cls.env["crm.club.tier"].search([])}
        cls.member_a = cls._member(cls.customer_a)
        cls.member_b = cls._member(cls.customer_b)

    @classmethod
    def _member(cls, partner, tier=None, **vals):
        """The membership of ``partner``, at the tier with the code ``tier`` if given, with other
        values as they are in the database."""
        member = cls.env["crm.club.membership"].enrol(partner)
        if tier:
            vals["tier_id"] = cls.tiers[tier].id
        if vals:
            member._store(vals)
        return member

    @classmethod
    def _level(cls, partner, code, spent=0):
        """Put a customer at a level of the club's scheme, with what was spent."""
        level = cls.env.ref("crm_dealer_grading.scheme_contribution").level_ids.filtered(
            lambda level: level.code == code
        )
        results = cls.env["crm.grading.result"].sudo()
        results.search(
            [("partner_id", "=", partner.id), ("scheme_id", "=", level.scheme_id.id)]
        ).unlink()
        return results.create(
            {
                "partner_id": partner.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "score": spent,
                "figures": {"revenue_12m": spent},
                "dealer_id": partner.dealer_id.id,
            }
        )
