from odoo import api, fields, models, tools

# In the order of a vehicle's life; "prospect" is a customer's only: there is no vehicle yet.
LIFECYCLE = [
    ("prospect", "Prospect"),
    ("new", "New Car"),
    ("warranty", "In Warranty"),
    ("ending", "Warranty Ending"),
    ("out", "Out of Warranty"),
    ("lapsed", "Lapsed"),
    ("gone", "Scrapped or Sold"),
]
# Used where a stage's record is missing.
_DEFAULTS = {"new": (3, 0), "ending": (3, 90), "lapsed": (12, 0)}


class CrmVehicleLifecycleStage(models.Model):
    """What a stage of the lifecycle means, and what to do with vehicles in it (C7)."""

    _name = "crm.vehicle.lifecycle.stage"
    _description = "Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(LIFECYCLE, string="Stage", required=True, readonly=True)
    sequence = fields.Integer(default=10)
    months = fields.Integer(
        help="New Car: months after delivery. Warranty Ending: months before the end. "
        "Lapsed: months without a visit. Other stages do not use it.",
    )
    km_percent = fields.Integer(
        string="Mileage (%)",
        help="Warranty Ending: from this share of the warranty's kilometres on.",
    )
    treatment = fields.Text(
        string="What to Do", translate=True, help="Shown on every vehicle in this stage."
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Each stage of the lifecycle exists once.")
    _limits_check = models.Constraint(
        "CHECK(months >= 0 AND km_percent BETWEEN 0 AND 100)",
        "Months cannot be negative; a share lies between 0 and 100 %.",
    )

    @api.model
    @tools.ormcache()
    def _limits(self):
        """Return ``{code: (months, percent of the warranty's km)}``, defaults included."""
        # sudo: limits are no secret, and ordinary users may meet the field.
        stages = self.sudo().search_fetch([], ["code", "months", "km_percent"])
        return {**_DEFAULTS, **{s.code: (s.months, s.km_percent) for s in stages}}

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        # Computed from these limits, yet no record tells its vehicles.
        self.env["crm.vehicle"].invalidate_model(["lifecycle", "lifecycle_treatment"])
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
