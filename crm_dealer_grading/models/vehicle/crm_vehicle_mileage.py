from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmVehicleMileage(models.Model):
    """Mileage readings of a vehicle; one that runs back needs a reason (C4)."""

    _name = "crm.vehicle.mileage"
    _description = "Mileage Reading"
    _inherit = ["crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_name = "km"

    vehicle_id = fields.Many2one("crm.vehicle", required=True, ondelete="cascade")
    date = fields.Date(required=True, default=fields.Date.context_today)
    km = fields.Integer(string="Mileage (km)", required=True, aggregator="max")
    source = fields.Selection(
        [
            ("visit", "Service Visit"),
            ("manual", "Entered"),
            ("owner", "Owner"),
            ("import", "Import"),
        ],
        required=True,
        default="manual",
    )
    visit_id = fields.Many2one("crm.service.visit", ondelete="cascade")
    correction_reason = fields.Char(
        help="Why the mileage is lower than before, for instance a new odometer."
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        help="The dealer that read it.",
    )

    _km_check = models.Constraint("CHECK(km >= 0)", "A mileage cannot be negative.")
    _vehicle_date_index = models.Index("(vehicle_id, date, id)")
    _visit_uniq = models.UniqueIndex(
        "(visit_id) WHERE visit_id IS NOT NULL", "A visit has one mileage."
    )

    @api.depends("visit_id.dealer_id", "vehicle_id")
    def _compute_dealer_id(self):
        own = self.env.user._default_dealer()
        for reading in self:
            reading.dealer_id = (
                reading.visit_id.dealer_id
                or reading.dealer_id
                or own
                or reading.vehicle_id.dealer_id
            )

    @api.constrains("vehicle_id", "date", "km", "correction_reason")
    def _check_runs_forward(self):
        """Compare each reading that has no reason with the one before and the one after it."""
        self.vehicle_id.sudo()._lock_history()
        self.flush_model(["vehicle_id", "date", "km", "correction_reason"])
        wrong = self.env.execute_query(
            SQL(
                """SELECT id, before, after FROM (
                     SELECT id, km, correction_reason,
                            LAG(km) OVER log AS before, LEAD(km) OVER log AS after
                     FROM crm_vehicle_mileage WHERE vehicle_id IN %s
                     WINDOW log AS (PARTITION BY vehicle_id ORDER BY date, id)
                   ) AS reading
                   WHERE id IN %s AND COALESCE(TRIM(correction_reason), '') = ''
                     AND (km < before OR km > after)
                   LIMIT 1""",
                tuple(self.vehicle_id.ids),
                tuple(self.ids),
            )
        )
        if wrong:
            self.browse(wrong[0][0])._refuse(*wrong[0][1:])

    def _refuse(self, before, after):
        values = {
            "vehicle": self.vehicle_id.sudo().name,
            "km": self.km,
            "date": self.date,
            "before": before,
            "after": after,
        }
        if before is not None and self.km < before:
            text = self.env._(
                "%(vehicle)s: %(km)s km on %(date)s is less than the %(before)s km read before. "
                "Correct it, or give the reason of the correction.",
                **values,
            )
        else:
            text = self.env._(
                "%(vehicle)s: %(km)s km on %(date)s is more than the %(after)s km read after. "
                "Correct it, or give the reason of the correction.",
                **values,
            )
        error = UserError(text)
        error.import_field = "mileage"  # the column that an import names
        raise error
