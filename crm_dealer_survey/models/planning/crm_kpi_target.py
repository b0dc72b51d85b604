from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmKpiTarget(models.Model):
    """Targets that a plan set are changed by the plan (S8)."""

    _inherit = "crm.kpi.target"

    year_plan_id = fields.Many2one(
        "crm.year.plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The plan whose approval set it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._check_no_plan()
        return targets

    def write(self, vals):
        self._check_no_plan()
        result = super().write(vals)
        self._check_no_plan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_plan(self):
        self._check_no_plan()

    def _check_no_plan(self):
        """:raise UserError: an approved plan set it; changed here, it would get round approval"""
        if self.env.su:  # the steps of plans
            return
        for plan in self.sudo().year_plan_id:  # sudo: for the words of the refusal
            raise UserError(
                self.env._(
                    "“%s” set this target. Open the plan again, change it there and have it "
                    "approved.",
                    plan.name,
                )
            )

    def _changeable(self):
        """Not those of plans."""
        return super()._changeable().filtered(lambda target: not target.year_plan_id)
