from odoo import api, models
from odoo.exceptions import AccessError, UserError

# No client can send this object: only steps and measuring write what they own.
STEP = object()


class CrmImprovementPart(models.AbstractModel):
    """What belongs to a plan is written by whom the plan says, at the stages it says (S6)."""

    _name = "crm.improvement.part"
    _description = "Part of an Improvement Plan"
    _inherit = ["crm.dealer.dialog"]  # names no plan that its user may not read
    _in_sight = ("plan_id",)
    _plan_stages = ("plan",)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_improvement_step") is STEP

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step, or the measuring job, replaces that to the fields.
        return self.sudo().with_context(crm_improvement_step=STEP).write(vals)

    @api.model
    def _step_fields(self):
        """What steps and measuring own."""
        return set()

    @api.model_create_multi
    def create(self, vals_list):
        if self._by_step():
            return super().create(vals_list)
        # Said explicitly, so that no default of the context takes their place.
        owned = {name: self._own_default(name) for name in self._step_fields()}
        parts = super().create([{**vals, **owned} for vals in vals_list])
        parts._check_may_edit()
        return parts

    @api.model
    def _own_default(self, _name):
        return False

    def write(self, vals):
        if self._by_step():
            return super().write(vals)
        self._check_may_edit(vals.keys())
        self._check_stays(vals)
        result = super().write(vals)
        self._check_may_edit(vals.keys())
        return result

    def _check_stays(self, vals):
        """:raise UserError: it would leave its plan, and what is told of the plan with it"""
        for part in self.sudo():  # sudo: whose it is
            if vals.get("plan_id", part.plan_id.id) != part.plan_id.id:
                raise UserError(
                    self.env._("“%s” belongs to its plan. Add another one where it is wanted.",
                               part.display_name)
                )  # fmt: skip

    @api.ondelete(at_uninstall=False)
    def _unlink_as_edited(self):
        if not self._by_step():
            self._check_may_edit()

    def _check_may_edit(self, names=()):
        """:raise AccessError: the plan is not the user's, or at another stage"""
        if self._step_fields() & set(names):
            raise AccessError(
                self.env._("These figures and states are not typed in: use the buttons.")
            )
        if self.env.su:
            return
        for plan in self.sudo().plan_id:  # sudo: whose plan it is decides
            plan.with_env(self.env)._check_manages(self._plan_stages)
