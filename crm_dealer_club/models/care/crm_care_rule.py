"""What customers are reminded of, when, whom, and how (M5)."""

from odoo import api, fields, models

TRIGGERS = [
    ("insurance", "Insurance Expires"),
    ("inspection", "Annual Inspection Due"),
    ("warranty", "Warranty Ends"),
    ("first_service", "Mandatory First Service Due"),
    ("maintenance_date", "Maintenance Due by Date"),
    ("maintenance_km", "Maintenance Due by Mileage"),
    ("birthday", "Birthday"),
    ("anniversary", "Anniversary of the Purchase"),
    ("festival", "Festival"),
    ("season", "Season"),
    ("lapse", "No Visit for Long"),
    ("alert", "Manual Alert"),
]
CHANNELS = [("activity", "To-Do"), ("email", "E-Mail"), ("sms", "SMS")]
FALLBACKS = [
    ("none", "Leave Out"),
    ("activity", "Make a To-Do"),
    ("other", "SMS or E-Mail, then To-Do"),
]


class CrmCareRule(models.Model):
    """A rule of care: trigger, lead days, audience, channel, text (M5).

    A rule without a dealer is the manufacturer's, for the whole network. A dealer's rule is made
    by the dealer's manager, and is for that dealer's customers only.
    """

    _name = "crm.care.rule"
    _description = "Care Rule"
    _inherit = ["crm.dealer.scope", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="Where several rules meet on one day, the message of the first one goes out and "
        "lists what the others say.",
    )
    active = fields.Boolean(default=True, tracking=True)
    trigger = fields.Selection(TRIGGERS, required=True, default="inspection", tracking=True)
    lead_days = fields.Integer(
        string="Days Before",
        default=0,
        aggregator=None,
        tracking=True,
        help="The message goes out so many days before the due date; below zero: after it.",
    )
    late_days = fields.Integer(
        string="Still Told for (Days)",
        compute="_compute_late_days",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="So many days after the due date the message still makes sense, for instance when "
        "the server was off or the date was entered late. Later ones are left out, with that "
        "reason. A birthday wish: 0.",
    )
    repeat_days = fields.Integer(
        string="Not Again for (Days)",
        compute="_compute_repeat_days",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="A due date that moves by fewer days is the same event, and is not told anew: "
        "predictions by mileage move with each reading.",
    )

    # What the trigger needs
    season_month = fields.Integer(string="Month", default=11, aggregator=None)
    season_day = fields.Integer(string="Day", default=1, aggregator=None)
    lapse_days = fields.Integer(
        string="Days without a Visit", default=180, aggregator=None, tracking=True
    )
    alert_date = fields.Date(
        copy=False, tracking=True, help="The day of the event; empty: nothing is sent."
    )

    # Whom
    region_ids = fields.Many2many(
        "crm.dealer.region", string="Regions", ondelete="restrict",
        context={"active_test": False},
        help="Customers of dealers in these regions and those below. With dealers: of either.",
    )  # fmt: skip
    dealer_ids = fields.Many2many(
        "crm.dealer", string="Dealers", ondelete="restrict", context={"active_test": False},
        help="Customers of these dealers. Empty: all.",
    )  # fmt: skip
    tier_ids = fields.Many2many(
        "crm.club.tier", string="Club Tiers", ondelete="restrict",
        context={"active_test": False}, help="Active members of these tiers. Empty: everybody.",
    )  # fmt: skip
    level_ids = fields.Many2many(
        "crm.grading.level", string="Levels", ondelete="restrict",
        domain=[("scheme_id.applies_to", "=", "customer")],
        help="Customers at one of these levels; where they are of several schemes, at one of "
        "each. Empty: everybody.",
    )  # fmt: skip
    model_ids = fields.Many2many(
        "fleet.vehicle.model", string="Vehicle Models", ondelete="restrict",
        context={"active_test": False},
        help="Vehicles of these models, and customers who own one. Empty: all.",
    )  # fmt: skip
    purpose_id = fields.Many2one(
        "crm.club.consent.purpose",
        string="Purpose of the Data",
        required=True,
        ondelete="restrict",
        default=lambda self: self._default_purpose(),
        tracking=True,
        help="Only who allows this use of the own data is written to or called.",
    )

    # How
    channel = fields.Selection(CHANNELS, required=True, default="activity", tracking=True)
    fallback = fields.Selection(
        FALLBACKS,
        string="Where It Cannot Be Sent",
        required=True,
        default="activity",
        help="What happens where there is no address for the channel. Whoever does not allow "
        "the channel is not contacted by it in any case.",
    )
    short_text = fields.Char(
        string="In a Few Words",
        translate=True,
        help="How a message that tells several things at once mentions this one, for instance: "
        "Annual inspection. Customers read it. Empty: the trigger's name.",
    )
    todo_summary = fields.Char(
        string="To-Do",
        translate=True,
        help="What staff read in their list, for instance: Inspection of "
        "{{ object.vehicle_name }} is due on {{ object.due_text }}.",
    )
    todo_note = fields.Text(string="What to Say", translate=True)
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-Mail Text",
        domain=[("model", "=", "crm.care.reminder")],
        ondelete="restrict",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS Text",
        domain=[("model", "=", "crm.care.reminder")],
        ondelete="restrict",
    )

    # Whose, and what became of it
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Rule of",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user._own_dealers()[:1],
        help="Empty: the manufacturer's rule, for the whole network.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Only customers of this company's dealers. Empty: of all.",
    )
    effect_days = fields.Integer(
        string="Effect within (Days)",
        default=30,
        aggregator=None,
        help="A visit within so many days after the message counts as its effect.",
    )
    last_run = fields.Date(
        readonly=True, copy=False, help="The last day for which due dates were looked for."
    )
    reminder_ids = fields.One2many("crm.care.reminder", "rule_id")
    reminder_count = fields.Integer(string="Reminders", compute="_compute_reminder_count")

    _season_check = models.Constraint(
        "CHECK(season_month BETWEEN 1 AND 12 AND season_day BETWEEN 1 AND 31)",
        "A day of the year has a month from 1 to 12 and a day from 1 to 31.",
    )
    _lead_check = models.Constraint(
        "CHECK(lead_days BETWEEN -366 AND 366)", "Days before: at most a year."
    )
    _days_check = models.Constraint(
        "CHECK(lapse_days > 0 AND effect_days > 0 AND late_days >= 0 AND repeat_days >= 0)",
        "Numbers of days are not below zero; those of the lapse and the effect are one at least.",
    )

    @api.model
    def _default_purpose(self):
        return self.env.ref("crm_dealer_club.consent_purpose_reminder", raise_if_not_found=False)

    @api.model
    def _late_days_of(self):
        """``{trigger: days}`` after the due date on which its message still makes sense."""
        return {
            "birthday": 0, "festival": 0, "alert": 1, "anniversary": 3, "season": 14,
            "insurance": 30, "inspection": 60, "warranty": 0, "first_service": 60,
            "maintenance_date": 60, "maintenance_km": 60, "lapse": 30,
        }  # fmt: skip

    @api.depends("trigger")
    def _compute_late_days(self):
        days = self._late_days_of()
        for rule in self:
            rule.late_days = days.get(rule.trigger, 0)

    @api.depends("trigger")
    def _compute_repeat_days(self):
        # What is predicted by mileage moves with each reading; the end of a warranty comes once.
        days = {"maintenance_km": 60, "warranty": 180}
        for rule in self:
            rule.repeat_days = days.get(rule.trigger, 0)

    def _compute_reminder_count(self):
        counts = dict(
            self.env["crm.care.reminder"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.reminder_count = counts.get(rule, 0)
