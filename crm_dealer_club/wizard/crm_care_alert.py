from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.dialog import show


class CrmCareAlert(models.TransientModel):
    """A warning that a manager sends at once, by region: storm, flood, frost (M5)."""

    _name = "crm.care.alert"
    _description = "Send an Alert"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("rule_id",)

    rule_id = fields.Many2one(
        "crm.care.rule",
        string="Alert",
        required=True,
        ondelete="cascade",
        context={"active_test": False},
        domain=[("trigger", "=", "alert")],
        default=lambda self: self._default_rule(),
    )
    date = fields.Date(
        string="Day of the Event",
        required=True,
        default=lambda self: self.env["crm.care.rule"]._today(),
    )
    region_ids = fields.Many2many(
        "crm.dealer.region", string="Regions", compute="_compute_audience", store=True,
        readonly=False,
    )  # fmt: skip
    dealer_ids = fields.Many2many(
        "crm.dealer", string="Dealers", compute="_compute_audience", store=True, readonly=False
    )
    to_send = fields.Integer(string="People Who Get It", readonly=True)
    left_out = fields.Integer(readonly=True)
    is_counted = fields.Boolean(readonly=True)

    @api.model
    def _default_rule(self):
        rules = self.env["crm.care.rule"].with_context(active_test=False)
        return rules.search([("trigger", "=", "alert")]).filtered(
            lambda rule: rule.has_access("write")
        )[:1]

    @api.depends("rule_id")
    def _compute_audience(self):
        for alert in self:
            alert.region_ids = alert.rule_id.region_ids
            alert.dealer_ids = alert.rule_id.dealer_ids

    def write(self, vals):
        """Another audience is to be counted anew before it is confirmed."""
        if {"rule_id", "date", "region_ids", "dealer_ids"} & vals.keys():
            vals = {**vals, "is_counted": False}
        return super().write(vals)

    def _rule_values(self):
        return {
            "alert_date": self.date,
            # Also of a coming day people are told now.
            "lead_days": max((self.date - self.rule_id._today()).days, 0),
            "region_ids": [fields.Command.set(self.region_ids.ids)],
            "dealer_ids": [fields.Command.set(self.dealer_ids.ids)],
        }

    def _check_may_alert(self):
        self.ensure_one()
        self.rule_id.check_access("write")
        if self.date < self.rule_id._today():
            raise UserError(self.env._("The day is over. Choose today, or a day to come."))

    def action_count(self):
        """Tell how many would get it; nothing is kept of the try."""
        self._check_may_alert()
        with self.env.cr.savepoint() as savepoint:
            self.rule_id.write(self._rule_values())
            # sudo: a number is told of whoever the rule is for, no names.
            to_send, left_out = self.rule_id.sudo()._count_people(self.rule_id._today())
            savepoint.rollback()
        self.write({"to_send": to_send, "left_out": left_out, "is_counted": True})
        return show(self, self.env._("Send an Alert"))

    def action_send(self):
        """Send it to those who were counted; quiet hours hold."""
        self._check_may_alert()
        if not self.is_counted:
            raise UserError(self.env._("Count first how many people get it."))
        rule = self.rule_id
        rule.write({**self._rule_values(), "active": True})
        # sudo: who may write the rule may have it done what it says.
        rule.sudo()._find(rule._today())
        self.env.ref("crm_dealer_club.ir_cron_care").sudo()._trigger()
        return rule.action_open_reminders()
