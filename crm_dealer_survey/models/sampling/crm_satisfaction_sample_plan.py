import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.batches import one_by_one
from odoo.addons.crm_dealer_grading.tools.touch import touch


class CrmSatisfactionSamplePlan(models.Model):
    """A sample each month, exactly once, by the same rules (S2)."""

    _name = "crm.satisfaction.sample.plan"
    _description = "Plan of Monthly Samples"
    _inherit = ["crm.satisfaction.sampling", "mail.thread"]
    _order = "programme_id"
    _rec_name = "programme_id"

    active = fields.Boolean(default=True, tracking=True)
    lag_months = fields.Integer(
        string="Months Back",
        required=True,
        default=1,
        help="1: the events of the month before. New vehicles are asked about after 3 months, "
        "dependable ones after 36.",
    )
    start_on = fields.Date(
        string="From the Draw Of",
        required=True,
        default=lambda self: self.env.company._today_here().replace(day=1),
        help="The month of the first draw.",
    )
    send = fields.Boolean(
        string="Ask at Once", help="Otherwise somebody looks at the draw and sends it."
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        groups="crm_dealer_grading.group_oem_auditor",
        help="With the month it is the seed of each sample.",
    )
    sample_ids = fields.One2many("crm.satisfaction.sample", "plan_id", string="Samples")
    sample_count = fields.Integer(string="Number of Samples", compute="_compute_sample_count")

    _plan_uniq = models.UniqueIndex(
        "(programme_id, company_id) WHERE active", "The programme has a plan already. Change that."
    )
    _lag_check = models.Constraint(
        "CHECK(lag_months > 0)", "A month is drawn when it is over: one month back at least."
    )

    @api.depends("sample_ids")
    def _compute_sample_count(self):
        counts = dict(
            self.env["crm.satisfaction.sample"]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.sample_count = counts.get(plan._origin, 0)

    def _due_months(self):
        """First days of the months whose events are still to be drawn from, the oldest first."""
        self.ensure_one()
        lag = relativedelta(months=self.lag_months)
        month = self.start_on.replace(day=1) - lag
        last = self.company_id._today_here().replace(day=1) - lag
        # Those of a plan before this one count as well: a month is drawn once for a programme.
        samples = self.env["crm.satisfaction.sample"].search(
            [
                ("programme_id", "=", self.programme_id.id),
                ("company_id", "=", self.company_id.id),
                ("plan_id", "!=", False),
            ]
        )
        made = set(samples.mapped("date_from"))
        due = []
        while month <= last:
            if month not in made:
                due.append(month)
            month += relativedelta(months=1)
        return due

    @api.model
    def _due(self):
        """``(plan, month)`` of all that is to be drawn; of programmes in use."""
        plans = self.search([("programme_id.active", "=", True)])
        return [(plan, month) for plan in plans for month in plan._due_months()]

    def _make_sample(self, month):
        """The sample of a month, drawn, and in the field where the plan says so.

        A month for which the programme has no questionnaire stays a draft.
        """
        values = self.with_context(active_test=False).copy_data()[0]
        values = {name: values[name] for name in self._sampling_fields() if name in values}
        sample = self.env["crm.satisfaction.sample"].create(
            {
                **values,
                "plan_id": self.id,
                "date_from": month,
                "date_to": month + relativedelta(months=1),
                "seed": f"{self.seed}:{month}",
            }
        )
        if self.programme_id.current_version_id:
            sample.action_draw()
            if self.send:
                sample.action_send()
        return sample

    @api.model
    def _cron_draw(self):
        """Draw what is due: a month of a plan at a time, committed; unique in the database."""
        for plan, month in one_by_one(self.env, self._due()):
            again(self.env, lambda plan=plan, month=month: plan._make_once(month), "Samples")

    def _make_once(self, month):
        """The sample of ``month``, unless another run has made it meanwhile."""
        self.flush_recordset()
        touch(self)
        self.invalidate_recordset(["sample_ids"])
        return self._make_sample(month) if month in self._due_months() else None

    def action_open_samples(self):
        """Open the samples that the plan made."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_sample_action"
        )
        return {**action, "domain": [("plan_id", "in", self.ids)], "context": {}}
