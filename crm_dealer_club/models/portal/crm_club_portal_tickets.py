from odoo import api, models


class CrmClubPortal(models.AbstractModel):
    """Rescues and complaints on the home of the club (M10)."""

    _inherit = "crm.club.portal"

    @api.model
    def _tiles(self, customer, membership):
        return super()._tiles(customer, membership) + [
            {
                "sequence": 5,
                "url": "/my/club/rescues",
                "icon": "fa-life-ring",
                "title": self.env._("I Need Help"),
                "text": self.env._("Breakdown or accident: we come, day and night"),
            },
            {
                "sequence": 36,
                "url": "/my/club/complaints",
                "icon": "fa-comments-o",
                "title": self.env._("Complaints"),
                "text": self.env._("Tell us what went wrong, and see what we do"),
            },
        ]
