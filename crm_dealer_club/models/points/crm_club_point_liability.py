from odoo import fields, models
from odoo.tools import SQL


class CrmClubPointLiability(models.Model):
    """Points that members can still use: when they expire, and what they are worth (M3)."""

    _name = "crm.club.point.liability"
    _description = "Outstanding Club Points"
    _auto = False
    _order = "expires_on, id"
    _rec_name = "membership_id"
    _depends = {
        "crm.club.point.entry": ["dealer_id", "expires_on", "kind", "program_id", "remaining"],
        "crm.club.membership": ["state", "tier_id"],
        "loyalty.program": ["currency_id", "point_value"],
    }

    membership_id = fields.Many2one("crm.club.membership", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Member", readonly=True)
    tier_id = fields.Many2one("crm.club.tier", readonly=True)
    state = fields.Char(string="Membership's State", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Datetime(string="Earned on", readonly=True)
    expires_on = fields.Date(string="Last Day", readonly=True)
    points = fields.Float(digits=(16, 2), readonly=True)
    value = fields.Monetary(readonly=True, help="At the value that the program gives a point.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT e.id, e.membership_id, e.partner_id, m.tier_id, m.state, e.dealer_id,
                      e.program_id, e.company_id, p.currency_id, e.date, e.expires_on,
                      e.remaining AS points, e.remaining * p.point_value AS value
                 FROM crm_club_point_entry e
                 JOIN crm_club_membership m ON m.id = e.membership_id
                 JOIN loyalty_program p ON p.id = e.program_id
                WHERE e.remaining > 0"""
        )

    def action_open_points(self):
        """Open the member's ledger."""
        return self.membership_id.action_open_points()
