from datetime import timedelta

from odoo import api, fields, models


class CrmFollowupRule(models.Model):
    """Calls to customers who were drawn hang on a rule of their programme (S2, S3)."""

    _inherit = "crm.followup.rule"

    event = fields.Selection(
        selection_add=[("sample", "Drawn in a Sample")], ondelete={"sample": "cascade"}
    )

    @api.model
    def _of_samples(self, programme):
        """The rule for calls of the programme's samples, made at the first one."""
        domain = [("event", "=", "sample"), ("programme_id", "=", programme.id)]
        return self.with_context(active_test=False).search(domain, limit=1) or self.create(
            {
                "name": self.env._("Sample %s", programme.code),
                "event": "sample",
                "caller": "call_centre",
                "programme_id": programme.id,
                "delay": 0,
            }
        )


class CrmFollowupReport(models.Model):
    _inherit = "crm.followup.report"

    event = fields.Selection(selection_add=[("sample", "Drawn in a Sample")])


class CrmFollowupCall(models.Model):
    """Agents ask by phone whom a sample gives them (S2)."""

    _inherit = "crm.followup.call"

    sample_line_ids = fields.One2many(
        "crm.satisfaction.sample.line",
        "call_id",
        groups="crm_dealer_grading.group_oem_auditor",
    )

    @api.model
    def _call_for_sample(self, line):
        """A call to the customer of ``line``, due now and valid as long as the link."""
        rule = self.env["crm.followup.rule"]._of_samples(line.programme_id)
        today = line.company_id._today_here()
        return self.create(
            {
                "rule_id": rule.id,
                "caller": rule.caller,
                "event_key": f"sample:{line.id}",
                "visit_id": line.visit_id.id,
                "lead_id": line.lead_id.id,
                "vehicle_id": line.vehicle_id.id,
                "partner_id": line.partner_id.id,
                "dealer_id": line.dealer_id.id,
                "company_id": line.company_id.id,
                "event_date": line._event_day() or today,
                "date_due": today,
                "date_next": fields.Datetime.now(),
                "lapses_on": today + timedelta(line.programme_id.deadline_days),
            }
        )

    def _log_attempt(self, result, note):
        """Dealers read the log: of an open call they must not learn whom they might coach."""
        if self.sample_line_ids and result in ("no_answer", "later"):
            return self.env["crm.contact.log"]
        return super()._log_attempt(result, note)

    def _asked_version(self):
        """Of a sample the questionnaire of the draw."""
        # sudo: who makes the call sees what to ask, not the sample.
        return self.sudo().sample_line_ids.sample_id.version_id or super()._asked_version()

    def _keep_answer(self, said, started):
        """The customer's link is there already; the agent fills it in."""
        line = self.sample_line_ids
        if not line:
            return super()._keep_answer(said, started)
        if said and line.answer_id._satisfaction_link_state() == "open":
            line.answer_id.start_datetime = started or fields.Datetime.now()
            line.answer_id._submit_satisfaction(said)
        if line.state == "answered":
            self.answer_id = line.answer_id
        return None

    def _after_followup(self, call):
        result = super()._after_followup(call)
        line = call.sample_line_ids
        if line and call.state == "unreachable":
            line._lose("failed", "unreachable")
        elif line and call.state == "done" and line.state == "sent":
            refused = call.last_result == "refused"
            line._lose("refused", "contact" if refused else "silent")
        return result


class CrmSatisfactionSampleLine(models.Model):
    _inherit = "crm.satisfaction.sample.line"

    def _event_day(self):
        """The day of the visit or the delivery, at the company; None of other events."""
        moment = self.visit_id.date_delivered or self.visit_id.date
        if moment:
            here = self.with_context(tz=self.company_id._tz_here())
            return fields.Datetime.context_timestamp(here, moment).date()
        return self.lead_id.delivered_on or self.vehicle_id.purchase_date or None
