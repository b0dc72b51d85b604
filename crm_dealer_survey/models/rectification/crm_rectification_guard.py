"""Who may write what of a notice; states and what steps note change by steps alone (S4)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR, DEALER_USER

from .crm_rectification import OPEN

# No client can send this object: only the steps write what they own.
STEP = object()
DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"
CALL_CENTRE = "crm_dealer_grading.group_call_centre"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    # For the form: whose turn it is.
    may_decide = fields.Boolean(compute="_compute_may", export_string_translation=False)
    may_work = fields.Boolean(compute="_compute_may", export_string_translation=False)

    @api.depends("issuer_id", "dealer_id", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        for notice in self:
            notice.may_decide = notice._is_issuer()
            notice.may_work = notice._is_own_dealer()

    # ------------------------------------------------------------ fields

    @api.model
    def _step_fields(self):
        """What steps and origins own; refused in ``write``, dropped in ``create``."""
        return {
            "name", "state", "origin", "origin_key", "source_ref", "source_name", "issuer_id",
            "answer_id", "call_id", "issued_on", "accepted_on", "accepted_by_id", "reported_on",
            "reported_by_id", "closed_on",
            "closed_by_id", "recall_ids", "recall_call_id", "verdict", "reason", "report_count",
            "reopen_count", "escalation_ids",
        }  # fmt: skip

    @api.model
    def _statement_fields(self):
        """What the manufacturer says, until the notice is issued."""
        return {
            "subject", "severity", "dealer_id", "company_id", "responsible_id", "partner_id",
            "vehicle_id", "visit_id", "factor_id", "finding_ids", "problem", "working_days",
            "deadline_on",
        }  # fmt: skip

    @api.model
    def _work_fields(self):
        """What the dealer says while it is in work."""
        return {"cause_analysis", "measure_ids"}

    @api.model
    def _talk_fields(self):
        """Messages, followers, to-dos: they have rights of their own."""
        return self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields

    # ------------------------------------------------------------ people

    def _is_own_dealer(self):
        """Whether the user works at the dealer of the notice."""
        user = self.env.user
        return user.has_group(DEALER_USER) and self.sudo().dealer_id in user._own_dealers()

    @api.model
    def _may_issue(self):
        """Whether the user issues notices."""
        return self._issues(self.env.user)

    @api.model
    def _issues(self, user):
        """Auditors and managers of the manufacturer issue; who works at a dealer does not."""
        return user.has_group(AUDITOR) and not user.has_group(DEALER_USER)

    @api.model
    def _may_write_drafts(self):
        """Who issues, and the call centre; who works at a dealer does not."""
        user = self.env.user
        return self._may_issue() or (
            user.has_group(CALL_CENTRE) and not user.has_group(DEALER_USER)
        )

    def _is_issuer(self):
        """Whether the user decides on the notice: who issued it.

        A manager of the manufacturer does so in place of an issuer who has left (archived), lost
        the role or went to a dealer: else the notice would stay open for ever. A draft has no
        issuer yet: whoever may issue it decides.
        """
        if not self._may_issue():
            return False
        issuer = self.sudo().issuer_id
        if not issuer or issuer == self.env.user:
            return True
        gone = not issuer.active or not self._issues(issuer)
        return gone and self.env.user.has_group(OEM_MANAGER)

    # ------------------------------------------------------------ create, write, unlink

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_rectification_step=STEP).write(vals)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_rectification_step") is STEP

    @api.model_create_multi
    def create(self, vals_list):
        """A draft, by whoever of the manufacturer or the call centre; origins add theirs."""
        if self._by_step():
            return super().create(vals_list)
        if not self._may_write_drafts():
            raise AccessError(self._not_yours())
        given = {**dict.fromkeys(self._step_fields(), False), "cause_analysis": False}
        # Said explicitly, so that no default of the context takes their place.
        given |= {"recall_ids": [], "escalation_ids": [], "measure_ids": []}
        given |= {"name": "/", "state": "draft", "origin": "hand", "report_count": 0,
                  "reopen_count": 0}  # fmt: skip
        said = self._statement_fields() | self._talk_fields()
        return super().create(
            [{**{k: v for k, v in vals.items() if k in said}, **given} for vals in vals_list]
        )

    def write(self, vals):
        if not self._by_step():
            self._check_may_write(vals.keys())
        return super().write(vals)

    def _check_may_write(self, names):
        """:raise AccessError: fields that are not the user's at this state of the notices"""
        if self._step_fields() & names:
            raise AccessError(
                self.env._("A notice changes its state by its buttons only: use these.")
            )
        names = names - self._talk_fields()
        if self.env.su and names <= {"partner_id", "vehicle_id", "visit_id"}:
            return  # merged customers and the like
        for notice in self:
            if names - notice._writable_fields():
                raise AccessError(notice._write_refusal())

    def _writable_fields(self):
        """The fields of statement and work that the user may write at this state."""
        self.ensure_one()
        notice, user = self.sudo(), self.env.user
        if notice.state == "draft":
            return self._statement_fields() if self._may_write_drafts() else set()
        if self._is_own_dealer():
            work = self._work_fields() if notice.state == "in_work" else set()
            manages = user.has_group(DEALER_MANAGER) and notice.state in OPEN
            return work | {"responsible_id"} if manages else work
        if self._is_issuer() and notice.state in OPEN:
            return {"responsible_id", "deadline_on", "severity"}
        return set()

    def _write_refusal(self):
        if self._is_own_dealer():
            return self.env._(
                "Problem and deadline of “%s” are the manufacturer's. Enter cause and measures "
                "while it is in work, or refuse the notice with a reason.",
                self.sudo().display_name,
            )
        return self.env._(
            "“%s” was issued: only its issuer changes the deadline, and the dealer enters cause "
            "and measures. Ask them, or add a note.",
            self.sudo().display_name,
        )

    @api.model
    def _not_yours(self):
        return self.env._(
            "The manufacturer and the call centre write notices of rectification. Tell them of "
            "the problem."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(notice.issued_on or notice.state != "draft" for notice in self):
            raise UserError(
                self.env._("Only drafts are deleted. Cancel the notice with a reason instead.")
            )
