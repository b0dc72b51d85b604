from odoo import api, fields, models


class CrmClubStep(models.TransientModel):
    """Asks for what a step of memberships needs to be told (M1)."""

    _name = "crm.club.step"
    _description = "Step of a Club Membership"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("membership_ids",)

    membership_ids = fields.Many2many("crm.club.membership", string="Members", required=True)
    step = fields.Selection(
        [
            ("suspend", "Suspend"),
            ("leave", "Leave the Club"),
            ("invite", "Invite"),
            ("end_invitation", "End Invitation"),
            ("replace", "Replace Lost Card"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)
    tier_id = fields.Many2one(
        "crm.club.tier",
        domain="[('by_invitation', '=', True)]",
        default=lambda self: self.env["crm.club.tier"].search(
            [("by_invitation", "=", True)], limit=1
        ),
    )
    valid_until = fields.Date(
        string="Last Day", compute="_compute_valid_until", store=True, readonly=False
    )

    @api.depends("tier_id")
    def _compute_valid_until(self):
        members = self.env["crm.club.membership"]
        for wizard in self:
            tier = wizard.tier_id
            wizard.valid_until = tier and members._last_day(members._today(), tier)

    def action_done(self):
        """Take the step; it checks rights and conditions itself."""
        self.ensure_one()
        members = self.membership_ids
        if self.step == "invite":
            members.action_invite(self.tier_id, self.valid_until, self.reason)
        elif self.step == "suspend":
            members.action_suspend(self.reason)
        elif self.step == "leave":
            members.action_leave(self.reason)
        elif self.step == "end_invitation":
            members.action_end_invitation(self.reason)
        else:
            members.action_replace_card(self.reason)
        return {"type": "ir.actions.act_window_close"}
