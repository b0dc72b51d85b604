from odoo import fields, models


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    registration_ids = fields.One2many("event.registration", "membership_id")
    activity_count = fields.Integer(
        string="Club Activities", compute="_compute_activity_count", help="Attended or registered."
    )

    def _compute_activity_count(self):
        domain = [
            ("membership_id", "in", self.ids),
            ("guest_of_id", "=", False),
            ("state", "!=", "cancel"),
        ]
        registrations = self.env["event.registration"]
        counts = {}
        if registrations.has_access("read"):
            counts = dict(registrations._read_group(domain, ["membership_id"], ["__count"]))
        for member in self:
            member.activity_count = counts.get(member._origin, 0)

    def action_open_activities(self):
        """Open the member's registrations for club activities."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.event_registration_action"
        )
        action["domain"] = [("membership_id", "=", self.id)]
        action["context"] = {}
        return action

    def _post_club_points(self, kind, amount, origin, description):
        """Post points of this member, once for each kind and origin.

        The ledger of points brings ``_post_points``; without it nothing is posted.
        """
        self.ensure_one()
        post = getattr(self, "_post_points", None)
        if post and amount:
            post(kind, amount, origin, description)
