"""Who may write what of a plan; stages change by steps alone (S6)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rectification.crm_rectification_guard import (
    AUDITOR,
    DEALER_MANAGER,
    DEALER_USER,
    OEM_MANAGER,
)
from .crm_improvement_part import STEP
from .crm_improvement_plan import RUNNING

# Of what steps and measuring own: not columns of a new plan, or not the dealer's to see.
_DERIVED = {"effect_ids", "next_ids", "meeting_ids", "programme_id", "deadline_on", "suggestion_id"}
_PERIODS = {"before_from", "before_until", "after_from", "after_until"}


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    # For the form: whose turn it is.
    may_manage = fields.Boolean(compute="_compute_may", export_string_translation=False)
    may_cancel = fields.Boolean(compute="_compute_may", export_string_translation=False)

    @api.depends("dealer_id", "asked_by_id")
    @api.depends_context("uid")
    def _compute_may(self):
        for plan in self:
            plan.may_manage = plan._manages()
            plan.may_cancel = plan._may_cancel()

    # ------------------------------------------------------------ people

    def _manages(self):
        """Whether the user is a manager of the plan's dealer; of a new one, of any."""
        user = self.env.user
        if not user.has_group(DEALER_MANAGER):
            return False
        dealer = self.sudo().dealer_id  # sudo: whose plan it is decides
        return not dealer or dealer in user._own_dealers()

    @api.model
    def _asks(self):
        """Auditors and managers of the manufacturer ask for plans; who works at a dealer not."""
        user = self.env.user
        return user.has_group(AUDITOR) and not user.has_group(DEALER_USER)

    def _may_cancel(self):
        """The dealer what it planned itself; who asked, or the manufacturer's manager, the rest."""
        asker = self.sudo().asked_by_id
        if not asker:
            return self._manages()
        return self._asks() and (
            asker == self.env.user or self.env.user.has_group(OEM_MANAGER)
        )

    def _check_manages(self, stages=RUNNING):
        """:raise AccessError: no manager of the dealer; :raise UserError: at another stage"""
        for plan in self:
            known = plan.sudo()  # sudo: for the words of the refusal
            if not plan._manages():
                raise AccessError(
                    self.env._(
                        "Plans of %(dealer)s are its manager's. Write a comment, or ask there.",
                        dealer=known.dealer_id.name,
                    )
                )
            if known.stage not in stages:
                names = dict(self._fields["stage"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(plan)s” is at “%(stage)s”: this is changed at %(stages)s only. What "
                        "else is to change goes into the next round.",
                        plan=known.display_name,
                        stage=names[known.stage],
                        stages=" / ".join(names[stage] for stage in stages),
                    )
                )

    # ------------------------------------------------------------ fields

    @api.model
    def _step_fields(self):
        """What steps and measuring own; refused in ``write``, dropped in ``create``."""
        return {
            "name", "stage", "asked_by_id", "rectification_id", "previous_id", "next_ids", "round",
            "conclusion", "reason", "started_on", "closed_on", "closed_by_id", "measured_on",
            "verdict", "has_gain", "suggestion_id", "is_proposed", "effect_ids", "deadline_on",
            "programme_id", "meeting_ids",
        }  # fmt: skip

    @api.model
    def _talk_fields(self):
        """Messages, followers, to-dos: they have rights of their own."""
        return self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields

    @api.model
    def _stage_fields(self):
        """``{field: stages at which the dealer's manager changes it}``; others only at *Plan*."""
        carried_out = ("plan", "do", "check")
        return {
            "responsible_id": RUNNING,
            "measure_ids": carried_out,
            "after_until": carried_out,
        }

    # ------------------------------------------------------------ create, write, unlink

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_improvement_step") is STEP

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_improvement_step=STEP).write(vals)

    @api.model
    @api.private
    def _make(self, vals_list):
        """Plans by code that has checked who may have them; the user stays their author."""
        # sudo: the right to make a plan was checked by the caller.
        plans = self.sudo().with_context(crm_improvement_step=STEP).create(vals_list)
        return plans.with_env(self.env)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        if not self._by_step():
            # Said explicitly, so that no default of the context takes their place.
            owned = dict.fromkeys(self._step_fields() - _DERIVED, False)
            owned |= {"name": "/", "stage": "plan", "round": 1}
            for vals in vals_list:
                for name in _DERIVED & vals.keys():
                    del vals[name]
                vals.update(owned)
        plans = super().create(vals_list)
        if not self._by_step() and not self.env.su:
            plans._check_manages()
        for plan in plans.sudo():
            sequence = self.env["ir.sequence"].sudo().with_company(plan.company_id)
            plan._store(
                {
                    "name": sequence.next_by_code("crm.improvement.plan"),
                    "responsible_id": (plan.responsible_id or plan._default_responsible()).id,
                }
            )
        plans._add_totals()
        plans._measure()
        return plans

    def _default_responsible(self):
        """The dealer's manager, if somebody who works there."""
        return self.dealer_id.manager_id & self.dealer_id.user_ids

    def _add_totals(self):
        """The row for the index of the whole questionnaire."""
        # sudo: rows that measuring owns.
        items = self.env["crm.improvement.item"].sudo().with_context(crm_improvement_step=STEP)
        items.create([{"plan_id": plan.id, "is_total": True} for plan in self])

    def write(self, vals):
        if self._by_step():
            return super().write(vals)
        names = vals.keys()
        if self._step_fields() & names:
            raise AccessError(
                self.env._("A plan changes its stage by its buttons only: use these.")
            )
        names = names - self._talk_fields()
        if names and not self.env.su:
            allowed = self._stage_fields()
            for name in names:
                self._check_manages(allowed.get(name, ("plan",)))
            self._check_manages()
        if "after_until" in names and not self.env.su:
            self._check_end_moves(fields.Date.to_date(vals["after_until"]))
        result = super().write(vals)
        if _PERIODS & names or "version_id" in names:
            self._measure()
        return result

    def _check_end_moves(self, until):
        """Whoever ended the period when its figures please would find an effect by chance.

        :raise UserError: answers of the period after came in, and it would end on another day
            (on a later one: they are enough already)
        """
        for plan in self.filtered("started_on"):
            known = plan.sudo()  # sudo: figures that nobody types in
            same = until == known.after_until
            if same or (until and known.after_from > known.company_id._today_here()):
                continue
            known._measure()
            total = known.effect_ids.filtered("is_total")
            enough = total.after_count >= known.programme_id.min_answers
            if not until or until < known.after_until or enough:
                raise UserError(
                    self.env._(
                        "The period after of “%s” has begun: its end is moved to a later day only, "
                        "and only while there are too few answers.",
                        plan.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unbegun_only(self):
        if not self.env.su:
            self._check_manages()
        if any(plan.started_on or plan.stage != "plan" or plan.asked_by_id for plan in self):
            raise UserError(
                self.env._(
                    "Only a plan that has not begun, and that nobody asked for, is deleted. "
                    "Cancel it with a reason instead."
                )
            )
