from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .crm_followup_rule import CALLERS

STATES = [
    ("due", "To Call"),
    ("done", "Done"),
    ("unreachable", "Unreachable"),
    ("lapsed", "Lapsed"),
    ("withdrawn", "Withdrawn"),
]
RESULTS = [
    ("reached", "Reached"),
    ("no_answer", "No Answer"),
    ("wrong_number", "Wrong Number"),
    ("refused", "Refused"),
    ("later", "Call Later"),
]
CALL_VERDICTS = [("satisfied", "Satisfied"), ("dissatisfied", "Not Satisfied")]
CALL_CENTRE = "crm_dealer_grading.group_call_centre"
DEALER_USER = "crm_dealer_grading.group_dealer_user"
_BY_HAND = {"user_id"}


class CrmFollowupCall(models.Model):
    """A call after a delivery or a visit: made once, worked on until it is closed (S3).

    Rows are written by ``crm_followup_call_make``, handed out by ``crm_followup_call_take`` and
    closed by ``crm_followup_call_result``; by hand only who is to call is changed.
    """

    _name = "crm.followup.call"
    _description = "Follow-up Call"
    _order = "date_next, id"
    _rec_name = "partner_id"

    rule_id = fields.Many2one(
        "crm.followup.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    caller = fields.Selection(CALLERS, string="Who Calls", required=True, readonly=True)
    event_key = fields.Char(required=True, readonly=True, help="Visit or delivery, for the key.")
    visit_id = fields.Many2one(
        "crm.service.visit", readonly=True, index="btree_not_null", ondelete="set null"
    )
    delivery_id = fields.Many2one(
        "crm.lead.delivery.log",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer Entity",
        store=True,
        index=True,
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The dealer that did the work.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Given To",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Empty: whoever takes the next call.",
    )
    event_date = fields.Date(string="Day of the Event", required=True, readonly=True)
    date_due = fields.Date(string="Due On", required=True, readonly=True, index=True)
    date_next = fields.Datetime(
        string="Call From", required=True, readonly=True, help="When the next attempt is due."
    )
    lapses_on = fields.Date(
        string="Valid Until", required=True, readonly=True, help="The last day for the call."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="due")
    withdrawn_why = fields.Selection(
        [
            ("event", "Delivery undone or visit taken back"),
            ("contact", "The customer is not to be contacted"),
            ("rule", "The rule was ended"),
            ("refused", "The customer refused another call"),
        ],
        string="Withdrawn Because",
        readonly=True,
    )
    last_result = fields.Selection(RESULTS, readonly=True)
    verdict = fields.Selection(CALL_VERDICTS, string="Customer Is", readonly=True)
    last_date = fields.Datetime(string="Last Attempt", readonly=True)
    attempt_count = fields.Integer(string="Attempts Made", readonly=True)
    missed_count = fields.Integer(string="Without Answer", readonly=True)
    attempt_ids = fields.One2many("crm.followup.attempt", "call_id", string="Attempts")
    answer_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_call_centre,"
        "crm_dealer_grading.group_oem_auditor",
    )
    holder_id = fields.Many2one(
        "res.users",
        string="Being Called By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    held_until = fields.Datetime(readonly=True, help="After that anybody may take the call.")
    partner_phone = fields.Char(string="Phone", compute="_compute_partner_phone")
    script = fields.Text(compute="_compute_script")
    may_call = fields.Boolean(compute="_compute_may_call", search="_search_may_call")

    _event_uniq = models.UniqueIndex(
        "(rule_id, event_key, partner_id)", "The customer is called once by a rule for an event."
    )
    _wrong_index = models.Index(
        "(rule_id) WHERE caller = 'call_centre' AND state = 'unreachable'"
        " AND last_result = 'wrong_number'"
    )
    _open_index = models.Index("(caller, dealer_id, date_next) WHERE state = 'due'")
    _event_index = models.Index("(event_key) WHERE state = 'due'")
    _held_index = models.Index("(holder_id) WHERE state = 'due' AND held_until IS NOT NULL")

    @api.depends("partner_id.phone")
    @api.depends_context("uid")
    def _compute_partner_phone(self):
        """The phone of a customer whom the user may see: the owner may have left the dealer."""
        visible = self.partner_id._filtered_access("read")
        for call in self:
            customer = call.partner_id
            call.partner_phone = customer.phone if customer in visible else False

    @api.depends("rule_id", "partner_id", "vehicle_id", "dealer_id")
    @api.depends_context("lang")
    def _compute_script(self):
        for call in self:
            call.script = call.rule_id._words(call)

    @api.depends("partner_id", "rule_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for call in self:
            # sudo: the name of whom one is to call.
            names = (call.partner_id.sudo().name, call.rule_id.name)
            call.display_name = " · ".join(filter(None, names))

    # -- Who ---------------------------------------------------------------------------------

    @api.depends("caller", "dealer_id", "state")
    @api.depends_context("uid")
    def _compute_may_call(self):
        mine = self.filtered_domain(self._open_to_user_domain())
        for call in self:
            call.may_call = call in mine

    @api.model
    def _search_may_call(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._open_to_user_domain()

    @api.model
    def _open_to_user_domain(self):
        return self._of_user_domain() & Domain("state", "=", "due")

    @api.model
    def _of_user_domain(self):
        """Calls that are the user's to make, whether they are open or not."""
        user = self.env.user
        whose = []
        if user.has_group(DEALER_USER):
            dealers = user._own_dealers().ids
            whose.append(Domain("caller", "=", "dealer") & Domain("dealer_id", "in", dealers))
        if user.has_group(CALL_CENTRE):
            whose.append(Domain("caller", "=", "call_centre"))
        return Domain.OR(whose)

    def _caller_refusal(self):
        """Why the user is not who makes this call."""
        if self.caller == "call_centre":
            return self.env._("The call centre makes this call. Leave it to an agent.")
        return self.env._(
            "%s makes this call itself. Leave it to the dealer's staff.", self.dealer_id.name
        )

    def _check_may_call(self):
        """:raise AccessError: for everybody but those whose call it is"""
        self.check_access("read")
        if others := self - self.filtered_domain(self._of_user_domain()):
            raise AccessError(others[0]._caller_refusal())

    def write(self, vals):
        """By hand only the person is changed, by a manager of the dealer or the call centre.

        :raise AccessError: for anything else, which events and attempts keep themselves
        """
        if not self.env.su:
            if vals.keys() - _BY_HAND:
                raise AccessError(
                    self.env._("Make the call and choose its result: a call is closed by that.")
                )
            self._check_may_call()
            self._check_given_to(self.env["res.users"].browse(vals.get("user_id")))
        return super().write(vals)

    def _check_given_to(self, user):
        # sudo: who works where decides, not what the user may see of it.
        user = user.sudo()
        for call in self.sudo() if user else ():
            if not call._is_made_by(user):
                raise AccessError(
                    self.env._(
                        "Give the call to somebody who makes it: staff of the dealer, or an "
                        "agent of the call centre."
                    )
                )

    def _is_made_by(self, user):
        """Whether the call is one for the user; with all rights."""
        if self.caller == "call_centre":
            return user.active and user.has_group(CALL_CENTRE)
        return user in self.dealer_id.user_ids and user.has_group(DEALER_USER)

    # -- Screens -----------------------------------------------------------------------------

    def action_open_partner(self):
        """Open the customer."""
        return self.partner_id.get_formview_action()

    def action_open_answer(self):
        """Open what the customer answered in the call."""
        self.ensure_one()
        return self.env["survey.user_input"]._open_answers([("id", "=", self.answer_id.id)])
