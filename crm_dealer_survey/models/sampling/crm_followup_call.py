from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.sampling_rest import RESTING
from ..followup.crm_followup_rule import EVENTS


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
        rule = self.with_context(active_test=False).search(domain, limit=1)
        return rule or self._new_of_samples(programme)

    @api.model
    def _new_of_samples(self, programme):
        """Named in each language, though the job that makes it speaks one."""
        rule = self.create(
            {
                "name": f"Sample {programme.code}",
                "event": "sample",
                "caller": "call_centre",
                "programme_id": programme.id,
                "delay": 0,
            }
        )
        for code, _name in self.env["res.lang"].get_installed():
            speaking = rule.with_context(lang=code)
            speaking.name = speaking.env._("Sample %s", programme.code)
        return rule


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

    def _version_to_ask(self):
        """Nothing, after a visit or a delivery, of whoever rests: the call is made all the same."""
        version = super()._version_to_ask()
        # sudo: what kind of call it is, and whether the customer rests, not by what sample.
        call = self.sudo()
        if call.sample_line_ids or call.rule_id.event not in dict(EVENTS):
            return version
        return version.browse() if version and call._asked_lately(version.programme_id) else version

    def _asked_lately(self, programme):
        """Whether the customer was asked, or drawn, within the days of rest of ``programme``."""
        for name in ("crm.satisfaction.sample.line", "survey.user_input"):
            self.env[name].flush_model()
        now = fields.Datetime.now()
        resting = SQL(
            RESTING,
            sample=0,
            known=SQL("TRUE"),
            cooling=programme.cooling_days,
            day=(self.company_id or self.env.company)._today_here(),
            since=fields.Datetime.subtract(now, days=programme.cooling_days),
            now=now,
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT FROM (%s) asked (customer) WHERE customer = %s LIMIT 1",
                resting,
                self.commercial_partner_id.id,
            )
        )
        return bool(rows)

    def _keep_answer(self, said=None, started=None, version=None):
        """The customer's link is there already; the agent fills it in."""
        line = self.sample_line_ids
        if not line:
            return super()._keep_answer(said, started, version)
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
