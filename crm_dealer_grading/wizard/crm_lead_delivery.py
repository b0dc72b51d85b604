from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.customer.crm_lead import PURCHASE_TYPES
from ..tools import vin as vins

_VEHICLE_FIELDS = (
    "model_id", "model_year", "color", "plate", "engine_number", "delivery_date", "purchase_date",
    "purchase_type", "purchase_channel", "purchase_price", "currency_id", "selling_dealer_id",
    "dealer_id", "warranty_end", "warranty_end_km", "first_service_due", "insurance_expiry",
    "inspection_due",
)  # fmt: skip
# Proposed for a new vehicle; the law on inspection differs, so staff look at it.
_INSURANCE_MONTHS, _INSPECTION_MONTHS = 12, 24


class CrmLeadDelivery(models.TransientModel):
    """Asks for what an owner card needs when the vehicle is handed over (C6)."""

    _name = "crm.lead.delivery"
    _description = "Deliver Vehicle"

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    vin = fields.Char(
        string="VIN", help="Of a vehicle in your files, or of a new one; spaces do not matter."
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", compute="_compute_vehicle_id", string="Vehicle in Your Files"
    )
    vin_warning = fields.Char(compute="_compute_vehicle_id")
    model_id = fields.Many2one(
        "fleet.vehicle.model", compute="_compute_from_vehicle", store=True, readonly=False
    )
    model_year = fields.Integer(compute="_compute_from_vehicle", store=True, readonly=False)
    color = fields.Char(compute="_compute_from_vehicle", store=True, readonly=False)
    plate = fields.Char(compute="_compute_from_vehicle", store=True, readonly=False)
    engine_number = fields.Char(compute="_compute_from_vehicle", store=True, readonly=False)

    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        compute="_compute_from_lead",
        store=True,
        readonly=False,
        help="Empty: a customer is made from the lead.",
    )
    delivery_date = fields.Date(required=True, default=fields.Date.context_today)
    purchase_date = fields.Date(compute="_compute_from_lead", store=True, readonly=False)
    purchase_type = fields.Selection(
        PURCHASE_TYPES, compute="_compute_from_lead", store=True, readonly=False
    )
    purchase_channel = fields.Selection(
        lambda self: self.env["crm.vehicle"]._fields["purchase_channel"].selection,
        default="dealer",
    )
    purchase_price = fields.Monetary(
        compute="_compute_from_lead",
        store=True,
        readonly=False,
        help="Price paid for the vehicle, taxes included.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_from_lead", store=True)
    selling_dealer_id = fields.Many2one(
        "crm.dealer", compute="_compute_from_lead", store=True, readonly=False
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Servicing Dealer",
        compute="_compute_from_lead",
        store=True,
        readonly=False,
    )

    warranty_months = fields.Integer(compute="_compute_from_model", store=True, readonly=False)
    warranty_end = fields.Date(
        string="Warranty Ends on", compute="_compute_dates", store=True, readonly=False
    )
    warranty_end_km = fields.Integer(
        string="Warranty Ends at (km)", compute="_compute_from_model", store=True, readonly=False
    )
    first_service_due = fields.Date(compute="_compute_dates", store=True, readonly=False)
    first_service_km = fields.Integer(
        string="First Service at (km)", compute="_compute_from_model", store=True, readonly=False
    )
    insurance_expiry = fields.Date(
        string="Insurance Expires on", compute="_compute_dates", store=True, readonly=False
    )
    inspection_due = fields.Date(compute="_compute_dates", store=True, readonly=False)
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Follow-Ups",
        domain=[("res_model", "=", "crm.vehicle")],
        default=lambda self: self._default_plan(),
        help="Activities that are planned for the salesperson, counted from the delivery.",
    )

    @api.model
    def _default_plan(self):
        plan = self.env.ref("crm_dealer_grading.plan_after_delivery", raise_if_not_found=False)
        return plan and plan.active and plan

    @api.depends("vin")
    def _compute_vehicle_id(self):
        for delivery in self:
            vin = vins.normalise(delivery.vin)
            found = vin and self.env["crm.vehicle"].search([("vin", "=", vin)])
            delivery.vehicle_id = found
            delivery.vin_warning = not found and self.env["crm.vehicle"]._vin_advice(vin)

    @api.depends("vehicle_id", "lead_id")
    def _compute_from_vehicle(self):
        for delivery in self:
            vehicle, lead = delivery.vehicle_id, delivery.lead_id
            delivery.model_id = vehicle.model_id or delivery.model_id or lead.vehicle_model_id
            for name in ("model_year", "color", "plate", "engine_number"):
                delivery[name] = vehicle[name] or delivery[name]

    @api.depends("lead_id")
    def _compute_from_lead(self):
        for delivery in self:
            lead = delivery.lead_id
            order = lead.order_ids.filtered(lambda order: order.state == "sale")[:1]
            partner = lead.partner_id or lead._find_matching_partner()
            delivery.partner_id = partner._filtered_access("read")
            bought = order.date_order or lead.date_closed
            if bought:
                bought = fields.Datetime.context_timestamp(delivery, bought).date()
            delivery.purchase_date = bought
            delivery.purchase_type = lead.purchase_type
            delivery.currency_id = order.currency_id or self.env.company.currency_id
            delivery.purchase_price = order.amount_total or lead.expected_revenue
            delivery.selling_dealer_id = delivery.dealer_id = lead.dealer_id

    @api.depends("model_id")
    def _compute_from_model(self):
        for delivery in self:
            defaults = delivery.model_id
            delivery.warranty_months = defaults.warranty_months
            delivery.warranty_end_km = defaults.warranty_km
            delivery.first_service_km = defaults.first_service_km

    @api.depends("delivery_date", "warranty_months", "model_id")
    def _compute_dates(self):
        for delivery in self:
            for name, months in (
                ("warranty_end", delivery.warranty_months),
                ("first_service_due", delivery.model_id.first_service_months),
                ("insurance_expiry", _INSURANCE_MONTHS),
                ("inspection_due", _INSPECTION_MONTHS),
            ):
                due = delivery.delivery_date and months
                delivery[name] = due and delivery.delivery_date + relativedelta(months=months)

    def action_deliver(self):
        """Deliver and open the vehicle; the second click opens the one already made."""
        self.ensure_one()
        vehicle = self.lead_id.vehicle_id
        if not vehicle:
            if not vins.normalise(self.vin):
                raise UserError(
                    self.env._("Give the VIN of the vehicle: it stands in the vehicle licence.")
                )
            vehicle = self.lead_id._deliver(
                self.vin, self._vehicle_values(), self.partner_id, self.plan_id
            )
        return vehicle._get_records_action()

    def _vehicle_values(self):
        """Values of the vehicle; what is left empty does not empty an existing one. Extend."""
        vals = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in _VEHICLE_FIELDS
            if self[name]
        }
        if self.first_service_due:
            vals["next_service_date"] = self.first_service_due
            vals["next_service_km"] = self.first_service_km
        return vals
