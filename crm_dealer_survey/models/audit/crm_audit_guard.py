"""Who may write what of an audit; what steps note is written by steps alone (S9)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .crm_audit import AUDITOR

# No client can send this object: only the steps write what they own.
STEP = object()
DEALER_USER = "crm_dealer_grading.group_dealer_user"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"
_STEP_FIELDS = {
    "name", "state", "started_on", "done_on", "released_on", "released_by_id", "answer_ids",
    "score_ids", "score", "has_score", "missed_must", "is_passed",
}  # fmt: skip
_PLAN_FIELDS = {
    "dealer_id", "company_id", "checklist_id", "auditor_id", "planned_on", "is_announced"
}  # fmt: skip
_TEXT_FIELDS = {"summary", "note"}


class CrmAudit(models.Model):
    _inherit = "crm.audit"

    @api.model
    def _audits(self, user):
        """Auditors and managers of the manufacturer; who works at a dealer does not."""
        return user.has_group(AUDITOR) and not user.has_group(DEALER_USER)

    @api.model
    def _check_audits(self):
        """:raise AccessError: the user is neither auditor nor manager of the manufacturer"""
        if not self._audits(self.env.user):
            raise AccessError(
                self.env._("Auditors and managers of the manufacturer plan and make audits.")
            )

    @api.model
    def _manages(self):
        return self._audits(self.env.user) and self.env.user.has_group(OEM_MANAGER)

    def _is_mine(self):
        """Whether the user makes the audit, or is the manufacturer's manager."""
        own = self.sudo().auditor_id == self.env.user and self._audits(self.env.user)
        return own or self._manages()

    def _check_mine(self):
        for audit in self:
            if not audit._is_mine():
                raise AccessError(
                    self.env._(
                        "Only %s, who makes this audit, and the manufacturer's manager do that. "
                        "Hand the audit over while it is planned.",
                        audit.sudo().auditor_id.name,
                    )
                )

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_audit_step=STEP).write(vals)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_audit_step") is STEP

    @api.model_create_multi
    def create(self, vals_list):
        self._check_audits()
        plain = [{k: v for k, v in vals.items() if k not in _STEP_FIELDS} for vals in vals_list]
        given = {"state": "planned", "started_on": False, "done_on": False, "released_on": False,
                 "released_by_id": False, "answer_ids": [], "score_ids": []}  # fmt: skip
        audits = super().create([{**vals, **given, "name": "/"} for vals in plain])
        for audit in audits:
            sequence = self.env["ir.sequence"].sudo().with_company(audit.company_id)
            audit._store({"name": sequence.next_by_code("crm.audit")})
        audits._plan_todo()
        return audits

    def write(self, vals):
        if not self._by_step():
            self._check_may_write(vals.keys())
        result = super().write(vals)
        if {"planned_on", "auditor_id"} & vals.keys():
            self._plan_todo()
        return result

    def _check_may_write(self, names):
        """:raise AccessError: fields that steps own, or words of an audit of somebody else
        :raise UserError: the audit has begun, is over, or released; says what to do"""
        if _STEP_FIELDS & names:
            raise AccessError(
                self.env._("An audit changes its state by its buttons only: use these.")
            )
        if (_PLAN_FIELDS | _TEXT_FIELDS | {"active"}) & names:
            self._check_audits()
        if (_TEXT_FIELDS | {"active"}) & names:
            self._check_mine()
        for audit in self.sudo():  # sudo: at which state it is
            if "active" in names and audit.active and audit.released_on:
                raise UserError(
                    self.env._(
                        "“%s” is released: it counts, and the dealer reads it. It is not archived.",
                        audit.display_name,
                    )
                )
            if names & _PLAN_FIELDS and audit.state != "planned":
                raise UserError(
                    self.env._(
                        "“%s” has begun: dealer, checklist, auditor and day stay. Cancel it and "
                        "plan another one.",
                        audit.display_name,
                    )
                )
            if names & _TEXT_FIELDS and audit.state not in ("planned", "in_progress"):
                raise UserError(
                    self.env._(
                        "“%s” is over and kept as it was. The manager opens it again before it is "
                        "released.",
                        audit.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_planned_only(self):
        self._check_mine()
        if any(audit.state != "planned" or audit.started_on for audit in self):
            raise UserError(
                self.env._("Only planned audits are deleted. Cancel or archive the others.")
            )

    def _plan_todo(self):
        """The auditor has a to-do on the day; nobody at the dealer hears of it."""
        todo = "mail.mail_activity_data_todo"
        for audit in self.filtered(lambda a: a.state == "planned" and a.active):
            audit.activity_unlink([todo])
            worded = audit.with_context(lang=audit.auditor_id.lang)
            worded.activity_schedule(
                todo,
                audit.planned_on,
                user_id=audit.auditor_id.id,
                summary=worded.env._("Make the audit"),
            )
