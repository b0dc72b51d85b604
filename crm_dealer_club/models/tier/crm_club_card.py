from odoo import fields, models


class CrmClubCard(models.Model):
    """A card that was replaced, or whose member was merged: its number still leads here (M1)."""

    _name = "crm.club.card"
    _description = "Former Club Card"
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(string="Card Number", required=True)
    membership_id = fields.Many2one(
        "crm.club.membership", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, index=True, ondelete="restrict"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    date = fields.Date(string="Until", required=True, help="When it ceased to be valid.")
    reason = fields.Text()
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")

    _number_uniq = models.Constraint("UNIQUE(number)", "This card number is taken.")
