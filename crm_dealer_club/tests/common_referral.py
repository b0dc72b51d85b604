"""Referrals for tests: member A recommends somebody whom nobody knows."""

from odoo.addons.crm_dealer_grading.tests.common_prospect import OTHER_VIN, VIN, ProspectFactories

from .common import ClubCase


class ReferralCase(ClubCase, ProspectFactories):
    """Members of two dealers, a model, and somebody to recommend."""

    PHONE = "+86 139 1234 5678"
    VIN, OTHER_VIN = VIN, OTHER_VIN

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_car()
        cls.customer_a.write({"phone": "+86 138 0000 1111", "email": "a@example.com"})
        cls.tiers["O"].write({"referral_points": 800, "referral_amount": 50.0})

    @classmethod
    def _set_up_car(cls):
        for user in (*cls.users.values(), cls.env.user):
            user.tz = "Asia/Shanghai"
        cls.brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        cls.car = cls.env["fleet.vehicle.model"].create({"name": "Car", "brand_id": cls.brand.id})
        cls.seller = cls.users["sales_a"]

    @classmethod
    def _refer(cls, member=None, name="Zhang Wei", phone=PHONE, **vals):
        """What the portal does; return the referral."""
        referrals = cls.env["crm.club.referral"]
        before = referrals.search([])
        referrals._refer(member or cls.member_a, name, phone, consent=True, **vals)
        return referrals.search([]) - before

    def _deliver(self, referral, vin=VIN, login="sales_a", **vals):
        """Win the card of a referral and deliver; return the vehicle."""
        lead = referral.lead_id
        lead.user_id = self.users[login]
        lead.action_set_won()
        return self._delivered(lead, login, vin, **vals)
