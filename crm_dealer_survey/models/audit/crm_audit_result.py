from odoo import api, fields, models
from odoo.tools import SQL

from .crm_audit import AUDITOR
from .crm_audit_checklist import KINDS


class CrmAuditResult(models.Model):
    """What a dealer's manager sees of audits (S9): released ones, and announced ones.

    It has the audit's id and nothing that tells who made a mystery visit: no auditor, no author,
    no message, no file name. A view over the audits, so there is nothing to keep in step.
    """

    _name = "crm.audit.result"
    _description = "Audit Result"
    _auto = False
    _order = "day desc, id desc"
    _depends = {
        "crm.audit": [
            "active", "name", "dealer_id", "region_id", "company_id", "checklist_id", "kind",
            "auditor_id", "planned_on", "is_announced", "state", "done_on", "released_on", "score",
            "has_score", "missed_must", "is_passed", "summary",
        ],
    }  # fmt: skip

    name = fields.Char(string="Number", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    checklist_id = fields.Many2one(
        "crm.audit.checklist", string="Checklist Version", readonly=True, groups=AUDITOR
    )
    checklist_name = fields.Char(string="Checklist", compute="_compute_checklist_name")
    kind = fields.Selection(KINDS, readonly=True)
    auditor_id = fields.Many2one(
        "res.users", readonly=True, help="Not said of mystery visits."
    )
    state = fields.Selection(
        [("announced", "Announced"), ("released", "Released")], readonly=True
    )
    day = fields.Date(readonly=True, help="Of the visit; of an announced one the planned day.")
    done_on = fields.Date(readonly=True)
    released_on = fields.Date(readonly=True)
    score = fields.Float(string="Score (%)", readonly=True, aggregator="avg")
    missed_must = fields.Boolean(string="Must Missed", readonly=True)
    is_passed = fields.Boolean(string="Passed", readonly=True)
    summary = fields.Text(readonly=True)
    line_ids = fields.One2many("crm.audit.result.line", "result_id", string="Items")
    rectification_count = fields.Integer(
        string="Notices", compute="_compute_rectification_count"
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT a.id, a.name, a.dealer_id, a.region_id, a.company_id, a.checklist_id, a.kind,
                      CASE WHEN a.kind <> 'mystery' THEN a.auditor_id END AS auditor_id,
                      CASE WHEN r.released THEN 'released' ELSE 'announced' END AS state,
                      CASE WHEN r.released THEN a.done_on ELSE a.planned_on END AS day,
                      CASE WHEN r.released THEN a.done_on END AS done_on, a.released_on,
                      CASE WHEN r.released THEN a.score END AS score,
                      r.released AND a.missed_must AS missed_must,
                      r.released AND a.is_passed AS is_passed,
                      CASE WHEN r.released THEN a.summary END AS summary
                 FROM crm_audit a
                CROSS JOIN LATERAL (
                      SELECT a.state = 'done' AND a.released_on IS NOT NULL AS released) r
                WHERE a.active
                  AND (r.released OR a.kind <> 'mystery' AND a.is_announced
                       AND a.state IN ('planned', 'in_progress'))"""
        )

    @api.depends("checklist_id")
    @api.depends_context("lang")
    def _compute_checklist_name(self):
        for result in self.sudo():  # sudo: its name alone
            result.checklist_name = result.checklist_id.display_name

    @api.depends("name")
    def _compute_display_name(self):
        for result in self:
            result.display_name = " · ".join(filter(None, [result.name, result.dealer_id.name]))

    @api.depends_context("uid")
    def _compute_rectification_count(self):
        # The audit has the same id; the reader's own rights count notices.
        audits = self.env["crm.audit"].browse(self.ids)
        counts = {audit.id: audit.rectification_count for audit in audits}
        for result in self:
            result.rectification_count = counts.get(result.id, 0)

    def action_open_rectifications(self):
        """Open the notices about findings of these audits."""
        return self.env["crm.audit"].browse(self.ids).action_open_rectifications()

    def action_open_audit(self):
        """Open the audit itself; for auditors."""
        self.ensure_one()
        audit = self.env["crm.audit"].browse(self.id)
        audit.check_access("read")
        return audit._open_audit()
