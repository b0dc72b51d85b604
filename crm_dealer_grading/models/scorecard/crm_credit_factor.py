from odoo import fields, models
from odoo.exceptions import UserError


class CrmCreditFactor(models.Model):
    """What criteria of a scorecard are about: character, capacity, … (5C and 5P)."""

    _name = "crm.credit.factor"
    _description = "Credit Factor"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)

    def write(self, vals):
        """A factor that done assessments speak of keeps its name.

        :raise UserError: it would get another one
        """
        if "name" in vals and any(factor.name != vals["name"] for factor in self):
            used = self.env["crm.credit.criterion"].search(
                [("factor_id", "in", self.ids), ("scorecard_id.used_on", "!=", False)], limit=1
            )
            if used:
                raise UserError(
                    self.env._(
                        "Assessments were done with “%(factor)s” of “%(card)s”. Add a new factor "
                        "and use it in a new version of the scorecard.",
                        factor=used.factor_id.name,
                        card=used.scorecard_id.display_name,
                    )
                )
        return super().write(vals)
