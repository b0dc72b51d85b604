from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools import plate as plates


class CrmRescueCar(models.Model):
    """A vehicle with which a dealer helps others (M8)."""

    _name = "crm.rescue.car"
    _description = "Service Car"
    _inherit = ["crm.dealer.scope"]
    _order = "dealer_id, name, id"

    name = fields.Char(required=True)
    plate = fields.Char(help="Normalised on saving: upper case, no blanks.")
    kind = fields.Selection(
        [("car", "Service Car"), ("tow", "Tow Truck"), ("motorcycle", "Motorcycle")],
        required=True,
        default="car",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user._own_dealers()[:1],
    )
    phone = fields.Char(help="The telephone in the car.")
    active = fields.Boolean(default=True)

    @api.depends("name", "plate")
    def _compute_display_name(self):
        for car in self:
            car.display_name = " ".join(filter(None, [car.name, car.plate]))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise_plate(vals)
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._normalise_plate(vals))

    @api.model
    def _normalise_plate(self, vals):
        if vals.get("plate"):
            vals["plate"] = plates.normalise(vals["plate"])
        return vals
