from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.counting import count_by

KINDS = [("onsite", "On-site Audit"), ("mystery", "Mystery Visit"), ("other", "Other")]
_FROZEN = {"name", "code", "version", "kind", "pass_score", "must_cap", "section_ids", "used_on"}
_USE = object()  # no client can send it: only the beginning of an audit writes ``used_on``


class CrmAuditChecklist(models.Model):
    """A version of a checklist (S9). Once an audit has begun with it, it stays as it is."""

    _name = "crm.audit.checklist"
    _description = "Audit Checklist"
    _inherit = ["mail.thread"]
    _order = "name, version desc"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, tracking=True, help="The same for all versions.")
    version = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    kind = fields.Selection(KINDS, required=True, default="onsite", tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    pass_score = fields.Float(
        string="Pass from (%)",
        default=80.0,
        aggregator=None,
        tracking=True,
        help="An audit is passed with this total or more.",
    )
    must_cap = fields.Float(
        string="Total if a Must Is Missed (%)",
        default=59.0,
        aggregator=None,
        tracking=True,
        help="The total is this at most when a must is a finding.",
    )
    note = fields.Text(string="Instructions", translate=True)
    section_ids = fields.One2many(
        "crm.audit.section", "checklist_id", string="Sections", copy=True
    )
    item_ids = fields.One2many("crm.audit.item", "checklist_id", string="Items", copy=False)
    item_count = fields.Integer(string="Number of Items", compute="_compute_counts")
    audit_count = fields.Integer(string="Audits", compute="_compute_counts")
    used_on = fields.Date(
        string="In Use Since",
        readonly=True,
        copy=False,
        help="The first audit began; since then the version is kept as it is.",
    )

    _version_uniq = models.Constraint(
        "UNIQUE(code, version)", "A checklist has this code already. Make a new version of it."
    )
    _score_check = models.Constraint(
        "CHECK(pass_score BETWEEN 0 AND 100 AND must_cap BETWEEN 0 AND 100)",
        "Scores are from 0 to 100 %.",
    )

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for checklist in self:
            checklist.display_name = f"{checklist.name} · V{checklist.version}"

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("item_ids")
    def _compute_counts(self):
        items = count_by(self.env["crm.audit.item"], "checklist_id", self)
        audits = count_by(self.env["crm.audit"], "checklist_id", self)
        for checklist in self:
            checklist.item_count = items.get(checklist._origin, 0)
            checklist.audit_count = audits.get(checklist._origin, 0)

    # ------------------------------------------------------------ versions

    def copy_data(self, default=None):
        """A copy is the next version of the same checklist, unless it is given another code."""
        default = dict(default or {})
        vals_list = super().copy_data(default)
        latest = {}
        for vals in vals_list:
            code = vals["code"]
            if code not in latest:
                # sudo: versions that are archived count as well, whoever may see them.
                every = self.sudo().with_context(active_test=False)
                latest[code] = max(every.search([("code", "=", code)]).mapped("version"), default=0)
            latest[code] += 1
            vals.update(version=latest[code], active=True)
        return vals_list

    def action_new_version(self):
        """Copy the checklist to its next version and open that."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.copy().id,
            "views": [(False, "form")],
        }

    def action_open_audits(self):
        """Open the audits by this version."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_dealer_survey.crm_audit_action")
        return {**action, "domain": [("checklist_id", "in", self.ids)], "context": {}}

    # ------------------------------------------------------------ frozen once used

    @api.model_create_multi
    def create(self, vals_list):
        # Nobody says that it is used but an audit.
        return super().create([{**vals, "used_on": False} for vals in vals_list])

    def write(self, vals):
        if _FROZEN & vals.keys() and self.env.context.get("crm_audit_use") is not _USE:
            if "used_on" in vals:
                raise UserError(self.env._("A checklist is in use once an audit begins."))
            self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editable()

    def _check_editable(self):
        """:raise UserError: an audit has begun with it; superusers too"""
        for checklist in self.sudo():  # sudo: whether it is used, whoever asks
            if checklist.used_on:
                raise UserError(
                    self.env._(
                        "“%s” is in use: audits by it have to stay comparable. Make a new version "
                        "and change that.",
                        checklist.display_name,
                    )
                )

    def _use(self, day):
        """An audit begins: from now on nothing of it changes."""
        new = self.sudo().filtered(lambda checklist: not checklist.used_on)
        new.with_context(crm_audit_use=_USE).used_on = day
