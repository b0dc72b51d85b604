from odoo import fields, models


class CrmClubPointUse(models.Model):
    """Which points an entry took, or gave back: the way from debits to credits (M3)."""

    _name = "crm.club.point.use"
    _description = "Use of Club Points"
    _order = "id"
    _rec_name = "entry_id"

    entry_id = fields.Many2one(
        "crm.club.point.entry", string="Taken by", required=True, index=True, ondelete="restrict"
    )
    credit_id = fields.Many2one(
        "crm.club.point.entry", string="Taken from", required=True, index=True, ondelete="restrict"
    )
    points = fields.Float(
        digits=(16, 2), required=True, help="Negative where they were given back."
    )

    _pair_uniq = models.Constraint("UNIQUE(entry_id, credit_id)", "This use is booked already.")
