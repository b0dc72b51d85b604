"""What the tests of the prospect card share."""

from odoo import fields

from .common import DealerFactories

VIN = "1T8TST9AXZZ042008"
OTHER_VIN = "LSVAU2180N2183294"


class ProspectFactories(DealerFactories):
    """Won leads of dealer A."""

    @classmethod
    def _set_up_prospects(cls):
        cls._set_up_network()
        # One zone for everybody: today is the same day whoever asks, at any hour.
        for user in (*cls.users.values(), cls.env.user):
            user.tz = "Asia/Shanghai"
        # An environment keeps the time zone that it has looked up once.
        cls.env = cls.env(context={**cls.env.context, "tz": "Asia/Shanghai"})
        cls.today = fields.Date.context_today(cls.env.user)
        cls.brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        cls.car = cls.env["fleet.vehicle.model"].create(
            {"name": "Car", "brand_id": cls.brand.id, "warranty_months": 24, "warranty_km": 60_000}
        )
        cls.seller = cls.users["sales_a"]
        cls.lead = cls._won()

    @classmethod
    def _won(cls, **vals):
        lead = cls._lead(
            vals.pop("partner", cls.customer_a),
            **{
                "dealer_id": cls.dealer_a.id,
                "user_id": cls.seller.id,
                "vehicle_model_id": cls.car.id,
                "purchase_type": "new",
                "expected_revenue": 100_000,
                **vals,
            },
        )
        lead.action_set_won()
        return lead

    def _wizard(self, lead=None, login="sales_a", vin=VIN, **vals):
        lead = (lead or self.lead).with_user(self.users[login])
        return lead.env["crm.lead.delivery"].create({"lead_id": lead.id, "vin": vin, **vals})

    def _delivered(self, lead=None, login="sales_a", vin=VIN, **vals):
        """The vehicle of a delivery through the wizard."""
        action = self._wizard(lead, login, vin, **vals).action_deliver()
        return self.env["crm.vehicle"].browse(action["res_id"])
