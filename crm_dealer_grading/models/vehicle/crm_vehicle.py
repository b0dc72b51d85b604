from odoo import api, fields, models
from odoo.exceptions import UserError

from ..customer.crm_lead import PURCHASE_TYPES


class CrmVehicle(models.Model):
    """A customer's vehicle (C4). Its own dealers' staff see it, and those who serve it."""

    _name = "crm.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope", "crm.dealer.served"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True, tracking=True)
    image_128 = fields.Image(related="model_id.image_128")

    # What it is
    vin = fields.Char(
        string="VIN",
        copy=False,
        tracking=True,
        help="Vehicle identification number, on the windscreen and in the licence. "
        "Spaces, small letters and full-width characters are put right on saving.",
    )
    vin_warning = fields.Char(compute="_compute_vin_warning")
    plate = fields.Char(copy=False, help="Number plate; the plates it had before are kept.")
    plate_kind = fields.Selection(
        [("ordinary", "Ordinary"), ("new_energy", "New Energy"), ("other", "Other")],
        compute="_compute_plate_kind",
        store=True,
        precompute=True,
    )
    engine_number = fields.Char(copy=False)
    model_id = fields.Many2one("fleet.vehicle.model", index="btree_not_null", ondelete="restrict")
    brand_id = fields.Many2one(
        related="model_id.brand_id",
        string="Brand",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    model_year = fields.Integer(aggregator=None)
    color = fields.Char()
    usage = fields.Selection(
        [
            ("private", "Private"),
            ("company", "Company"),
            ("taxi", "Taxi or Ride-Hailing"),
            ("rental", "Rental"),
            ("goods", "Goods Transport"),
            ("passengers", "Passenger Transport"),
            ("official", "Official"),
            ("other", "Other"),
        ],
        help="What the vehicle is used for.",
    )

    # Whose it is
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        index="btree_not_null",
        ondelete="restrict",
        help="The owners it had before are kept with their dates.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    owner_phone = fields.Char(compute="_compute_owner_phone")
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Servicing Dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="The dealer that looks after the vehicle; follows a new owner's dealer.",
    )
    dealer_region_id = fields.Many2one(
        related="dealer_id.region_id", string="Dealer's Region", tracking=False
    )
    selling_dealer_id = fields.Many2one("crm.dealer", index="btree_not_null", ondelete="restrict")
    serving_dealer_ids = fields.Many2many(
        "crm.dealer",
        "crm_dealer_vehicle_serving_rel",
        "vehicle_id",
        "dealer_id",
        string="Also Served By",
        copy=False,
        help="Further dealers that received the vehicle and see its file.",
    )
    ownership_ids = fields.One2many("crm.vehicle.ownership", "vehicle_id", string="Owners")

    # How it was bought
    purchase_date = fields.Date()
    delivery_date = fields.Date(help="When it was handed over to its first owner.")
    purchase_channel = fields.Selection(
        [
            ("dealer", "Dealer"),
            ("direct", "Maker's Direct Sales"),
            ("secondary", "Secondary Network"),
            ("online", "Online"),
            ("used", "Used-Car Market"),
            ("other", "Other"),
        ]
    )
    purchase_type = fields.Selection(PURCHASE_TYPES)
    purchase_price = fields.Monetary(help="Price paid for the vehicle, taxes included.")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        help="Empty: every company sees the vehicle.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )

    # Use
    mileage = fields.Integer(
        string="Mileage (km)",
        compute="_compute_mileage",
        inverse="_inverse_mileage",
        store=True,
        aggregator="avg",
        help="The latest reading, in km.",
    )
    mileage_date = fields.Date(
        string="Mileage Read on", compute="_compute_mileage", store=True, readonly=False
    )
    mileage_ids = fields.One2many("crm.vehicle.mileage", "vehicle_id", string="Mileage Log")
    visit_ids = fields.One2many("crm.service.visit", "vehicle_id", string="Service Visits")
    visit_count = fields.Integer(string="Visits", compute="_compute_visit_count")

    # Dates that matter
    insurer_id = fields.Many2one("res.partner", index="btree_not_null")
    insurance_policy = fields.Char(string="Policy Number", copy=False)
    insurance_expiry = fields.Date(string="Insurance Expires on", index="btree_not_null")
    inspection_due = fields.Date(index="btree_not_null")
    first_service_due = fields.Date(help="Mandatory first service.")
    first_service_done = fields.Date()
    warranty_end = fields.Date(string="Warranty Ends on", index="btree_not_null")
    warranty_end_km = fields.Integer(string="Warranty Ends at (km)", aggregator=None)
    next_service_date = fields.Date(string="Next Service on", index="btree_not_null")
    next_service_km = fields.Integer(string="Next Service at (km)", aggregator=None)

    @api.depends("plate", "vin", "model_id.name", "brand_id.name")
    def _compute_name(self):
        for vehicle in self:
            mark = vehicle.plate or (vehicle.vin and f"…{vehicle.vin[-6:]}")
            model = vehicle.model_id.display_name
            vehicle.name = " · ".join(filter(None, [mark, model])) or self.env._("New Vehicle")

    @api.depends("name")
    def _compute_display_name(self):
        for vehicle in self:
            vehicle.display_name = vehicle.name

    @api.depends("partner_id.phone")
    @api.depends_context("uid")
    def _compute_owner_phone(self):
        """The phone of an owner whom the user may see: a dealer may keep another's vehicle."""
        visible = self.partner_id._filtered_access("read")
        for vehicle in self:
            owner = vehicle.partner_id
            vehicle.owner_phone = owner.phone if owner in visible else False

    @api.depends("partner_id")
    def _compute_dealer_id(self):
        """The owner's dealer; without one the dealer stays, or is the user's own."""
        own = self.env.user._default_dealer()
        for vehicle in self:
            # sudo: who may name the owner may give the vehicle to the owner's dealer.
            home = vehicle.partner_id.sudo().dealer_id
            vehicle.dealer_id = home or vehicle.dealer_id or own

    @api.depends("dealer_id")
    def _compute_company_id(self):
        for vehicle in self:
            dealer = vehicle.dealer_id.sudo()
            # A vehicle that several companies share stays shared.
            default = False if vehicle._origin else self.env.company
            vehicle.company_id = dealer.company_id or vehicle.company_id or default

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["crm.service.visit"]._read_group(
                [("vehicle_id", "in", self.ids), ("stage", "!=", "cancelled")],
                ["vehicle_id"],
                ["__count"],
            )
        )
        for vehicle in self:
            vehicle.visit_count = counts.get(vehicle._origin, 0)

    def action_open_visits(self):
        """Open the visits of this vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_service_visit_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {"default_vehicle_id": self.id}
        return action

    def action_open_owner(self):
        """Open the present owner."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_regrade(self):
        """Grade the owners of the chosen vehicles again (server action of the list)."""
        customers = self.partner_id.commercial_partner_id
        if not customers:
            # Nobody would mean everybody.
            raise UserError(self.env._("None of the chosen records has a customer to grade."))
        return customers.action_regrade()
