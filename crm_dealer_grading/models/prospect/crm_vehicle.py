from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import vin as vins
from ..vehicle.crm_vehicle_owner import _OWNERS_FIELDS


class CrmVehicle(models.Model):
    """The leads that the vehicle was delivered on."""

    _inherit = "crm.vehicle"

    delivery_lead_ids = fields.One2many("crm.lead", "vehicle_id", string="Delivered Leads")
    delivery_lead_count = fields.Integer(compute="_compute_delivery_lead_count")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("delivery_lead_ids")
    def _compute_delivery_lead_count(self):
        if not self.env["crm.lead"].has_access("read"):
            self.delivery_lead_count = 0
            return
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.delivery_lead_count = counts.get(vehicle._origin, 0)

    @api.model
    def _clean_vin(self, vin):
        return vins.normalise(vin)

    def _check_free_for_delivery(self, vals):
        """Refuse what a delivery of this existing vehicle with ``vals`` would overwrite."""
        if not self.active:
            raise UserError(
                self.env._(
                    "The vehicle %s is archived. Restore it first if it is really this one.",
                    self.vin,
                )
            )
        # sudo: an earlier owner may be another dealer's; only the date is told.
        present = self.sudo().ownership_ids.filtered(lambda line: not line.date_to)
        day = fields.Date.to_date(vals["delivery_date"])
        same = present.partner_id.id == vals["partner_id"]
        if present and not same and present.date_from >= day:
            raise UserError(
                self.env._(
                    "The vehicle %(vin)s has had its present owner since %(day)s, which is not "
                    "before this delivery. Compare the VIN, or give a later day.",
                    vin=self.vin,
                    day=present.date_from,
                )
            )

    def _before_delivery(self, vals):
        """Return what a delivery with ``vals`` changes, as plain data to give back."""
        vehicle = self.sudo()  # sudo: kept for undoing, shown to nobody
        names = {*vals, "plate", *_OWNERS_FIELDS} - {"vin"}
        return {
            "vehicle": {name: self._plain_value(vehicle[name]) for name in names},
            "serving": vehicle.serving_dealer_ids.ids,
            "lines": [
                {
                    name: self._plain_value(line[name])
                    for name in ("id", "partner_id", "plate", "date_from", "date_to")
                }
                for line in vehicle.ownership_ids
            ],
        }

    @api.model
    def _plain_value(self, value):
        """``value`` of a field as JSON can hold it and ``write`` takes it."""
        if isinstance(value, models.BaseModel):
            return value.id
        return str(value) if isinstance(value, date) else value

    def action_open_delivery_leads(self):
        """Open the leads on which this vehicle was delivered."""
        self.ensure_one()
        leads = self.env["crm.lead"].search([("vehicle_id", "=", self.id)])
        return leads._get_records_action(name=self.env._("Delivered Leads"))
