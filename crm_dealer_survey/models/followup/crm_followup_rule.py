from datetime import datetime, time

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

EVENTS = [
    ("delivery", "Delivery of a Vehicle"),
    ("first_service", "First Mandatory Service"),
    ("maintenance", "Routine Maintenance"),
    ("warranty", "Warranty Repair"),
    ("body_paint", "Body and Paint"),
    ("repair", "Out-of-Warranty Repair"),
    ("accident", "Accident"),
    ("recall", "Recall"),
]
CALLERS = [("dealer", "Dealer"), ("call_centre", "Call Centre")]
# What a script may name: word in braces, field of a call.
WORDS = {
    "{customer}": "partner_id",
    "{vehicle}": "vehicle_id",
    "{dealer}": "dealer_id",
}


class CrmFollowupRule(models.Model):
    """After which event who calls how many of the customers, and when (S3)."""

    _name = "crm.followup.rule"
    _description = "Rule of Follow-up Calls"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    event = fields.Selection(EVENTS, string="After", required=True, default="maintenance")
    caller = fields.Selection(CALLERS, string="Who Calls", required=True, default="dealer")
    delay = fields.Integer(
        string="Call After", required=True, default=3, help="Counted from the day of the event."
    )
    delay_unit = fields.Selection(
        [("day", "Days"), ("month", "Months")], string="Unit", required=True, default="day"
    )
    share = fields.Float(
        string="Share Called (%)",
        required=True,
        default=100.0,
        digits=(5, 1),
        help="Dealers call every customer, the call centre a sample of 40 to 100 %.",
    )
    seed = fields.Char(
        required=True,
        default="1",
        copy=False,
        help="Decides, with the event, who is drawn: the same seed draws the same customers.",
    )
    start_on = fields.Date(
        string="Events From",
        required=True,
        default=fields.Date.context_today,
        help="Earlier events are not followed up.",
    )
    valid_days = fields.Integer(
        string="Valid for Days",
        required=True,
        default=7,
        help="A call that was not made so many days after it was due lapses.",
    )
    attempts = fields.Integer(
        required=True, default=3, help="Calls without an answer until the customer is given up."
    )
    retry_hours = fields.Float(
        string="Hours Between", required=True, default=4.0, help="Before the next attempt."
    )
    hour_from = fields.Float(
        string="Call From", required=True, default=9.0, help="Local time of the company."
    )
    hour_to = fields.Float(string="Call Until", required=True, default=20.0)
    programme_id = fields.Many2one(
        "crm.satisfaction.programme",
        index="btree_not_null",
        ondelete="restrict",
        help="Its questionnaire is filled in during the call. Empty: none.",
    )
    script = fields.Text(
        translate=True,
        help="What the caller says. {customer}, {vehicle} and {dealer} stand for the names.",
    )
    call_count = fields.Integer(string="Open Calls", compute="_compute_call_count")

    _share_check = models.Constraint(
        "CHECK(CASE caller WHEN 'dealer' THEN share = 100 ELSE share BETWEEN 40 AND 100 END)",
        "Dealers call every customer (100 %), the call centre between 40 and 100 %.",
    )
    _programme_check = models.Constraint(
        "CHECK(caller <> 'dealer' OR programme_id IS NULL)",
        "A dealer does not fill in the questionnaire that judges it. Let the call centre ask it.",
    )
    _numbers_check = models.Constraint(
        "CHECK(delay >= 0 AND valid_days >= 0 AND attempts > 0 AND retry_hours >= 0)",
        "Days and hours are not below zero, and there is one attempt at least.",
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The time for calls begins before it ends, between 0 and 24 o'clock.",
    )

    @api.depends_context("uid")
    def _compute_call_count(self):
        counts = dict(
            self.env["crm.followup.call"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "due")], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.call_count = counts.get(rule._origin, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for rule, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", rule.name)
        return vals_list

    def write(self, vals):
        """Calls that were made keep their meaning: who calls after what is a rule of its own."""
        for name in ("event", "caller"):
            if name in vals:
                self.filtered(lambda rule, name=name: rule[name] != vals[name])._check_unused()
        result = super().write(vals)
        if vals.get("active") is False:
            # sudo: who may end a rule ends its open calls.
            calls = self.env["crm.followup.call"].sudo()
            calls.search([("rule_id", "in", self.ids), ("state", "=", "due")])._withdraw("rule")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """:raise UserError: calls were made by one of the rules"""
        # sudo: calls that the manager may not see count as well.
        calls = self.env["crm.followup.call"].sudo()
        if calls.search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Calls were made by this rule. Archive it: its open calls are withdrawn."
                )
            )

    def action_open_calls(self):
        """Open the calls of the rule."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_followup_call_action"
        )
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}

    # -- Time --------------------------------------------------------------------------------

    def _due_on(self, day):
        """The day on which a call after an event of ``day`` is due."""
        unit = {"day": "days", "month": "months"}[self.delay_unit]
        return day + relativedelta(**{unit: self.delay})

    @api.model
    def _local(self, moment, company):
        zone = pytz.timezone(company._tz_here())
        return pytz.utc.localize(moment).astimezone(zone)

    def _may_call_at(self, moment, company):
        """Whether the rule's hours allow a call at ``moment`` (naive UTC)."""
        local = self._local(moment, company)
        hour = local.hour + local.minute / 60 + local.second / 3600
        return self.hour_from <= hour < self.hour_to

    def _first_hour(self, day, company):
        """When calls may begin on ``day``, in naive UTC."""
        zone = pytz.timezone(company._tz_here())
        minutes = round(self.hour_from * 60)
        moment = datetime.combine(day, time()) + relativedelta(minutes=minutes)
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    def _words(self, call):
        """The script with the names of ``call``."""
        text = self.script or ""
        for word, name in WORDS.items():
            # sudo: names that stand on the call as well.
            text = text.replace(word, call[name].sudo().display_name or "")
        return text
