from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .crm_improvement_part import STEP


class CrmImprovementCheckLine(models.Model):
    """An item of a filled check list (S6)."""

    _name = "crm.improvement.check.line"
    _description = "Answer of a Check List"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("check_id", "measure_id")
    _order = "check_id, sequence, id"
    _rec_name = "item_id"

    check_id = fields.Many2one(
        "crm.improvement.check", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(related="check_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    item_id = fields.Many2one(
        "crm.improvement.checklist.item", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="item_id.sequence", store=True)
    process = fields.Selection(related="item_id.process", store=True)
    factor_id = fields.Many2one(related="item_id.factor_id")
    answer = fields.Selection([("yes", "Yes"), ("no", "No"), ("na", "Not Applicable")])
    note = fields.Char(help="What was seen.")
    measure_id = fields.Many2one(
        "crm.improvement.measure", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip

    _once = models.Constraint("UNIQUE(check_id, item_id)", "The item is in the list already.")

    @api.constrains("item_id", "check_id")
    def _check_item(self):
        for line in self:
            if line.item_id.checklist_id != line.check_id.checklist_id:
                raise ValidationError(
                    self.env._("“%s” is of another check list. Choose one of this.",
                               line.item_id.name)
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
            raise AccessError(self.env._("Measures are made by the button of the check list."))
        self._check_may_edit()
        result = super().write(vals)
        self._check_may_edit()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_as_edited(self):
        self._check_may_edit()

    def _check_may_edit(self):
        if not self.env.su:
            self.check_id._check_fills_in()

    def _make_measure(self, plan):
        """The measure proposed for the item, in ``plan``; the user's rights hold."""
        item = self.item_id
        factors = plan.version_id._same_factors(item.factor_id)
        factor = factors.get(item.factor_id)
        return self.env["crm.improvement.measure"].create(
            {
                "plan_id": plan.id,
                "name": item.advice or item.name,
                "cause": self.note,
                "item_id": plan.item_ids.filtered(lambda i: factor and i.factor_id == factor)[
                    :1
                ].id,
                "user_id": plan.responsible_id.id,
            }
        )
