"""Who may write what of a plan; states and what steps note change by steps alone (S8)."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

# No client can send this object: only the steps write what they own.
STEP = object()
DEALER_USER = "crm_dealer_grading.group_dealer_user"
DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"
AUDITOR = "crm_dealer_grading.group_oem_auditor"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"

# For what the targets of a plan hold from its first approval on.
_SCOPE = {"year", "dealer_id", "region_id", "company_id"}


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    # For the form: whose turn it is.
    may_write = fields.Boolean(compute="_compute_may", export_string_translation=False)
    may_approve = fields.Boolean(compute="_compute_may", export_string_translation=False)

    @api.depends("dealer_id", "writer_ids")
    @api.depends_context("uid")
    def _compute_may(self):
        for plan in self:
            plan.may_write = plan._is_author()
            plan.may_approve = plan._is_approver()

    # ------------------------------------------------------------ fields

    @api.model
    def _step_fields(self):
        """What steps own; refused in ``write``, dropped in ``create``."""
        return {
            "name", "level", "state", "submitted_on", "submitted_by_id", "approved_on",
            "approved_by_id", "closed_on", "reason", "writer_ids",
        }  # fmt: skip

    @api.model
    def _statement_fields(self):
        """What the author says, until the plan is submitted."""
        return {
            "year", "dealer_id", "region_id", "company_id", "situation", "direction", "gap_share",
            "step_percent",
        }  # fmt: skip

    # ------------------------------------------------------------ people

    def _is_own_dealer(self):
        """Whether the user works at the dealer of the plan."""
        dealer = self.sudo().dealer_id
        return bool(dealer) and dealer in self.env.user._own_dealers()

    def _is_author(self):
        """A dealer's manager writes its plan; the manufacturer's people those of regions."""
        user = self.env.user
        if self.sudo().dealer_id:
            return user.has_group(DEALER_MANAGER) and self._is_own_dealer()
        return user.has_group(AUDITOR) and not user.has_group(DEALER_USER)

    def _is_manager(self):
        """A manager of the manufacturer; who works at a dealer is none here."""
        user = self.env.user
        return user.has_group(OEM_MANAGER) and not user.has_group(DEALER_USER)

    def _is_approver(self):
        """A manager of the manufacturer who did not write in the plan."""
        return self._is_manager() and self.env.user not in self.sudo().writer_ids

    # ------------------------------------------------------------ create, write, unlink

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_year_plan_step=STEP).write(vals)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_year_plan_step") is STEP

    @api.model_create_multi
    def create(self, vals_list):
        """A draft, by those who may write it.

        :raise AccessError: another dealer's plan, or that of a region by a dealer
        """
        if self._by_step():
            return super().create(vals_list)
        self._check_scopes_given(vals_list)
        # Said explicitly, so that no default of the context takes their place.
        given = dict.fromkeys(self._step_fields() - {"name", "level"}, False)
        given |= {"state": "draft", "writer_ids": [Command.set(self.env.user.ids)],
                  "review_ids": []}  # fmt: skip
        return super().create([{**vals, **given} for vals in vals_list])

    @api.model
    def _check_scopes_given(self, vals_list):
        """Before anything is stored: that a foreign dealer has a plan would show in the refusal.

        :raise AccessError: the user does not write plans of that dealer, region or the network
        """
        defaults = self.default_get(["dealer_id", "region_id"])
        for vals in vals_list:
            scope = {name: {**defaults, **vals}.get(name) for name in ("dealer_id", "region_id")}
            plan = self.new(scope)
            if not plan._is_author():
                raise AccessError(plan._not_yours())

    def write(self, vals):
        if not self._by_step():
            self._check_may_write(vals.keys())
            if _SCOPE & vals.keys():
                self._check_scope_open()
            if {"dealer_id", "region_id"} & vals.keys():
                self._check_scopes_given(
                    [{"dealer_id": plan.dealer_id.id, "region_id": plan.region_id.id, **vals}
                     for plan in self]
                )  # fmt: skip
            if self._statement_fields() & vals.keys():
                self._note_writer()
        return super().write(vals)

    def _check_may_write(self, names):
        """:raise AccessError: fields that are not the user's at this state of the plans"""
        if self._step_fields() & names:
            raise AccessError(self.env._("A plan changes its state by its buttons only."))
        for plan in self:
            if self._statement_fields() & names and not plan._is_editable():
                raise AccessError(plan._write_refusal())
            if {"next_direction", "due_on"} & names and not plan._is_author():
                raise AccessError(plan._not_yours())
            if "active" in names:
                plan._check_may_archive()

    def _check_scope_open(self):
        """:raise UserError: targets of one of the plans are in force where it is"""
        if held := self.sudo().filtered("approved_on"):  # sudo: nothing is shown but the name
            raise UserError(
                self.env._(
                    "“%s” was approved: its targets hold for its year and its dealer, region or "
                    "network. Leave these as they are, and make a new plan for others.",
                    held[0].name,
                )
            )

    def _check_may_archive(self):
        """:raise AccessError: not the user's; :raise UserError: its figures would be hidden"""
        if not (self._is_author() or self._is_manager()):
            raise AccessError(self._not_yours())
        plan = self.sudo()  # sudo: its state, whoever asks
        if plan.active and (plan.state not in ("draft", "closed") or plan.approved_on
                            and plan.state == "draft"):  # fmt: skip
            raise UserError(
                self.env._("“%s” is in force or looked at: close it before it is archived.",
                           plan.name)
            )  # fmt: skip

    def _is_editable(self):
        """Whether the user may change what the plan says."""
        return self.sudo().state == "draft" and self._is_author()

    def _note_writer(self):
        """Who writes in a plan does not approve it."""
        for plan in self.sudo():  # sudo: nobody else sees to it
            if self.env.user not in plan.writer_ids:
                plan._store({"writer_ids": [Command.link(self.env.uid)]})

    def _not_yours(self):
        plan = self.sudo()
        if plan.dealer_id:
            return self.env._("The manager of %s writes this plan.", plan.dealer_id.name)
        return self.env._(
            "Auditors and managers of the manufacturer write the plans of regions and the network."
        )

    def _write_refusal(self):
        if not self._is_author():
            return self._not_yours()
        return self.env._(
            "“%s” was submitted. Withdraw it, or ask the manufacturer's manager to open it again.",
            self.sudo().name,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for plan in self:
            if plan.state != "draft" or plan.sudo().approved_on:
                raise UserError(self.env._("Only drafts are deleted. Archive the plan instead."))
            if not self.env.su and not plan._is_author():
                raise AccessError(plan._not_yours())
