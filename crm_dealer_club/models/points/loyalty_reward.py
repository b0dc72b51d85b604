from odoo import models


class LoyaltyReward(models.Model):
    """What is the club's is the manufacturer's, also what a dealer moves there (M3)."""

    _inherit = "loyalty.reward"

    def write(self, vals):
        result = super().write(vals)
        if "program_id" in vals:
            # Rules judge what was before; the program of now counts as well.
            self.check_access("write")
        return result
