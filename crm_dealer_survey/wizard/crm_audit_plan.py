from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.audit.crm_audit import AUDITOR


class CrmAuditPlan(models.TransientModel):
    """Plans audits of many dealers: spread over days and auditors (S9)."""

    _name = "crm.audit.plan"
    _description = "Planning of Audits"
    _rec_name = "checklist_id"

    checklist_id = fields.Many2one(
        "crm.audit.checklist",
        required=True,
        ondelete="cascade",
        default=lambda self: self._default_checklist(),
    )
    kind = fields.Selection(related="checklist_id.kind")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    region_ids = fields.Many2many(
        "crm.dealer.region", string="Regions", help="With those below them. Empty: all."
    )
    auditor_ids = fields.Many2many(
        "res.users",
        "crm_audit_plan_auditor_rel",
        "plan_id",
        "user_id",
        string="Auditors",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref(AUDITOR).id),
        ],
        help="They take turns.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._today_here()
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self.env.company._today_here() + relativedelta(months=1),
    )
    months = fields.Integer(
        string="Months Since the Last One",
        default=6,
        help="Dealers with an audit of the same kind, made or planned, within so many months "
        "before the first day are left out.",
    )
    is_announced = fields.Boolean(string="Announced")
    dealer_ids = fields.Many2many(
        "crm.dealer",
        "crm_audit_plan_dealer_rel",
        "plan_id",
        "dealer_id",
        string="Dealers",
        compute="_compute_dealer_ids",
        store=True,
        readonly=False,
        help="Whose turn it is. Remove those who are not to be audited.",
    )

    _period_check = models.Constraint(
        "CHECK(date_from <= date_to AND months >= 0)",
        "The last day is not before the first one, and months are not below zero.",
    )

    @api.model
    def _default_checklist(self):
        """That of the latest audit on site while it is in use, else the first one on site."""
        checklists = self.env["crm.audit.checklist"]
        last = self.env["crm.audit"].search([("kind", "=", "onsite")], order="id desc", limit=1)
        if last.checklist_id.active:
            return last.checklist_id
        return checklists.search([("kind", "=", "onsite")], limit=1)

    @api.depends("checklist_id", "region_ids", "date_from", "months", "company_id")
    def _compute_dealer_ids(self):
        for plan in self:
            plan.dealer_ids = [Command.set(plan._due_dealers().ids)]

    def _due_dealers(self):
        """Dealers of the regions that had no audit of this kind for so long."""
        if not self.checklist_id or not self.date_from:
            return self.env["crm.dealer"]
        domain = Domain("company_id", "in", [False, self.company_id.id])
        if self.region_ids:
            domain &= Domain("region_id", "child_of", self.region_ids.ids)
        since = self.date_from - relativedelta(months=self.months)
        late = Domain("kind", "=", self.checklist_id.kind) & (
            Domain("state", "in", ("planned", "in_progress"))
            | Domain("state", "=", "done") & Domain("done_on", ">", since)
        )
        had = self.env["crm.audit"].search(late).dealer_id
        return self.env["crm.dealer"].search(domain & Domain("id", "not in", had.ids))

    def _days(self):
        """Working days of the company from the first to the last day; all where there are none."""
        count = (self.date_to - self.date_from).days + 1
        days = [self.date_from + timedelta(number) for number in range(count)]
        calendar = self.company_id.resource_calendar_id
        working = {int(line.dayofweek) for line in calendar.attendance_ids}
        return [day for day in days if day.weekday() in working] or days

    def action_plan(self):
        """Plan an audit of each dealer.

        :raise AccessError: the user is neither auditor nor manager of the manufacturer
        :raise UserError: no dealer is chosen
        """
        self.ensure_one()
        self.env["crm.audit"]._check_audits()
        dealers, days, auditors = self.dealer_ids, self._days(), self.auditor_ids
        if not dealers or not auditors:
            raise UserError(
                self.env._("Choose dealers and auditors. Fewer months let more dealers come up.")
            )
        audits = self.env["crm.audit"].create(
            [
                {
                    "dealer_id": dealer.id,
                    "company_id": dealer.company_id.id or self.company_id.id,
                    "checklist_id": self.checklist_id.id,
                    "auditor_id": auditors[number % len(auditors)].id,
                    "planned_on": days[number * len(days) // len(dealers)],
                    "is_announced": self.is_announced and self.kind != "mystery",
                }
                for number, dealer in enumerate(dealers)
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_dealer_survey.crm_audit_action")
        return {**action, "domain": [("id", "in", audits.ids)], "context": {}}
