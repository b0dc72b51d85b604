from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_improvement_part import STEP


class CrmImprovementNoted(models.AbstractModel):
    """A line of a check list or meeting, of which a measure is made by a step alone (S6)."""

    _name = "crm.improvement.noted"
    _description = "Origin of a Measure"
    _inherit = ["crm.dealer.dialog"]

    measure_id = fields.Many2one(
        "crm.improvement.measure", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip

    def _store(self, vals):
        # sudo: the right to make the measure was checked.
        return self.sudo().with_context(crm_improvement_step=STEP).write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([{**vals, "measure_id": False} for vals in vals_list])
        lines._check_may_edit()
        return lines

    def write(self, vals):
        if self.env.context.get("crm_improvement_step") is STEP:
            return super().write(vals)
        if "measure_id" in vals:
            raise AccessError(self._measure_refusal())
        self._check_may_edit()
        result = super().write(vals)
        self._check_may_edit()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_as_edited(self):
        self._check_may_edit()

    def _check_may_edit(self):
        if not self.env.su:
            self._check_writer()

    def _check_writer(self):
        """:raise AccessError: somebody else writes in the document that the lines are of"""
        raise NotImplementedError

    def _measure_refusal(self):
        """Which step makes the measure, in words."""
        raise NotImplementedError
