from odoo import models
from odoo.tools import format_amount


class CrmClubPointRule(models.Model):
    """What earns points, as members read it (M10)."""

    _inherit = "crm.club.point.rule"

    def _in_words(self, membership):
        """A sentence for this member, its tier's factor applied; empty where it gives nothing."""
        self.ensure_one()
        points = round(self._given_to(membership), 4)
        if not points:
            return ""
        if self.kind == "survey":
            return self.env._(
                "You answer a survey: %s.", membership._points_in_words(round(points, 2))
            )
        args = {
            "points": membership._points_in_words(round(100 * points, 2)),
            "money": format_amount(
                self.env, 100, self.program_id.currency_id, trailing_zeroes=False
            ),
            "category": self.category_id.name,
        }
        if self.kind == "visit":
            return self.env._("Service visits, once paid: %(points)s for each %(money)s.", **args)
        if self.category_id:
            return self.env._(
                "Purchases of %(category)s, once paid: %(points)s for each %(money)s.", **args
            )
        return self.env._("Purchases, once paid: %(points)s for each %(money)s.", **args)
