from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .roles import AUDITOR, DEALER_MANAGER, STEP, is_auditor, is_oem_manager, manages

STATES = [
    ("draft", "Draft"),
    ("announced", "Announced"),
    ("held", "Held"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
_COSTS = f"{DEALER_MANAGER},{AUDITOR}"


class CrmTrainingSession(models.Model):
    """A course on a day, with seats, people, attendance and what it cost (S7).

    Not an event of the ERP's Events application: that invites customers and sells tickets, and
    the club shows its events to members. Not a meeting either: everybody reads who meets whom.
    """

    _name = "crm.training.session"
    _description = "Training Session"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope"]
    _order = "date_begin desc, id desc"
    _rec_names_search = ["name", "training_id"]

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    training_id = fields.Many2one(
        "crm.training", string="Course", required=True, index=True, ondelete="restrict",
        tracking=True,
    )  # fmt: skip
    kind = fields.Selection(related="training_id.kind", store=True)
    plan_id = fields.Many2one("crm.training.plan", index="btree_not_null", ondelete="set null")
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="draft", tracking=True,
        group_expand=True,
    )  # fmt: skip
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="In-House At",
        default=lambda self: self.env.user._default_dealer(),
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The dealer that trains its own staff. Empty: the manufacturer trains.",
    )
    invited_ids = fields.Many2many(
        "crm.dealer",
        "crm_training_session_invited_rel",
        "session_id",
        "dealer_id",
        string="Dealers Invited",
        groups=AUDITOR,
        help="Only these dealers see the session. Empty: the whole network.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_begin = fields.Datetime(string="Begins", required=True, tracking=True)
    date_end = fields.Datetime(string="Ends", required=True, tracking=True)
    day = fields.Date(
        compute="_compute_day", store=True, index=True, help="On the company's clock."
    )
    trainer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), '|', ('dealer_ids', '=', False),"
        " ('dealer_ids', 'in', dealer_id)]",
        help="Leads the session and may enter who attended.",
    )
    trainer_name = fields.Char(string="External Trainer", tracking=True)
    place = fields.Char(tracking=True, help="Address or room.")
    online_url = fields.Char(string="Online", help="Link of a session that is held online.")
    seats = fields.Integer(default=20, tracking=True)
    hours = fields.Float(
        compute="_compute_hours", store=True, readonly=False, help="Of training, without breaks."
    )
    cost_planned = fields.Monetary(
        string="Planned Cost", compute="_compute_costs", inverse="_inverse_cost_planned",
        groups=_COSTS, copy=True,
    )  # fmt: skip
    cost = fields.Monetary(
        string="Actual Cost", compute="_compute_costs", inverse="_inverse_cost", groups=_COSTS,
        help="Without tax.",
    )  # fmt: skip
    # A dealer learns what its own sessions cost, not the manufacturer's: not by a search either.
    spent_planned = fields.Monetary(
        groups="base.group_system", copy=False, export_string_translation=False
    )
    spent = fields.Monetary(groups="base.group_system", copy=False, export_string_translation=False)
    note = fields.Html(string="What to Bring, Agenda")
    summary = fields.Text(
        string="Conclusions", help="What worked, what is changed next time.", copy=False
    )
    reason = fields.Text(readonly=True, copy=False, help="Why it was cancelled.")
    participant_ids = fields.One2many(
        "crm.training.participant", "session_id", string="Participants", copy=False
    )
    # For the rule alone: what a rule reads stays in the cache for whoever may read the field.
    seat_ids = fields.One2many(
        "crm.training.participant", "session_id", groups="base.group_system", copy=False,
        export_string_translation=False,
    )  # fmt: skip
    need_ids = fields.One2many(
        "crm.training.need", "session_id", string="Needs", copy=False, groups=_COSTS
    )
    seats_left = fields.Integer(compute="_compute_seats_left", compute_sudo=True)
    registered_count = fields.Integer(string="Registered", compute="_compute_figures")
    attended_count = fields.Integer(string="Attended", compute="_compute_figures")
    passed_count = fields.Integer(string="Passed", compute="_compute_figures")
    hours_attended = fields.Float(
        compute="_compute_figures", help="Hours of all participants together."
    )
    stars = fields.Float(
        string="Evaluation", compute="_compute_figures", help="Mean of the participants, 1 to 5."
    )
    is_mine = fields.Boolean(compute="_compute_mine", export_string_translation=False)
    is_led = fields.Boolean(compute="_compute_mine", export_string_translation=False)

    _dates_check = models.Constraint(
        "CHECK(date_begin <= date_end)", "A session does not end before it begins."
    )
    _numbers_check = models.Constraint(
        "CHECK(seats > 0 AND hours > 0 AND COALESCE(spent, 0) >= 0"
        " AND COALESCE(spent_planned, 0) >= 0)",
        "Seats and hours are above zero, costs are not below.",
    )

    @api.depends("date_begin", "company_id")
    def _compute_day(self):
        for session in self:
            zone = (session.company_id or self.env.company)._tz_here()
            here = session.with_context(tz=zone)
            session.day = session.date_begin and fields.Datetime.context_timestamp(
                here, session.date_begin
            ).date()

    @api.depends("training_id")
    def _compute_hours(self):
        for session in self:
            session.hours = session.training_id.hours or 1.0

    @api.depends("participant_ids.state", "seats")
    def _compute_seats_left(self):
        taken = self._seats_taken()
        for session in self:
            session.seats_left = max(session.seats - taken.get(session._origin.id, 0), 0)

    def _seats_taken(self):
        """``{id: number}``; counted, so that no field keeps people whom the user may not see."""
        # sudo: how many seats are taken is no secret, by whom is.
        groups = self.env["crm.training.participant"].sudo()._read_group(
            [("session_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["session_id"],
            ["__count"],
        )
        return {session.id: count for session, count in groups}

    @api.depends("participant_ids.state", "participant_ids.hours", "participant_ids.stars",
                 "participant_ids.test_state")  # fmt: skip
    @api.depends_context("uid")
    def _compute_figures(self):
        """Of the participants whom the reader sees: a dealer, its own."""
        people = self.env["crm.training.participant"]
        domain = [("session_id", "in", self.ids), ("state", "!=", "cancelled")]
        figures = {}
        if people.has_access("read"):
            groups = people._read_group(
                domain, ["session_id", "state", "test_state"],
                ["__count", "hours:sum", "stars:sum", "rated:sum"],
            )  # fmt: skip
            for session, *rest in groups:
                figures.setdefault(session, []).append(rest)
        for session in self:
            rows = figures.get(session._origin, [])
            rated = sum(row[5] for row in rows)
            session.registered_count = sum(row[2] for row in rows)
            session.attended_count = sum(row[2] for row in rows if row[0] == "attended")
            session.passed_count = sum(row[2] for row in rows if row[1] == "passed")
            session.hours_attended = sum(row[3] for row in rows)
            session.stars = sum(row[4] for row in rows) / rated if rated else 0.0

    @api.depends("dealer_id", "trainer_id")
    @api.depends_context("uid")
    def _compute_mine(self):
        for session in self:
            session.is_mine = session._owns()
            session.is_led = session._leads()

    @api.depends("name", "training_id", "day")
    def _compute_display_name(self):
        for session in self:
            parts = [session.training_id.name, session.day and str(session.day)]
            session.display_name = " · ".join(filter(None, parts)) or session.name

    @api.onchange("date_begin", "training_id")
    def _onchange_date_begin(self):
        if self.date_begin and (not self.date_end or self.date_end <= self.date_begin):
            self.date_end = fields.Datetime.add(self.date_begin, hours=self.hours or 1.0)

    @api.depends("spent", "spent_planned", "dealer_id")
    @api.depends_context("uid")
    def _compute_costs(self):
        user = self.env.user
        for session in self:
            stored = session.sudo()  # sudo: who may know is asked here
            seen = self.env.su or is_auditor(user) or manages(user, stored.dealer_id)
            session.cost_planned = stored.spent_planned if seen else 0.0
            session.cost = stored.spent if seen else 0.0

    def _inverse_cost_planned(self):
        self._keep_cost("spent_planned", "cost_planned")

    def _inverse_cost(self):
        self._keep_cost("spent", "cost")

    def _keep_cost(self, stored, shown):
        for session in self:
            # sudo: who writes what is shown may write it; `write` has checked.
            session.sudo().with_context(crm_training_step=STEP)[stored] = session[shown]

    @api.constrains("hours", "date_begin", "date_end")
    def _check_hours(self):
        for session in self:
            if session.hours * 3600 > (session.date_end - session.date_begin).total_seconds() + 60:
                raise ValidationError(
                    self.env._(
                        "%(hours)g hours of training do not fit between beginning and end of "
                        "“%(session)s”. Correct them.",
                        hours=session.hours,
                        session=session.display_name,
                    )
                )

    @api.constrains("dealer_id", "company_id", "plan_id")
    def _check_company(self):
        for session in self.sudo():  # sudo: whose dealer and plan it is decides
            session.dealer_id._check_in_company(session.company_id)
            if session.plan_id and session.plan_id.dealer_id != session.dealer_id:
                raise ValidationError(
                    self.env._("The plan “%s” is another's. Choose your own.",
                               session.plan_id.name)  # fmt: skip
                )

    def copy_data(self, default=None):
        """A dealer's copy says nothing of who is invited, which it may not read."""
        if self._has_field_access(self._fields["invited_ids"], "read"):
            return super().copy_data(default)
        vals_list = super().copy_data({**(default or {}), "invited_ids": False})
        return [{k: v for k, v in vals.items() if k != "invited_ids"} for vals in vals_list]

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"trainer_id"}

    # ------------------------------------------------------------ whose it is

    def _owns(self):
        """Whether the user plans the session: OEM manager, or the dealer's own manager."""
        user, session = self.env.user, self.sudo()
        return is_oem_manager(user) or manages(user, session.dealer_id)

    def _leads(self):
        """Whether the user enters attendance: who plans it, and the manufacturer's trainer.

        A dealer marks nobody of its own at the manufacturer's sessions.
        """
        trains = self.sudo().trainer_id == self.env.user and self.env.user.has_group(AUDITOR)
        return self._owns() or (trains and not self.env.user.dealer_scoped)
