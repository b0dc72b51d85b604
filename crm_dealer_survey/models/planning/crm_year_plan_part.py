from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_year_plan_guard import STEP

_TALK = ("mail.thread", "mail.activity.mixin")


class CrmYearPlanPart(models.AbstractModel):
    """What a plan lists: written by its author while it is a draft (S8).

    What happens during the year (``_work_fields``) is entered while the plan is in force, by the
    author or by the colleague in charge.
    """

    _name = "crm.year.plan.part"
    _description = "Part of a Year Plan"

    plan_id = fields.Many2one("crm.year.plan", required=True, index=True, ondelete="cascade")
    year = fields.Integer(
        related="plan_id.year", store=True, precompute=True, aggregator=None
    )
    dealer_id = fields.Many2one(
        related="plan_id.dealer_id", store=True, precompute=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")

    @api.model
    def _work_fields(self):
        """What is written while the plan is carried out; extend."""
        return set()

    @api.model
    def _own_fields(self):
        """What follows from the plan: nobody writes it."""
        return {"year", "dealer_id", "company_id", "currency_id", "plan_state"}

    @api.model_create_multi
    def create(self, vals_list):
        own = self._own_fields()
        vals_list = [{k: v for k, v in vals.items() if k not in own} for vals in vals_list]
        self._check_plan_given(vals_list)
        parts = super().create(vals_list)
        parts._check_plans()
        return parts

    @api.model
    def _check_plan_given(self, vals_list):
        """Before anything is stored: what a foreign plan lists would show in the refusal."""
        if not self._by_step():
            default = self.env.context.get("default_plan_id")
            ids = {vals.get("plan_id", default) for vals in vals_list}
            self._check_plans_editable(self.env["crm.year.plan"].browse(filter(None, ids)))

    def write(self, vals):
        by_step = self._by_step()
        names = vals.keys() - self._talk_fields()
        if not by_step:
            self._check_may_write(names)
            if "plan_id" in vals:
                self._check_plan_given([vals])
        result = super().write(vals)
        if not by_step and names - self._work_fields():
            self._check_plans()  # moved to another plan
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_with_the_draft(self):
        if not self.env.su:
            self._check_plans()

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_year_plan_step") is STEP

    @api.model
    def _make_parts(self, vals_list):
        """Create parts whoever writes the plan; callers have checked rights."""
        # sudo: the right to make or copy the plan replaces that to its parts.
        return self.sudo().with_context(crm_year_plan_step=STEP).create(vals_list)

    def _store_part(self, vals):
        """Write what ``write`` refuses; callers have checked rights."""
        return self.sudo().with_context(crm_year_plan_step=STEP).write(vals)  # sudo: as above

    @api.model
    def _talk_fields(self):
        """Messages, followers, to-dos: they have rights of their own."""
        return {name for model in _TALK for name in self.env[model]._fields} - {"id"}

    def _check_plans(self):
        """:raise AccessError: a plan is not the user's to write, or no draft"""
        if not self._by_step():
            self._check_plans_editable(self.plan_id)
            self.plan_id._note_writer()

    @api.model
    def _check_plans_editable(self, plans):
        touch(plans)  # whoever submits at the same instant comes before or after
        for plan in plans:
            if not plan._is_editable():
                raise AccessError(plan._write_refusal())

    def _check_may_write(self, names):
        if names & self._own_fields():
            raise AccessError(self.env._("Dealer and year are the plan's. Change them there."))
        if names - self._work_fields():
            self._check_plans()
        elif names:
            touch(self.plan_id)
            for part in self:
                if not part._may_work():
                    raise AccessError(part._work_refusal())

    def _may_work(self):
        """Whether the user enters what happens: the author, or who is in charge of the part."""
        plan = self.sudo().plan_id
        mine = plan.with_env(self.env)
        if plan.state not in ("draft", "approved", "running"):
            return False
        in_charge = "user_id" in self._fields and self.sudo().user_id == self.env.user
        at_home = mine._is_own_dealer() or not plan.dealer_id
        return mine._is_author() or (in_charge and at_home)

    def _work_refusal(self):
        plan = self.sudo().plan_id
        if plan.state == "submitted":
            return self.env._("“%s” is looked at. Wait until it is approved.", plan.name)
        if plan.state == "closed":
            return self.env._("“%s” is closed: what was reached is kept.", plan.name)
        return self.env._("The author of “%s”, or who is in charge, enters this.", plan.name)

    @api.model
    def _check_colleague(self, parts):
        """:raise ValidationError: who is in charge works neither there nor for the maker"""
        for part in parts.sudo().filtered("user_id"):  # sudo: who works where
            if not part._is_colleague(part.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work for “%(plan)s”. Choose a colleague.",
                        user=part.user_id.name,
                        plan=part.plan_id.name,
                    )
                )

    def _is_colleague(self, user):
        """Whether the user works for whom the plan is of."""
        at_home = not user.dealer_scoped or user in self.dealer_id.user_ids
        return at_home and not user.share
