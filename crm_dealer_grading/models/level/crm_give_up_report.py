from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.dialog import ask
from ..grading.crm_grading_metric_sql import GradingContext

_MANAGERS = (
    "crm_dealer_grading.group_dealer_manager",
    "crm_dealer_grading.group_oem_manager",
)
STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("given_up", "Given Up"),
    ("resumed", "Resumed"),
]
# What may follow what.
_FOLLOWING = {
    "draft": {"submitted"},
    "submitted": {"approved", "refused"},
    "refused": {"draft"},
    "approved": {"given_up"},
    "given_up": {"resumed"},
    "resumed": set(),
}
# In the context of a write that a step of the report makes; no caller from outside can forge it.
_STEP = object()
# Written by the author while the report is a draft.
_FINDINGS = {
    "partner_id", "low_value_reason", "resources_used", "attempts", "value_assessment",
    "recommendation",
}  # fmt: skip


class CrmGiveUpReport(models.Model):
    """The assessment that is filed and approved before a low-value customer is given up (G13)."""

    _name = "crm.give.up.report"
    _description = "Give-Up Report"
    _inherit = ["crm.dealer.scope", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="set null")
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        group_expand=True,  # columns in the order of the steps, the empty ones too
    )
    low_value_reason = fields.Text(string="Why of Low Value")
    resources_used = fields.Text(string="Resources Consumed")
    attempts = fields.Text(string="Attempts Made")
    value_assessment = fields.Text()
    recommendation = fields.Selection(
        [("give_up", "Give up"), ("less", "Keep with less service"), ("develop", "Develop")],
        default="give_up",
        required=True,
    )
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    filed_on = fields.Date(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    decided_on = fields.Date(readonly=True, copy=False)
    refusal_reason = fields.Text(readonly=True, copy=False)
    currency_id = fields.Many2one("res.currency", readonly=True, copy=False, ondelete="restrict")
    revenue_12m = fields.Monetary(string="Revenue, 12 Months", readonly=True, copy=False)
    orders_12m = fields.Integer(string="Orders, 12 Months", readonly=True, copy=False)
    visits_12m = fields.Integer(string="Visits, 12 Months", readonly=True, copy=False)
    last_contact_on = fields.Date(string="Last Contact", readonly=True, copy=False)
    level_names = fields.Char(
        string="Levels When Filed", readonly=True, copy=False, help="Levels on the day of filing."
    )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._whole_vals(vals) for vals in vals_list]
        reports = super().create(vals_list)
        # Asked of the record, so that a default from the context is seen as well.
        if any(report.state != "draft" or report.filed_by_id for report in reports):
            raise AccessError(self._state_refusal())
        reports._check_own_customers()
        return reports

    @api.model
    def _whole_vals(self, vals):
        """Values with what is not the caller's to say."""
        given = {name: value for name, value in vals.items() if name in self._fields}
        partner = self.env["res.partner"].browse(given.get("partner_id")).commercial_partner_id
        unasked = {
            name: False
            for name in self._own_fields() - {"state", "currency_id"}
        }
        return {
            **given,
            **unasked,
            "partner_id": partner.id,
            "dealer_id": partner.sudo().dealer_id.id,  # the rule on the report asks for it
        }

    @api.model
    def _own_fields(self):
        """Fields that only the change of state writes."""
        return {
            "state", "dealer_id", "filed_by_id", "filed_on", "decided_by_id", "decided_on",
            "refusal_reason", "currency_id", "revenue_12m", "orders_12m", "visits_12m",
            "last_contact_on", "level_names",
        }  # fmt: skip

    def write(self, vals):
        """Findings are the author's until filing; state and figures change by the buttons."""
        if self.env.context.get("give_up_report_step") is _STEP:
            return super().write(vals)
        if self._own_fields() & vals.keys():
            raise AccessError(self._state_refusal())
        if _FINDINGS & vals.keys() and any(report.state != "draft" for report in self):
            raise UserError(
                self.env._("A filed report is not changed. Have it refused, then revise it.")
            )
        if "partner_id" in vals:
            partner = self.env["res.partner"].browse(vals["partner_id"]).commercial_partner_id
            vals = {**vals, "partner_id": partner.id}
            self._store({"dealer_id": partner.sudo().dealer_id.id})
        result = super().write(vals)
        self._check_own_customers()
        return result

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked the rights."""
        return self.with_context(give_up_report_step=_STEP).write(vals)

    @api.model
    def _state_refusal(self):
        return self.env._(
            "The state and the figures of a report change with its buttons only: file, approve, "
            "refuse, give up."
        )

    def _check_own_customers(self):
        if self._acts_for_dealers() and self.sudo().dealer_id - self.env.user._own_dealers():
            raise AccessError(
                self.env._(
                    "Only a customer's own dealer reports on giving the customer up. "
                    "Ask that dealer, or the manufacturer's manager."
                )
            )

    # ---------------------------------------------------------------- states

    def _change_state(self, state, **vals):
        """Change the state after checking who asks and what it follows; ``vals`` go with it.

        :raise AccessError: the user may not
        :raise UserError: the report is not at a state that this may follow
        """
        self.check_access("read" if self.env.su else "write")
        self._check_own_customers()
        if state not in ("submitted", "draft"):
            self._check_manager()
        # Two who decide at once: the second is told that the record is in use, and tries again.
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for report in self:
            if state not in _FOLLOWING[report.state]:
                raise UserError(
                    self.env._(
                        "The report on %(customer)s is “%(state)s”. Open it to see what can be "
                        "done next.",
                        customer=report.partner_id.display_name,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            report.state
                        ],
                    )
                )
        return self._store({**vals, "state": state})

    def _check_manager(self):
        if not self.env.su and not any(map(self.env.user.has_group, _MANAGERS)):
            raise AccessError(
                self.env._("A dealer's manager decides on reports. Ask yours to do so.")
            )

    def _check_decider(self):
        """Who filed a report does not decide on it."""
        if self.env.user in self.sudo().filed_by_id:
            raise AccessError(
                self.env._("You filed this report: another manager has to decide on it.")
            )

    def action_submit(self):
        """File the report; the figures of the day are frozen in it."""
        for report in self:
            if not all(report[name] for name in _FINDINGS):
                raise ValidationError(
                    self.env._(
                        "Fill in why the customer is of low value, the resources, the attempts "
                        "and the assessment before you file."
                    )
                )
            report._change_state(
                "submitted",
                filed_by_id=self.env.uid,
                filed_on=self.env.company._today_here(),
                decided_by_id=False,
                decided_on=False,
                refusal_reason=False,
                **report._figures(),
            )

    def action_approve(self):
        """Approve: what the report recommends may be done now."""
        self._check_decider()
        today = self.env.company._today_here()
        self._change_state("approved", decided_by_id=self.env.uid, decided_on=today)

    def action_refuse(self, reason=None):
        """Refuse with a reason; without one the wizard asks for it."""
        if not (reason or "").strip():
            return ask("crm.give.up.refuse", self.env._("Refuse the Report"), report_ids=self.ids)
        self._check_decider()
        today = self.env.company._today_here()
        self._change_state(
            "refused", decided_by_id=self.env.uid, decided_on=today, refusal_reason=reason
        )
        return True

    def action_revise(self):
        """Take a refused report up again."""
        self._change_state("draft", filed_by_id=False, filed_on=False)

    def action_give_up(self):
        """Give the customers of approved reports up: no contact is planned any more.

        :raise UserError: a report, or one approved later, recommends something else
        """
        last = self.partner_id._last_approved_reports().sudo(self.env.su)
        for report in (self | last).filtered(lambda report: report.recommendation != "give_up"):
            names = dict(self._fields["recommendation"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The report on %(customer)s recommends “%(recommendation)s”. To give the "
                    "customer up, file another one that recommends it and have it approved.",
                    customer=report.partner_id.display_name,
                    recommendation=names[report.recommendation],
                )
            )
        self._change_state("given_up")
        self.partner_id._store_given_up(self.env.company._today_here())

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        if any(report.state != "draft" for report in self):
            raise UserError(self.env._("Only drafts are deleted; filed reports are kept."))

    # ---------------------------------------------------------------- figures

    def _figures(self):
        """Figures of the customer today, as values."""
        self.ensure_one()
        partner = self.partner_id
        here = self.with_context(tz=self.env.company._tz_here())
        numbers = self._metric_figures()
        # sudo: the figures count all records of the customer, as its level does.
        contacts = self.env["crm.contact.log"].sudo()
        reached = [("commercial_partner_id", "=", partner.id), ("missed", "=", False)]
        last = contacts.search(reached, limit=1)
        levels = partner.sudo().grading_result_ids.sorted(lambda r: r.scheme_id.sequence)
        return {
            **numbers,
            "currency_id": self.env.company.currency_id.id,
            "last_contact_on": last and fields.Datetime.context_timestamp(here, last.date).date(),
            "level_names": ", ".join(
                f"{result.scheme_id.name}: {result.level_id.name}" for result in levels
            ),
        }

    def _metric_figures(self):
        """Revenue, orders and visits from the metrics of these codes, each zero if it is gone."""
        codes = ("revenue_12m", "orders_12m", "visits_12m")
        metrics = self.env["crm.grading.metric"].sudo()
        metrics = metrics.with_context(active_test=False).search([("code", "in", codes)])
        context = GradingContext(
            today=self.env.company._today_here(),
            tz=self.env.company._tz_here(),
            currency=self.env.company.currency_id,
            company=self.env["res.company"],
            partner_ids=tuple(self.partner_id.ids),
        )
        rows = metrics._figures_by_customer(context)
        row = rows.get(self.partner_id.id, {})
        return {code: row.get(code) or 0 for code in codes}
