from odoo import fields, models


class CrmSatisfactionFactor(models.Model):
    """A part of satisfaction, with its stated weight in the index (S1)."""

    _name = "crm.satisfaction.factor"
    _description = "Satisfaction Factor"
    _inherit = ["crm.satisfaction.part"]
    _order = "version_id, sequence, id"

    version_id = fields.Many2one(
        "crm.satisfaction.version", required=True, index=True, ondelete="cascade"
    )
    programme_id = fields.Many2one(related="version_id.programme_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    weight = fields.Float(
        default=1.0,
        required=True,
        help="Stated importance. Only the ratio to the other factors' weights matters; of "
        "factors without an answer the others take over the weight.",
    )

    _weight_positive = models.Constraint("CHECK(weight > 0)", "A factor's weight is above zero.")

    def _part_version(self):
        return self.version_id

    def _part_fixed(self, vals):
        return not vals.keys() <= {"sequence"}
