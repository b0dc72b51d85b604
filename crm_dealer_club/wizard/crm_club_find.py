from odoo import fields, models


class CrmClubFind(models.TransientModel):
    """Finds the member to whom a card belongs; a mistyped number is told (M1)."""

    _name = "crm.club.find"
    _description = "Find a Club Card"

    number = fields.Char(
        string="Card Number", help="As it stands on the card; spaces do not matter."
    )

    def action_find(self):
        """Open the member."""
        self.ensure_one()
        return self.env["crm.club.membership"].find_by_number(self.number)._get_records_action()
