"""A rule of retention that is on, and the job."""

from dateutil.relativedelta import relativedelta

from odoo import fields

from .common import DealerCommon


class RetentionRun:
    def _switch_on(self, rule):
        rule.action_preview()
        rule.action_switch_on()
        return rule

    def _apply(self, rule):
        """What the job does, in more than one batch where there is enough."""
        last = 0
        while last := rule._apply_batch(2, last):
            self.env.flush_all()
        self.env.invalidate_all()


class RetentionCase(RetentionRun, DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["crm.retention.rule"]
        cls.rules.search([]).sudo().write({"is_on": False})
        cls.rule = cls.env.ref("crm_dealer_grading.retention_rule_contact_log")
        cls.rule.write({"months": 30, "action": "clear"})
        old = fields.Datetime.now() - relativedelta(months=40)
        logs = cls.env["crm.contact.log"]
        cls.old, cls.new = logs.create(
            [
                {"partner_id": cls.customer_a.id, "summary": "Said so", "feedback": "Much",
                 "date": date}
                for date in (old, fields.Datetime.now())
            ]
        )  # fmt: skip
