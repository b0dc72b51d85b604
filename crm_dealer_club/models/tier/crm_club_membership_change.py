from odoo import fields, models

KINDS = [
    ("enrolled", "Enrolled"),
    ("upgraded", "Upgraded"),
    ("downgraded", "Downgraded"),
    ("renewed", "Renewed"),
    ("invited", "Invited"),
    ("ended", "Invitation Ended"),
    ("suspended", "Suspended"),
    ("resumed", "Resumed"),
    ("expired", "Expired"),
    ("left", "Left"),
    ("returned", "Returned"),
    ("replaced", "Card Replaced"),
    ("merged", "Merged"),
    ("moved", "Moved to a Company"),
]


class CrmClubMembershipChange(models.Model):
    """One step in the history of a membership; append-only (M1)."""

    _name = "crm.club.membership.change"
    _description = "Move in the Club"
    _order = "date desc, id desc"
    _rec_name = "kind"

    membership_id = fields.Many2one(
        "crm.club.membership", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, index=True, ondelete="restrict"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    date = fields.Date(required=True, index=True)
    kind = fields.Selection(KINDS, required=True, index=True)
    from_tier_id = fields.Many2one("crm.club.tier", string="From", ondelete="restrict")
    to_tier_id = fields.Many2one("crm.club.tier", string="To", ondelete="restrict")
    to_state = fields.Selection(
        lambda self: self.env["crm.club.membership"]
        ._fields["state"]
        ._description_selection(self.env),
        string="State",
    )
    valid_until = fields.Date(help="The last day of the period that began or was changed.")
    reason = fields.Text()
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    count = fields.Integer(string="Moves", default=1, aggregator="sum")
