from odoo import api, fields, models


class CrmClubPointAdjust(models.TransientModel):
    """Asks how many points are added or taken, and why (M3)."""

    _name = "crm.club.point.adjust"
    _description = "Adjust Club Points"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("membership_id",)

    membership_id = fields.Many2one("crm.club.membership", required=True)
    partner_id = fields.Many2one("res.partner", string="Member", compute="_compute_member")
    points_balance = fields.Float(string="Balance", digits=(16, 2), compute="_compute_member")
    points = fields.Float(
        string="Adjust by", digits=(16, 2), help="Points to add; negative to take some."
    )
    points_after = fields.Float(
        string="New Balance",
        digits=(16, 2),
        compute="_compute_points_after",
    )
    reason = fields.Char(required=True, help="The member reads it in the statement.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") == "crm.club.membership" and context.get("active_id"):
            values.setdefault("membership_id", context["active_id"])
        return values

    @api.depends("membership_id")
    def _compute_member(self):
        """As the user may see: a number sent from elsewhere tells nothing of others' members."""
        visible = self.membership_id._filtered_access("read")
        for wizard in self:
            member = wizard.membership_id & visible
            wizard.partner_id = member.partner_id
            wizard.points_balance = member.points_balance

    @api.depends("points", "points_balance")
    def _compute_points_after(self):
        for wizard in self:
            wizard.points_after = wizard.points_balance + wizard.points

    def action_adjust(self):
        """Book the adjustment; the membership checks who may."""
        self.ensure_one()
        self.membership_id._adjust_points(self.points, self.reason)
        return {"type": "ir.actions.act_window_close"}
