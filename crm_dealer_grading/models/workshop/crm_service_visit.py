from odoo import api, fields, models

from ..network.crm_dealer_scope import COLLEAGUES

STAGES = [
    ("booked", "Booked"),
    ("received", "Received"),
    ("work_order", "Work Order"),
    ("in_work", "In Work"),
    ("quality_check", "Quality Check"),
    ("delivered", "Delivered"),
    ("followed_up", "Followed Up"),
    ("cancelled", "Cancelled"),
]


class CrmServiceVisit(models.Model):
    """A vehicle's visit to a workshop, from booking to the call after it (C5)."""

    _name = "crm.service.visit"
    _description = "Service Visit"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "work_order"]

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        help="The dealer's own numbers, one after the other without a gap in each year.",
    )
    work_order = fields.Char(
        copy=False, tracking=True, help="Number of the work order, unique in a dealer."
    )
    active = fields.Boolean(default=True)
    stage = fields.Selection(
        STAGES,
        required=True,
        default="booked",
        copy=False,
        index=True,
        tracking=True,
        group_expand="_expand_stages",
    )
    visit_type = fields.Selection(
        [
            ("first_service", "First Mandatory Service"),
            ("maintenance", "Routine Maintenance"),
            ("warranty", "Warranty Repair"),
            ("body_paint", "Body and Paint"),
            ("repair", "Out-of-Warranty Repair"),
            ("accident", "Accident"),
            ("recall", "Recall"),
        ],
        string="Type",
        required=True,
        default="maintenance",
        tracking=True,
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", required=True, index=True, ondelete="restrict", tracking=True
    )
    plate = fields.Char(related="vehicle_id.plate")
    model_id = fields.Many2one(
        related="vehicle_id.model_id", store=True, precompute=True, string="Model"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The vehicle's owner at the date of the visit; a later owner does not change it.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        precompute=True,
    )
    partner_phone = fields.Char(string="Phone", compute="_compute_partner_phone")
    user_id = fields.Many2one(
        "res.users",
        string="Advisor",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        domain=COLLEAGUES,
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="The dealer that does the work.",
    )
    dealer_region_id = fields.Many2one(
        related="dealer_id.region_id", string="Dealer's Region", tracking=False
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True, precompute=True)

    date = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        index=True,
        tracking=True,
        help="Planned arrival, then the real one.",
    )
    date_promised = fields.Datetime(string="Promised for", tracking=True)
    date_delivered = fields.Datetime(string="Delivered on", copy=False, readonly=True)
    mileage = fields.Integer(
        string="Mileage (km)", copy=False, aggregator="avg", help="Read on arrival, in km."
    )
    mileage_correction = fields.Char(
        string="Reason for Lower Mileage",
        copy=False,
        help="For instance a new odometer. Only needed where the mileage runs back.",
    )
    labour_amount = fields.Monetary(string="Labour", copy=False, help="Without tax.")
    parts_amount = fields.Monetary(string="Parts", copy=False, help="Without tax.")
    amount_total = fields.Monetary(
        string="Total",
        compute="_compute_amount_total",
        store=True,
        precompute=True,
        help="Labour and parts, without tax, in the company's currency.",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="A visit with a confirmed order counts through the order, so that money counts once.",
    )
    note = fields.Text(string="Customer's Wishes and Findings")

    _customer_date_index = models.Index("(commercial_partner_id, date)")
    # Follow-up calls and samples ask for the visits that were finished in a period.
    _finished_index = models.Index(
        "(COALESCE(date_delivered, date)) WHERE stage IN ('delivered', 'followed_up')"
    )
    _work_order_uniq = models.UniqueIndex(
        "(dealer_id, work_order) WHERE work_order IS NOT NULL",
        "The dealer has a visit with this work order number already.",
    )

    @api.model
    def _expand_stages(self, values, domain):
        """Each stage is a column of the board; cancelled visits only where there are some."""
        return [stage for stage, _label in STAGES if stage != "cancelled" or stage in values]

    # -- Computes ----------------------------------------------------------------------------

    @api.depends("partner_id.phone")
    @api.depends_context("uid")
    def _compute_partner_phone(self):
        """The phone of a customer whom the user may see: the owner may have left the dealer."""
        visible = self.partner_id._filtered_access("read")
        for visit in self:
            customer = visit.partner_id
            visit.partner_phone = customer.phone if customer in visible else False

    @api.depends("name", "plate")
    def _compute_display_name(self):
        """Plate and number: an advisor looks for the plate, also in a narrow calendar."""
        for visit in self:
            visit.display_name = " · ".join(filter(None, [visit.plate, visit.name]))

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    @api.depends("labour_amount", "parts_amount")
    def _compute_amount_total(self):
        for visit in self:
            visit.amount_total = visit.labour_amount + visit.parts_amount

    @api.depends("vehicle_id")
    def _compute_dealer_id(self):
        """The own dealer of a dealer's user, else the one that looks after the vehicle."""
        own = self.env.user._own_dealers()
        for visit in self:
            # sudo: the servicing dealer may be in another company.
            home = visit.vehicle_id.sudo().dealer_id.sudo(False)
            if own and home not in own:
                home = visit.dealer_id if visit.dealer_id in own else own[:1]
            visit.dealer_id = home or visit.dealer_id

    @api.depends("dealer_id")
    def _compute_company_id(self):
        for visit in self:
            company = visit.dealer_id.sudo().company_id
            visit.company_id = company or visit.company_id or self.env.company

    @api.depends("vehicle_id", "date")
    def _compute_partner_id(self):
        """The owner on that day; before the known history the first known owner.

        Staff who date a visit back do not learn who had the vehicle at another dealer.
        """
        found = self._owners_then()
        named = set(self.env["res.partner"].union(*found.values())._in_sight().ids)
        # In an open form; what is stored is kept by write().
        dated = self.filtered(
            lambda v: not v.id and v._origin and v._origin.vehicle_id == v.vehicle_id
        )
        before = dated._origin._owners_then()
        for visit, owner in found.items():
            if visit in dated and visit._keeps_customer(before[visit._origin], owner):
                owner = visit.partner_id
            elif owner.id not in named and owner != visit._origin.partner_id:
                owner = False
            visit.partner_id = owner

    # -- Records -----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            vals = dict(vals)
            vals["work_order"] = (vals.get("work_order") or "").strip() or False
            if vals.get("stage") in ("delivered", "followed_up"):
                vals.setdefault("date_delivered", vals.get("date") or fields.Datetime.now())
            prepared.append(vals)
        visits = super().create(prepared)
        visits.filtered("mileage")._log_mileage()
        return visits

    def write(self, vals):
        vals = dict(vals)
        if "work_order" in vals:
            vals["work_order"] = (vals["work_order"] or "").strip() or False
        if "stage" in vals:
            self._check_stage(vals["stage"])
            groups = self._by_stage_values(vals)
        else:
            groups = [(self, vals)]
        for visits, values in groups:
            with self.env.protecting(
                [self._fields["partner_id"]], visits._keeping_customer(values)
            ):
                super(CrmServiceVisit, visits).write(values)
        if {"mileage", "mileage_correction", "vehicle_id", "date", "stage"} & vals.keys():
            self._log_mileage()
        return True

    @api.model
    def _search_display_name(self, operator, value):
        """One box for the number, the vehicle and its owner."""
        if operator in fields.Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        by_number = super()._search_display_name(operator, value)
        if not operator.endswith("like") or not value:
            return by_number
        return fields.Domain(by_number) | fields.Domain("vehicle_id.display_name", operator, value)
