from odoo import api, fields, models
from odoo.exceptions import UserError

ACCESS = "crm_dealer_grading.group_access"
PLANNER = "event.group_event_user"


class EventEvent(models.Model):
    """An event of the club: who is invited, what it costs, what it brings (M4).

    Seats, stages, mails and attendance are the ERP's own.
    """

    _name = "event.event"
    _inherit = ["event.event", "crm.dealer.scope"]

    is_club_activity = fields.Boolean(
        string="Club Activity",
        default=lambda self: self._default_is_club_activity(),
        index=True,
        tracking=True,
        help="Members of the club register, with their guests; nobody else does.",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        default=lambda self: self.env.user._default_dealer(),
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The dealer that invites its own members. Empty: the manufacturer invites.",
    )
    club_region_id = fields.Many2one(
        "crm.dealer.region",
        string="Region Invited",
        ondelete="restrict",
        help="Members of this region's dealers are invited; empty: of the whole network.",
    )
    club_tier_ids = fields.Many2many(
        "crm.club.tier",
        "crm_club_activity_tier_rel",
        "event_id",
        "tier_id",
        string="Tiers Invited",
        groups=ACCESS,
        help="Only these tiers. Empty: all from the lowest tier on.",
    )
    club_min_tier_id = fields.Many2one(
        "crm.club.tier",
        string="Lowest Tier",
        ondelete="restrict",
        help="This tier and those above it are invited; empty: every member.",
    )
    club_announced = fields.Boolean(
        string="Announced to Members",
        copy=False,
        tracking=True,
        help="Members see it in the portal and register there.",
    )
    club_guests_max = fields.Integer(string="Guests per Member")
    club_deadline = fields.Datetime(
        string="Register Until", help="Empty: until the activity begins."
    )
    club_waiting_list = fields.Boolean(
        string="Waiting List",
        default=True,
        help="When all seats are taken, members of the portal wait; who waits longest moves up.",
    )
    club_currency_id = fields.Many2one("res.currency", compute="_compute_club_currency_id")
    club_fee_amount = fields.Monetary(
        string="Fee per Person",
        currency_field="club_currency_id",
        help="A person pays it on the spot.",
    )
    club_fee_points = fields.Integer(
        string="Fee in Points", help="Taken for each person with the seat, back on cancellation."
    )
    club_points = fields.Integer(
        string="Points for Attendance",
        help="Credited to members who attended, once the activity is over; not for guests.",
    )
    club_cost_planned = fields.Monetary(
        string="Budget", currency_field="club_currency_id", groups=ACCESS
    )
    club_cost = fields.Monetary(
        string="Cost", currency_field="club_currency_id", groups=ACCESS,
        help="What it really cost, without tax.",
    )  # fmt: skip
    club_cost_per_person = fields.Monetary(
        string="Cost per Participant",
        compute="_compute_club_figures",
        currency_field="club_currency_id",
        groups=ACCESS,
        help="Cost divided by those who attended, guests included.",
    )
    club_waiting_count = fields.Integer(string="Waiting", compute="_compute_club_figures")
    club_attendance_rate = fields.Float(
        string="Attendance (%)",
        compute="_compute_club_figures",
        help="Attended of all who had a seat, guests included.",
    )

    _club_not_negative = models.Constraint(
        "CHECK(COALESCE(club_guests_max, 0) >= 0 AND COALESCE(club_fee_points, 0) >= 0"
        " AND COALESCE(club_points, 0) >= 0 AND COALESCE(club_fee_amount, 0) >= 0"
        " AND COALESCE(club_cost_planned, 0) >= 0 AND COALESCE(club_cost, 0) >= 0)",
        "Guests, fees, points and costs of an activity are zero or more.",
    )

    @api.model
    def _default_is_club_activity(self):
        """Who does not plan the ERP's other events makes club activities."""
        user = self.env.user
        return bool(self.env.context.get("club_activity")) or (
            user.has_group(ACCESS) and not user.has_group(PLANNER)
        )

    def _compute_club_currency_id(self):
        for event in self:
            event.club_currency_id = (event.company_id or self.env.company).sudo().currency_id

    @api.depends("registration_ids.state", "registration_ids.active", "club_cost")
    def _compute_club_figures(self):
        # sudo: whoever sees the activity sees how many come, as with the ERP's own counts.
        counts = {
            (event.id, state): count
            for event, state, count in self.env["event.registration"]
            .sudo()
            ._read_group([("event_id", "in", self.ids)], ["event_id", "state"], ["__count"])
        }
        for event in self:
            done = counts.get((event._origin.id, "done"), 0)
            seated = done + counts.get((event._origin.id, "open"), 0)
            event.club_waiting_count = counts.get((event._origin.id, "draft"), 0)
            event.club_attendance_rate = 100.0 * done / seated if seated else 0.0
            # sudo: the field itself says who may read it.
            event.club_cost_per_person = event.sudo().club_cost / done if done else 0.0

    def write(self, vals):
        if "is_club_activity" in vals:
            club = bool(vals["is_club_activity"])
            if switched := self.filtered(lambda event: event.is_club_activity != club):
                switched._check_club_switch()
        return super().write(vals)

    def _check_club_switch(self):
        """Registrations of a club activity are members', those of other events are not."""
        # sudo: registrations out of the user's sight count as well.
        registrations = self.env["event.registration"].sudo().with_context(active_test=False)
        if registrations.search_count([("event_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "There are registrations already. Make a new event: an event with "
                    "registrations neither becomes a club activity nor ceases to be one."
                )
            )

    def action_club_announce(self):
        """Show the activity to the invited members in the portal."""
        for event in self:
            if not event.is_club_activity:
                raise UserError(self.env._("“%s” is no club activity.", event.name))
            if event._club_is_over():
                raise UserError(
                    self.env._("“%s” is over or cancelled. Correct its dates first.", event.name)
                )
        self.write({"club_announced": True})

    def action_club_withdraw(self):
        """Take the activity out of the portal; registrations stay."""
        self.write({"club_announced": False})

    def _club_is_over(self):
        self.ensure_one()
        return self.kanban_state == "cancel" or self.date_end < fields.Datetime.now()
