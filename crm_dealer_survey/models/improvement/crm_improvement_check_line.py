from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmImprovementCheckLine(models.Model):
    """An item of a filled check list (S6)."""

    _name = "crm.improvement.check.line"
    _description = "Answer of a Check List"
    _inherit = ["crm.improvement.noted"]
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

    _once = models.Constraint("UNIQUE(check_id, item_id)", "The item is in the list already.")

    @api.constrains("item_id", "check_id")
    def _check_item(self):
        for line in self:
            if line.item_id.checklist_id != line.check_id.checklist_id:
                raise ValidationError(
                    self.env._("“%s” is of another check list. Choose one of this.",
                               line.item_id.name)
                )  # fmt: skip

    def _check_writer(self):
        self.check_id._check_fills_in()

    def _measure_refusal(self):
        return self.env._("Measures are made by the button of the check list.")

    def _make_measure(self, plan):
        """The measure proposed for the item, in ``plan``; the user's rights hold."""
        item = self.item_id
        factors = plan.version_id._same_parts(item.factor_id)
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
