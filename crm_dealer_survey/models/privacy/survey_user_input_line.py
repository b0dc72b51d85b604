from odoo import models


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    def _empty_words(self, vals):
        """Write ``vals``, each value only where there is something to replace (P4)."""
        for name, value in vals.items():
            self.filtered(name).write({name: value})
