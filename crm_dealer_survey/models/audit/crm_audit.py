from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_compare

from ...tools.audit_score import total

AUDITOR = "crm_dealer_grading.group_oem_auditor"
STATES = [
    ("planned", "Planned"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class CrmAudit(models.Model):
    """An audit of a dealer by a checklist, open or as a mystery visit 神秘客户 (S9).

    No dealer reads this model: what is released, or announced, is in ``crm.audit.result``. So
    neither chatter nor photo tells a dealer of a mystery visit, or who made it.
    """

    _name = "crm.audit"
    _description = "Audit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "planned_on desc, id desc"
    _rec_names_search = ["name", "dealer_id.name"]

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    active = fields.Boolean(default=True, tracking=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, index=True, ondelete="restrict", tracking=True
    )
    region_id = fields.Many2one(related="dealer_id.region_id", store=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    checklist_id = fields.Many2one(
        "crm.audit.checklist", required=True, index=True, ondelete="restrict", tracking=True
    )
    kind = fields.Selection(related="checklist_id.kind", store=True)
    auditor_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref(AUDITOR).id),
        ],
        help="Who makes the audit. Of a mystery visit the dealer never learns who it was.",
    )
    planned_on = fields.Date(
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.company._today_here(),
    )
    is_announced = fields.Boolean(
        string="Announced",
        tracking=True,
        help="The dealer's manager sees that the audit is planned. Not for mystery visits.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="planned", tracking=True, group_expand=True
    )
    started_on = fields.Date(readonly=True, copy=False)
    done_on = fields.Date(readonly=True, copy=False, index="btree_not_null", tracking=True)
    released_on = fields.Date(
        readonly=True, copy=False, tracking=True, help="Since then the dealer's manager reads it."
    )
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    summary = fields.Text(help="For the dealer, once it is released.")
    note = fields.Text(string="Internal Note", help="The dealer never reads it.")
    answer_ids = fields.One2many("crm.audit.answer", "audit_id", string="Answers", copy=False)
    score_ids = fields.One2many("crm.audit.score", "audit_id", string="Sections", copy=False)
    answer_count = fields.Integer(string="Items", compute="_compute_progress")
    answered_count = fields.Integer(string="Items Scored", compute="_compute_progress")
    finding_count = fields.Integer(string="Findings", compute="_compute_progress")
    progress = fields.Float(string="Progress (%)", compute="_compute_progress")
    score = fields.Float(
        string="Score (%)",
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="Weighted mean of the sections; what does not apply counts nowhere.",
    )
    has_score = fields.Boolean(compute="_compute_score", store=True)
    missed_must = fields.Boolean(
        string="Must Missed", compute="_compute_score", store=True, help="Knock-out."
    )
    is_passed = fields.Boolean(string="Passed", compute="_compute_score", store=True)

    @api.depends("name", "dealer_id.name")
    def _compute_display_name(self):
        for audit in self:
            audit.display_name = " · ".join(filter(None, [audit.name, audit.dealer_id.name]))

    @api.depends("dealer_id")
    def _compute_company_id(self):
        for audit in self:
            audit.company_id = audit.dealer_id.company_id or audit.company_id or self.env.company

    @api.depends("answer_ids.state", "answer_ids.is_finding")
    def _compute_progress(self):
        groups = self.env["crm.audit.answer"]._read_group(
            [("audit_id", "in", self.ids)], ["audit_id", "state", "is_finding"], ["__count"]
        )
        rows = {}
        for audit, state, finding, count in groups:
            rows.setdefault(audit.id, []).append((state, finding, count))
        for audit in self:
            counts = rows.get(audit._origin.id, [])
            audit.answer_count = sum(count for _state, _finding, count in counts)
            audit.answered_count = sum(count for state, _f, count in counts if state != "open")
            audit.finding_count = sum(count for _state, finding, count in counts if finding)
            share = audit.answered_count / audit.answer_count if audit.answer_count else 0.0
            audit.progress = 100.0 * share

    @api.depends("score_ids.score", "score_ids.has_score", "answer_ids.is_finding")
    def _compute_score(self):
        """Fixed once done: neither answers nor the checklist change any more."""
        for audit in self:
            checklist = audit.checklist_id
            missed = audit.answer_ids.filtered(lambda a: a.is_finding and a.item_id.is_must)
            figure = total(
                [(s.section_id.weight, s.score if s.has_score else None) for s in audit.score_ids],
                bool(missed),
                checklist.must_cap,
            )
            audit.missed_must = bool(missed)
            audit.has_score = figure is not None
            audit.score = figure or 0.0
            enough = float_compare(audit.score, checklist.pass_score, precision_digits=6) >= 0
            audit.is_passed = audit.has_score and enough and not missed

    def _read_group_select(self, aggregate_spec, query):
        """What has no score yet is no zero in an average: it counts nowhere."""
        if aggregate_spec == "score:avg":
            return SQL(
                "AVG(%s) FILTER (WHERE %s)",
                self._field_to_sql(self._table, "score", query),
                self._field_to_sql(self._table, "has_score", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.constrains("is_announced", "checklist_id")
    def _check_announced(self):
        if any(audit.is_announced and audit.kind == "mystery" for audit in self):
            raise ValidationError(
                self.env._("A mystery visit is not announced to the dealer. Untick “Announced”.")
            )

    @api.constrains("auditor_id")
    def _check_auditor(self):
        for user in self.sudo().auditor_id:  # sudo: roles of others
            if not self._audits(user):
                raise ValidationError(
                    self.env._(
                        "%s is no auditor of the manufacturer, or works at a dealer as well. "
                        "Choose somebody else.",
                        user.name,
                    )
                )

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for audit in self.sudo():  # sudo: whose dealer it is decides
            audit.dealer_id._check_in_company(audit.company_id)

    @api.onchange("checklist_id")
    def _onchange_checklist_id(self):
        if self.checklist_id.kind == "mystery":
            self.is_announced = False
