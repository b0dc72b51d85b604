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
_VEHICLE_SOURCES = ("vehicle_id", "lead_id")
_DATE_SOURCES = ("delivery_date", "warranty_months", "model_id")


def _proposed(name, method, *sources):
    """Parameters of a field whose value ``method`` proposes and the user may change.

    A compute of its own for each: of fields with one compute, giving one leaves out the others.
    """

    @api.depends(*sources)
    def propose(self):
        for delivery in self:
            delivery[name] = getattr(delivery, method)()[name]

    return {"compute": propose, "store": True, "readonly": False}


class CrmLeadDelivery(models.TransientModel):
    """Asks for what an owner card needs when the vehicle is handed over (C6)."""

    _name = "crm.lead.delivery"
    _description = "Deliver Vehicle"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("lead_id",)

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    vin = fields.Char(
        string="VIN", help="Of a vehicle in your files, or of a new one; spaces do not matter."
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", compute="_compute_vehicle_id", string="Vehicle in Your Files"
    )
    vin_warning = fields.Char(compute="_compute_vehicle_id")
    model_id = fields.Many2one(
        "fleet.vehicle.model", **_proposed("model_id", "_from_vehicle", *_VEHICLE_SOURCES)
    )
    model_year = fields.Integer(**_proposed("model_year", "_from_vehicle", *_VEHICLE_SOURCES))
    color = fields.Char(**_proposed("color", "_from_vehicle", *_VEHICLE_SOURCES))
    plate = fields.Char(**_proposed("plate", "_from_vehicle", *_VEHICLE_SOURCES))
    engine_number = fields.Char(**_proposed("engine_number", "_from_vehicle", *_VEHICLE_SOURCES))

    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        **_proposed("partner_id", "_from_lead", "lead_id"),
        help="Empty: a customer is made from the lead.",
    )
    delivery_date = fields.Date(required=True, default=fields.Date.context_today)
    purchase_date = fields.Date(**_proposed("purchase_date", "_from_lead", "lead_id"))
    purchase_type = fields.Selection(
        PURCHASE_TYPES, **_proposed("purchase_type", "_from_lead", "lead_id")
    )
    purchase_channel = fields.Selection(
        lambda self: (
            self.env["crm.vehicle"]._fields["purchase_channel"]._description_selection(self.env)
        ),
        default="dealer",
    )
    purchase_price = fields.Monetary(
        **_proposed("purchase_price", "_from_lead", "lead_id"),
        help="Price paid for the vehicle, taxes included.",
    )
    currency_id = fields.Many2one(
        "res.currency", **_proposed("currency_id", "_from_lead", "lead_id")
    )
    selling_dealer_id = fields.Many2one(
        "crm.dealer", **_proposed("selling_dealer_id", "_from_lead", "lead_id")
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Servicing Dealer",
        **_proposed("dealer_id", "_from_lead", "lead_id"),
    )

    warranty_months = fields.Integer(**_proposed("warranty_months", "_from_model", "model_id"))
    warranty_end = fields.Date(
        string="Warranty Ends on", **_proposed("warranty_end", "_due_dates", *_DATE_SOURCES)
    )
    warranty_end_km = fields.Integer(
        string="Warranty Ends at (km)", **_proposed("warranty_end_km", "_from_model", "model_id")
    )
    first_service_due = fields.Date(**_proposed("first_service_due", "_due_dates", *_DATE_SOURCES))
    first_service_km = fields.Integer(
        string="First Service at (km)", **_proposed("first_service_km", "_from_model", "model_id")
    )
    insurance_expiry = fields.Date(
        string="Insurance Expires on", **_proposed("insurance_expiry", "_due_dates", *_DATE_SOURCES)
    )
    inspection_due = fields.Date(**_proposed("inspection_due", "_due_dates", *_DATE_SOURCES))
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

    def _from_vehicle(self):
        vehicle = self.vehicle_id
        names = ("model_year", "color", "plate", "engine_number")
        return {
            "model_id": vehicle.model_id or self.lead_id.vehicle_model_id,
            **{name: vehicle[name] or self[name] for name in names},
        }

    def _from_lead(self):
        lead = self.lead_id
        order = lead.order_ids.filtered(lambda order: order.state == "sale")[:1]
        bought = order.date_order or lead.date_closed
        partner = lead.partner_id or lead._find_matching_partner()
        return {
            "partner_id": partner._filtered_access("read"),
            "purchase_date": bought and fields.Datetime.context_timestamp(self, bought).date(),
            "purchase_type": lead.purchase_type,
            "currency_id": order.currency_id or self.env.company.currency_id,
            "purchase_price": order.amount_total or lead.expected_revenue,
            "selling_dealer_id": lead.dealer_id,
            "dealer_id": lead.dealer_id,
        }

    def _from_model(self):
        model = self.model_id
        return {
            "warranty_months": model.warranty_months,
            "warranty_end_km": model.warranty_km,
            "first_service_km": model.first_service_km,
        }

    def _due_dates(self):
        months = {
            "warranty_end": self.warranty_months,
            "first_service_due": self.model_id.first_service_months,
            "insurance_expiry": _INSURANCE_MONTHS,
            "inspection_due": _INSPECTION_MONTHS,
        }
        day = self.delivery_date
        return {
            name: day and number and day + relativedelta(months=number)
            for name, number in months.items()
        }

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
