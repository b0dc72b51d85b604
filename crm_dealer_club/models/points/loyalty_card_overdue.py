from odoo import api, fields, models
from odoo.tools import SQL


class LoyaltyCard(models.Model):
    """Points past their last day that the night's job still expires: nobody can spend them (M3)."""

    _inherit = "loyalty.card"

    points_overdue = fields.Float(
        digits=(16, 2), compute="_compute_points_overdue", export_string_translation=False
    )

    @api.depends_context("company")
    def _compute_points_overdue(self):
        self.points_overdue = 0
        self.env["crm.club.point.entry"].flush_model(["remaining", "expires_on", "card_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT c.id, %s FROM loyalty_card c WHERE c.id = ANY(%s) AND c.is_club",
                self._overdue_sql("c"),
                self._origin.ids,
            )
        )
        overdue = dict(rows)
        for card in self:
            card.points_overdue = overdue.get(card._origin.id, 0)

    @api.model
    def _overdue_sql(self, alias):
        """``SQL`` of the overdue points of the card ``alias``, a numeric."""
        return SQL(
            """COALESCE((SELECT sum(e.remaining) FROM crm_club_point_entry e
                          WHERE e.card_id = %s AND e.remaining > 0 AND e.expires_on < %s), 0)""",
            SQL.identifier(alias, "id"),
            self.env["crm.club.membership"]._today(),
        )

    @api.model
    def _usable_sql(self, alias):
        """``SQL`` of the points of the card ``alias`` that its member can spend, a numeric."""
        points = SQL.identifier(alias, "points")
        return SQL("round(%s::numeric, 2) - %s", points, self._overdue_sql(alias))
