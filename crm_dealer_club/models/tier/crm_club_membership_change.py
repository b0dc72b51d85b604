from odoo import fields, models


class CrmClubMembershipChange(models.Model):
    """One step in the history of a membership; append-only (M1)."""

    _name = "crm.club.membership.change"
    _description = "Change of a Club Membership"
    _order = "date desc, id desc"
    _rec_name = "kind"

    membership_id = fields.Many2one(
        "crm.club.membership", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("enrolled", "Enrolled"),
            ("upgraded", "Upgraded"),
            ("downgraded", "Downgraded"),
            ("renewed", "Renewed"),
            ("invited", "Invited"),
            ("suspended", "Suspended"),
            ("resumed", "Resumed"),
            ("expired", "Expired"),
            ("left", "Left"),
            ("returned", "Returned"),
            ("merged", "Merged"),
        ],
        required=True,
    )
    from_tier_id = fields.Many2one("crm.club.tier", ondelete="restrict")
    to_tier_id = fields.Many2one("crm.club.tier", ondelete="restrict")
    to_state = fields.Char()
    reason = fields.Text()
    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
