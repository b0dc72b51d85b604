from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from ..customer.res_partner import NEED_STATES

WAYS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("email", "E-Mail"),
    ("sms", "SMS"),
    ("wechat", "WeChat"),
    ("mail", "Mail"),
    ("event", "Event"),
]

# Conditions on an entry ``c``: the customer was reached; and by us, who may do so too often.
REACHED = SQL("c.missed IS NOT TRUE")
BY_US = SQL("%s AND c.direction = 'out'", REACHED)


class CrmContactLog(models.Model):
    """A contact with a customer: when, how, what was said, what comes next (C8)."""

    _name = "crm.contact.log"
    _description = "Contact with a Customer"
    _inherit = ["crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_name = "summary"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="cascade",
        help="Empty only for a contact with a lead that has no customer yet; "
        "it is filled in when the lead gets one.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer Entity",
        store=True,
        precompute=True,
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="The dealer that was in contact.",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    way = fields.Selection(WAYS, required=True, default="phone")
    direction = fields.Selection(
        [("out", "We Contacted"), ("in", "The Customer Contacted Us")],
        required=True,
        default="out",
    )
    summary = fields.Char(required=True, help="What the contact was about, in a sentence.")
    feedback = fields.Text(string="Feedback or Change of Need")
    deep = fields.Boolean(
        string="Deep Contact", help="A talk in depth about the customer's needs, not just a call."
    )
    missed = fields.Boolean(
        string="Nobody Was Reached",
        help="An attempt is no contact: the customer is still to be contacted.",
    )
    duration = fields.Integer(string="Duration (Minutes)", aggregator="sum")
    need_state = fields.Selection(
        NEED_STATES,
        string="Need Afterwards",
        help="How far the customer's need is known and served after this contact; "
        "it is noted on the customer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")
    visit_id = fields.Many2one("crm.service.visit", index="btree_not_null", ondelete="set null")
    vehicle_id = fields.Many2one("crm.vehicle", index="btree_not_null", ondelete="set null")
    satisfaction = fields.Integer(
        aggregator="avg", help="What the customer said, 1 (worst) to 10; 0: not asked."
    )
    complaint = fields.Selection(
        [("open", "Open"), ("solved", "Solved")], help="Whether the customer complained."
    )
    next_date = fields.Date(
        string="Next Step On", help="It becomes an activity of the responsible person."
    )
    next_step = fields.Char(help="What to do then.")
    next_done = fields.Boolean(string="Next Step Closed", copy=False, readonly=True)
    activity_id = fields.Many2one(
        "mail.activity",
        string="Activity of the Next Step",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    contact_warning = fields.Char(related="partner_id.contact_warning")

    _customer_date_index = models.Index("(commercial_partner_id, date)")
    _next_step_index = models.Index(
        "(commercial_partner_id, next_date) WHERE next_date IS NOT NULL AND next_done IS NOT TRUE"
    )
    _satisfaction_check = models.Constraint(
        "CHECK(satisfaction BETWEEN 0 AND 10)", "Satisfaction is told from 1 to 10."
    )
    _duration_check = models.Constraint(
        "CHECK(duration >= 0)", "The duration is a number of minutes, not below 0."
    )

    @api.depends("partner_id", "lead_id")
    def _compute_dealer_id(self):
        """The own dealer of a dealer's user, else the customer's or the lead's."""
        own = self.env.user._own_dealers()
        for log in self:
            home = log.partner_id.dealer_id or log.lead_id.dealer_id
            if own and home not in own:
                home = log.dealer_id if log.dealer_id in own else own[:1]
            log.dealer_id = home or log.dealer_id

    @api.constrains("summary", "partner_id", "lead_id")
    def _check_partner(self):
        for log in self:
            if not (log.partner_id or log.lead_id):
                raise ValidationError(
                    self.env._("Say with which customer the contact “%s” was.", log.summary)
                )

    @api.constrains("date")
    def _check_date(self):
        # A day's grace: clocks and time zones differ.
        latest = fields.Datetime.now() + timedelta(days=1)
        for log in self:
            if log.date > latest:
                raise ValidationError(
                    self.env._(
                        "“%s” lies in the future. Log the contact when it has taken place, "
                        "and enter what is to come as the next step.",
                        log.summary,
                    )
                )

    def _contact_source(self):
        """The record that the contact was entered from: its next step is planned there."""
        return self.lead_id or self.visit_id or self.partner_id

    def _when_and_how(self):
        """Day and way in words, nothing of what was said."""
        day = fields.Datetime.context_timestamp(self, self.date).date()
        way = dict(self._fields["way"]._description_selection(self.env))[self.way]
        return f"{format_date(self.env, day)} {way}"
