from odoo import fields, models


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    club_member_count = fields.Integer(
        string="Club Members",
        compute="_compute_club_member_count",
        groups="crm_dealer_grading.group_access",
        help="Members whose home dealer this is and whose card is valid.",
    )

    def _compute_club_member_count(self):
        counts = dict(
            self.env["crm.club.membership"]._read_group(
                [("dealer_id", "in", self.ids), ("state", "in", ("active", "suspended"))],
                ["dealer_id"],
                ["__count"],
            )
        )
        for dealer in self:
            dealer.club_member_count = counts.get(dealer._origin, 0)

    def action_open_club_members(self):
        """Open the members whose home dealer this is."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_membership_action"
        )
        return {**action, "domain": [("dealer_id", "=", self.id)]}
