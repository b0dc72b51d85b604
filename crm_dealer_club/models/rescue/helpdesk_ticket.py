from odoo import api, fields, models

from .helpdesk_ticket_steps import STEP_FIELDS

RESULTS = [
    ("repaired", "Repaired on the Spot"),
    ("towed", "Towed to the Workshop"),
    ("replacement", "Replacement Vehicle Given"),
    ("not_needed", "Help Was Not Needed"),
    ("not_found", "Nobody Was Found"),
    ("failed", "Could Not Be Helped"),
]


class HelpdeskTicket(models.Model):
    """A rescue: who is stranded where, with what, who was sent, how it ended (M8)."""

    _inherit = "helpdesk.ticket"

    # -- The call
    rescue_place = fields.Char(string="Place", tracking=True, help="As the caller describes it.")
    rescue_latitude = fields.Float(string="Latitude", digits=(10, 6), tracking=True)
    rescue_longitude = fields.Float(string="Longitude", digits=(10, 6), tracking=True)
    rescue_map_url = fields.Char(string="Map", compute="_compute_rescue_map_url")
    rescue_plate = fields.Char(
        string="Plate or VIN",
        help="As the caller reads it out. A known one finds the vehicle and its owner.",
    )
    rescue_fault_id = fields.Many2one(
        "crm.rescue.fault", string="Breakdown", ondelete="restrict", tracking=True
    )
    rescue_people = fields.Integer(string="People", aggregator=None)
    rescue_danger = fields.Boolean(
        string="Danger",
        tracking=True,
        help="Somebody is hurt, or the vehicle stands where others may run into it. Comes first "
        "on the board.",
    )
    # -- The help
    rescue_home_dealer_id = fields.Many2one(
        "crm.dealer",
        string="Customer's Dealer",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The dealer whose customer it is; it sees the rescue whoever is sent.",
    )
    rescue_car_id = fields.Many2one(
        "crm.rescue.car",
        string="Service Car",
        domain="[('dealer_id', '=', dealer_id)]",
        ondelete="restrict",
        tracking=True,
    )
    rescue_technician_id = fields.Many2one(
        "res.users",
        string="Technician",
        domain="[('dealer_ids', 'in', dealer_id)]",
        tracking=True,
    )
    rescue_expected_at = fields.Datetime(
        string="Expected on Site", tracking=True, help="Told to the customer."
    )
    rescue_result = fields.Selection(RESULTS, string="Result", tracking=True)
    rescue_result_note = fields.Text(string="What Was Done")
    rescue_call_back = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("not_satisfied", "Not Satisfied"),
            ("not_reached", "Not Reached"),
        ],
        string="Call-Back Result",
        tracking=True,
    )
    rescue_call_back_note = fields.Text(string="Said in the Call-Back")
    # -- The steps; when it was reported and answered every ticket of ours says
    rescue_dispatched_at = fields.Datetime(string="Dispatched", readonly=True, copy=False)
    rescue_on_site_at = fields.Datetime(string="On Site", readonly=True, copy=False)
    rescue_done_at = fields.Datetime(string="Done", readonly=True, copy=False)
    rescue_called_back_at = fields.Datetime(string="Called Back", readonly=True, copy=False)
    rescue_closed_at = fields.Datetime(string="Case Closed", readonly=True, copy=False)
    rescue_answer_due = fields.Datetime(string="Answer Due", readonly=True, copy=False)
    rescue_dispatch_due = fields.Datetime(string="Dispatch Due", readonly=True, copy=False)
    rescue_arrival_due = fields.Datetime(string="Arrival Due", readonly=True, copy=False)
    rescue_correction_ids = fields.One2many(
        "crm.rescue.correction", "ticket_id", string="Corrected Times", readonly=True
    )

    _rescue_on_earth = models.Constraint(
        """CHECK(rescue_latitude IS NULL OR (rescue_latitude BETWEEN -90 AND 90
                 AND rescue_longitude BETWEEN -180 AND 180))""",
        "A latitude lies between -90 and 90, a longitude between -180 and 180 degrees.",
    )

    @api.depends("rescue_latitude", "rescue_longitude", "company_id.rescue_map_url")
    def _compute_rescue_map_url(self):
        for ticket in self:
            # sudo: where maps are looked up is no secret.
            company = ticket.company_id.sudo()
            ticket.rescue_map_url = company._rescue_map(
                ticket.rescue_latitude, ticket.rescue_longitude
            )

    def _rescues(self):
        """Those of ``self`` that are rescues."""
        return self.filtered(lambda ticket: ticket.crm_kind == "rescue")

    # -- Who calls --------------------------------------------------------------------------------

    @api.onchange("rescue_plate")
    def _onchange_rescue_plate(self):
        vehicle = self.env["crm.vehicle"]._rescue_find(self.rescue_plate)
        if vehicle:
            self.update(self._rescue_of_vehicle(vehicle))

    @api.onchange("rescue_fault_id")
    def _onchange_rescue_fault(self):
        if self.rescue_fault_id.dangerous:
            self.rescue_danger = True

    @api.model
    def _rescue_of_vehicle(self, vehicle):
        """What a known vehicle says of a rescue."""
        owner = vehicle.partner_id
        return {
            "vehicle_id": vehicle.id,
            "partner_id": owner.id,
            "partner_name": owner.name,
            "partner_email": owner.email,
            "partner_phone": self.partner_phone or owner.phone,
        }

    # -- Writing ----------------------------------------------------------------------------------

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"rescue_technician_id"}

    @api.model
    def _step_fields(self):
        return super()._step_fields() | STEP_FIELDS

    @api.model
    def _crm_values(self, vals, team):
        if team.crm_kind == "rescue":
            vals = self._rescue_new(vals)
        return super()._crm_values(vals, team)

    @api.model
    def _rescue_new(self, vals):
        """Values of a new rescue, completed by what a known vehicle says."""
        vals = dict(vals)
        vehicle = self._rescue_vehicle(vals)
        if vehicle:
            # The plate of that day: who owns the vehicle later has another one.
            found = self._rescue_of_vehicle(vehicle) | {"rescue_plate": vehicle.plate}
            if vals.get("partner_id"):
                found = {name: found[name] for name in ("vehicle_id", "rescue_plate")}
            given = {name: value for name, value in vals.items() if value or name not in found}
            vals = found | given
        fault = self.env["crm.rescue.fault"].browse(vals.get("rescue_fault_id") or [])
        if fault.dangerous:
            vals["rescue_danger"] = True
        if vals.get("rescue_danger"):
            vals.setdefault("priority", "3")
        vals["name"] = vals.get("name") or self._rescue_title(vals, fault, vehicle)
        return vals

    @api.model
    def _rescue_vehicle(self, vals):
        """The vehicle that values name, or whose plate or VIN they have; empty if unknown."""
        vehicles = self.env["crm.vehicle"]
        if vals.get("vehicle_id"):
            return vehicles.browse(vals["vehicle_id"])
        vehicle = vehicles._rescue_find(vals.get("rescue_plate"))
        if not self.env.context.get("rescue_from_member"):
            return vehicle
        # What a member types finds the member's own vehicles only.
        customer = self.env["res.partner"].browse(vals.get("partner_id") or [])
        return vehicle.filtered(
            lambda one: one.commercial_partner_id == customer.commercial_partner_id
        )

    @api.model
    def _rescue_title(self, vals, fault, vehicle):
        parts = [
            fault.name or self.env._("Breakdown"),
            vehicle.plate or vals.get("rescue_plate"),
            vals.get("rescue_place"),
        ]
        return ", ".join(part for part in parts if part)[:200]

    def _crm_received(self):
        """A new rescue: its clocks start now. By phone it is answered in the same moment."""
        rescues = self._rescues()
        for ticket in rescues:
            # sudo: the customer's dealer follows from the customer, the limits from the team.
            home = ticket.sudo().commercial_partner_id.dealer_id
            ticket._store({"rescue_home_dealer_id": home.id, **ticket.sudo()._rescue_dues()})
        rescues._rescue_reckon()
        result = super()._crm_received()
        if not self.env.context.get("rescue_from_member"):
            rescues._crm_answered()
        return result

    def write(self, vals):
        result = super().write(vals)
        if not self._by_step() and (rescues := self._rescues()):
            rescues._rescue_written(vals)
        return result

    def _rescue_written(self, vals):
        """What follows from values that people write."""
        if "partner_id" in vals:
            for ticket in self:
                # sudo: the customer's dealer follows from the customer.
                home = ticket.sudo().commercial_partner_id.dealer_id
                ticket._store({"rescue_home_dealer_id": home.id})
        self._rescue_reckon(vals)

    def _compute_dealer_id(self):
        """Once somebody was sent, the customer's dealer is not put in that one's place."""
        sent = self.filtered(lambda ticket: ticket.rescue_dispatched_at and ticket.dealer_id)
        for ticket in sent:
            ticket.dealer_id = ticket.dealer_id
        return super(HelpdeskTicket, self - sent)._compute_dealer_id()
