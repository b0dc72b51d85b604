from odoo import api, fields, models

ACTIONS = [
    ("join", "Join or Leave the Club"),
    ("book", "Book or Cancel a Visit"),
    ("times", "Look at Free Times"),
    ("mileage", "Enter a Mileage"),
    ("profile", "Change Consents or Language"),
    ("download", "Download the Own Data"),
    ("activity", "Register for an Activity or Cancel"),
    ("refer", "Recommend Somebody"),
    ("link", "Answer a Member's Link"),
    ("rescue", "Call for Help on the Road"),
    ("complaint", "Complain"),
    ("reply", "Answer, Send Photos or Rate"),
]


class CrmClubPortalLimit(models.Model):
    """How often the club's pages let somebody do something (M10)."""

    _name = "crm.club.portal.limit"
    _description = "Limit of the Club's Pages"
    _rec_name = "action"
    _order = "id"

    action = fields.Selection(ACTIONS, required=True)
    per_user = fields.Integer(
        required=True,
        default=10,
        help="Times that a user may do it; of a member's link, times that it may be answered.",
    )
    per_address = fields.Integer(
        required=True, default=60, help="Times that all users of one network address may do it."
    )
    minutes = fields.Integer(
        string="In Minutes", required=True, default=60, help="The time in which they count."
    )

    _action_uniq = models.Constraint("UNIQUE(action)", "This has a limit already: change that one.")
    _positive = models.Constraint(
        "CHECK(per_user > 0 AND per_address > 0 AND minutes BETWEEN 1 AND 10080)",
        "Allow it once at least, in a time between one minute and a week (10080 minutes).",
    )

    @api.model
    def _of(self, action):
        """Return ``(per user, per address, minutes)``; the defaults where nobody set a limit."""
        # sudo: whoever meets the limit may be told of it.
        limit = self.sudo().search([("action", "=", action)], limit=1)
        limit = limit or self.new({"action": action})
        return limit.per_user, limit.per_address, limit.minutes
