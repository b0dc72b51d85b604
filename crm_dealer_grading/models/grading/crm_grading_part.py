from odoo import api, models


class CrmGradingPart(models.AbstractModel):
    """A line of a scheme: whoever changes it by itself has the whole scheme checked again."""

    _name = "crm.grading.part"
    _description = "Part of a Grading Scheme"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.scheme_id._after_line_change()
        return parts

    def write(self, vals):
        schemes = self.scheme_id
        result = super().write(vals)
        (schemes | self.scheme_id)._after_line_change()
        return result

    def unlink(self):
        schemes = self.scheme_id
        result = super().unlink()
        schemes._after_line_change()
        return result
