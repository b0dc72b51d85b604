"""What a dealer has to put right: from complaints, on the page *Today*, as figures (S4)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .crm_rectification import WITH_DEALER


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    today_rectification_count = fields.Integer("To Put Right", compute="_compute_today")
    today_rectification_mine = fields.Integer("Mine, to Put Right", compute="_compute_today")

    @api.model
    def _today_figures(self):
        return {
            **super()._today_figures(),
            "rectification": (
                "crm.rectification",
                Domain("state", "in", WITH_DEALER),
                "responsible_id",
                "crm_dealer_survey.crm_rectification_action",
            ),
        }

    # ------------------------------------------------------------ complaints

    def _notice_wanted(self, values):
        """A complaint that came back makes a notice, where a rule says so."""
        result = super()._notice_wanted(values)
        # sudo: the rule decides, whoever closed the complaint.
        rule = self.env["crm.rectification.rule"].sudo()._first_about("complaint")
        again = values.get("repeat") or values.get("reopen_count")
        notices = self.env["crm.rectification"]
        # sudo: one notice for each complaint, whoever may see it.
        there = notices.sudo()._about_source(values["source_ref"])
        if rule and again and values.get("at_dealer") and self and not there:
            vals = {**self._complaint_vals(values), **notices._rule_vals(rule)}
            made = notices._make([{**vals, "origin_key": values["source_ref"]}])
            notices._issue_by_rule(made, [rule] * len(made))
        return result

    def _complaint_vals(self, values):
        self.ensure_one()
        env = self.env["crm.rectification"]._worded_for(self).env
        lines = [
            values.get("problem"),
            values.get("cause") and env._("Cause: %s", values["cause"]),
            values.get("solution") and env._("Solution: %s", values["solution"]),
            values.get("repeat") and env._("The same cause was complained of before."),
            values.get("reopen_count")
            and env._("The complaint was reopened %s times.", values["reopen_count"]),
        ]
        return {
            "origin": "complaint",
            "source_ref": values["source_ref"],
            "source_name": values.get("source_name"),
            "subject": values.get("cause") or values.get("source_name"),
            "problem": "\n".join(filter(None, lines)) or values.get("source_name"),
            "dealer_id": self.id,
            "company_id": values.get("company_id"),
            "responsible_id": values.get("user_id"),
            "partner_id": values.get("partner_id"),
            "vehicle_id": values.get("vehicle_id"),
            "visit_id": values.get("visit_id"),
        }

    @api.model
    def _can_give_notice(self):
        return super()._can_give_notice() or self.env["crm.rectification"]._may_issue()

    def _give_notice(self, values):
        """Open the notice about a complaint; a draft is written where there is none.

        :raise AccessError: the user is no auditor or manager of the manufacturer
        :raise UserError: it is about no dealer
        """
        notices = self.env["crm.rectification"]
        if not notices._may_issue():
            raise AccessError(notices._not_yours())
        if not self:
            raise UserError(self.env._("Choose the dealer that it is about first."))
        notices._hold_source(values["source_ref"])
        notice = notices._about_source(values["source_ref"])
        notice = notice or notices._make([self._complaint_vals(values)])
        return notice._get_records_action(context={})
