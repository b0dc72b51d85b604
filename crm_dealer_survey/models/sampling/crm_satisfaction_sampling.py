from odoo import api, fields, models
from odoo.exceptions import ValidationError

WAYS = [("sms", "SMS"), ("email", "E-mail"), ("portal", "Portal"), ("phone", "Call by an Agent")]
ALLOCATIONS = [
    ("proportional", "Per Dealer, in Proportion to Its Groups"),
    ("fixed", "Per Group of a Dealer"),
]
_CHANNELS = ("channel_1", "channel_2", "channel_3", "channel_4")


class CrmSatisfactionSampling(models.AbstractModel):
    """How customers are drawn and asked; of a sample, and of a plan that makes samples (S2)."""

    _name = "crm.satisfaction.sampling"
    _description = "Way of Drawing and Asking"

    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    dealer_ids = fields.Many2many("crm.dealer", string="Dealers", help="Empty: all of them.")
    quota = fields.Integer(required=True, default=30, help="Customers to draw.")
    allocation = fields.Selection(
        ALLOCATIONS,
        string="Quota Is",
        required=True,
        default="proportional",
        help="A group: the customers of a dealer with the same type of service.",
    )
    minimum = fields.Integer(
        string="Least per Dealer",
        help="A dealer of whom fewer were drawn is pointed out: its figures will say little.",
    )
    reserve = fields.Integer(
        string="Reserve (%)",
        required=True,
        default=100,
        help="So many more, of the quota, wait in each group for those who refuse or are not "
        "reached.",
    )
    cooling_days = fields.Integer(
        string="Days of Rest",
        compute="_compute_cooling_days",
        store=True,
        precompute=True,
        readonly=False,
        help="Whoever was asked by any programme within so many days is not drawn.",
    )
    channel_1 = fields.Selection(WAYS, string="First by", required=True, default="sms")
    channel_2 = fields.Selection(WAYS, string="Else by", default="email")
    channel_3 = fields.Selection(WAYS, string="Then by", default="portal")
    channel_4 = fields.Selection(WAYS, string="At Last by", default="phone")
    reminder_days = fields.Integer(
        string="Remind after Days", default=5, help="Once, by the same way. 0: never."
    )
    hour_from = fields.Float(
        string="Send From", required=True, default=9.0, help="Local time of the company."
    )
    hour_to = fields.Float(string="Send Until", required=True, default=20.0)

    _numbers_check = models.Constraint(
        "CHECK(quota > 0 AND minimum >= 0 AND reserve >= 0 AND cooling_days >= 0"
        " AND reminder_days >= 0)",
        "The quota is one customer at least, and no other figure is below zero.",
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Sending begins before it ends, between 0 and 24 o'clock.",
    )

    @api.depends("programme_id")
    def _compute_cooling_days(self):
        for record in self:
            record.cooling_days = record.programme_id.cooling_days

    @api.constrains(*_CHANNELS)
    def _check_channels(self):
        for record in self:
            channels = record._channels()
            if len(set(channels)) < len(channels):
                raise ValidationError(self.env._("Choose each way of asking once."))

    def _channels(self):
        """The allowed ways, the preferred one first."""
        self.ensure_one()
        return [self[name] for name in _CHANNELS if self[name]]

    @api.model
    def _sampling_fields(self):
        """Names of what a plan hands to its samples."""
        return [
            *("programme_id", "company_id", "dealer_ids", "quota", "allocation", "minimum"),
            *("reserve", "cooling_days", *_CHANNELS, "reminder_days", "hour_from", "hour_to"),
        ]

    def _may_send_now(self):
        """Whether customers may be written to at this hour."""
        self.ensure_one()
        now = fields.Datetime.now()
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id._tz_here()), now
        )
        return self.hour_from <= local.hour + local.minute / 60 < self.hour_to
