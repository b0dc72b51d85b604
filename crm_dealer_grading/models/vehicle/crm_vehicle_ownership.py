from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# Days after the handover within which the first owner on file is the buyer.
BUYER_DAYS = 90


class CrmVehicleOwnership(models.Model):
    """Who had a vehicle under which plate, from a day until another: [from, to) (C4)."""

    _name = "crm.vehicle.ownership"
    _description = "Owner of a Vehicle"
    _inherit = ["crm.dealer.scope"]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    vehicle_id = fields.Many2one("crm.vehicle", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Owner", required=True, index=True, ondelete="restrict"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    plate = fields.Char()
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Until", help="The first day on which it was not the owner's.")
    dealer_id = fields.Many2one(
        related="partner_id.dealer_id",
        string="Dealer",
        store=True,
        precompute=True,
        index=True,
        help="The owner's dealer, whose staff sees this line; a later owner's dealer does not.",
    )

    delivery_date = fields.Date(
        related="vehicle_id.delivery_date",
        string="Delivered On",
        store=True,
        index="btree_not_null",
    )
    selling_dealer_id = fields.Many2one(
        related="vehicle_id.selling_dealer_id", string="Selling Dealer", store=True
    )
    is_present = fields.Boolean(
        string="Still the Owner's",
        compute="_compute_is_present",
        store=True,
        precompute=True,
        help="The customer has the vehicle today, under this plate or another.",
    )
    is_buyer = fields.Boolean(
        string="Buyer",
        compute="_compute_is_buyer",
        store=True,
        help="The vehicle was handed over to this customer, whoever has it since.",
    )

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The end of an ownership cannot lie before its beginning.",
    )
    _plate_index = models.Index("(plate) WHERE plate IS NOT NULL")
    _open_uniq = models.UniqueIndex(
        "(vehicle_id) WHERE date_to IS NULL", "A vehicle has one present owner only."
    )

    @api.depends("commercial_partner_id", "vehicle_id.commercial_partner_id")
    def _compute_is_present(self):
        for line in self:
            line.is_present = line.commercial_partner_id == line.vehicle_id.commercial_partner_id

    @api.depends(
        "vehicle_id.delivery_date", "vehicle_id.ownership_ids.date_from",
        "vehicle_id.ownership_ids.date_to",
    )  # fmt: skip
    def _compute_is_buyer(self):
        """Who had it on the day of handover, or soon thereafter where it was entered late."""
        for vehicle, lines in self.grouped("vehicle_id").items():
            day = vehicle.delivery_date
            had = vehicle.ownership_ids.filtered(
                lambda o, day=day: day
                and o.date_from <= day + timedelta(BUYER_DAYS)
                and (not o.date_to or o.date_to > max(o.date_from, day))
            )
            first = had.sorted("date_from, id")[:1]
            for line in lines:
                line.is_buyer = line == first

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_hand(vals.get("date_to") for vals in vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if {"vehicle_id", "partner_id", "plate", "date_to"} & vals.keys():
            self._check_by_hand([*self.mapped("date_to"), vals.get("date_to", True)])
        return super().write(vals)

    def _check_by_hand(self, ends):
        """By hand only the past is put right; the present is the vehicle's owner and plate."""
        if not self.env.su and not all(ends):
            raise UserError(self.env._("Change the present owner or plate on the vehicle itself."))

    @api.constrains("vehicle_id", "date_from", "date_to")
    def _check_overlap(self):
        self.vehicle_id.sudo()._lock_history()
        self.flush_model(["vehicle_id", "date_from", "date_to"])
        found = self.env.execute_query(
            SQL(
                """SELECT line.vehicle_id FROM crm_vehicle_ownership line
                   JOIN crm_vehicle_ownership other
                     ON other.vehicle_id = line.vehicle_id AND other.id != line.id
                    AND daterange(other.date_from, other.date_to)
                     && daterange(line.date_from, line.date_to)
                   WHERE line.id IN %s LIMIT 1""",
                tuple(self.ids),
            )
        )
        if found:
            raise ValidationError(
                self.env._(
                    "%s would have two owners on the same day. Let one line end on the day on "
                    "which the next begins.",
                    self.env["crm.vehicle"].browse(found[0]).sudo().name,
                )
            )

    @api.model
    def _owners_at(self, pairs):
        """Return ``{(vehicle id, date): owner}`` for each such pair, in one query."""
        # sudo: another dealer's lines count as well; the caller shows the owner by own rights.
        lines = self.sudo().search_fetch(
            [("vehicle_id", "in", list({vehicle for vehicle, _date in pairs}))],
            ["vehicle_id", "partner_id", "date_from", "date_to"],
            order="date_from, id",
        )
        history = defaultdict(list)
        for line in lines:
            history[line.vehicle_id.id].append(line)
        return {
            (vehicle, date): self._owner_among(history[vehicle], date) for vehicle, date in pairs
        }

    @api.model
    def _owner_among(self, lines, date):
        for line in lines:
            if line.date_from <= date and (not line.date_to or date < line.date_to):
                return line.partner_id.with_env(self.env)
        return self.env["res.partner"]

    @api.model
    def _first_owners(self, vehicle_ids):
        """Return ``{vehicle id: (first known owner, since when)}``."""
        # sudo: as above.
        lines = self.sudo().search([("vehicle_id", "in", vehicle_ids)], order="date_from, id")
        first = {}
        for line in lines:
            first.setdefault(line.vehicle_id.id, (line.partner_id, line.date_from))
        return first
