from odoo import fields, models

from ..models.portal.crm_club_consent import CHANNELS


class CrmClubConsentEntryLine(models.TransientModel):
    """A purpose and channel in the dialog of consents."""

    _name = "crm.club.consent.entry.line"
    _description = "Decision to Enter"
    _order = "id"

    entry_id = fields.Many2one("crm.club.consent.entry", required=True, ondelete="cascade")
    purpose_id = fields.Many2one("crm.club.consent.purpose", required=True, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    before = fields.Boolean(string="Allowed Today", readonly=True)
    given = fields.Boolean(string="Allowed")
    decided = fields.Boolean(
        readonly=True, help="The person decided; else it is what holds without a decision."
    )
    anew = fields.Boolean(
        string="Ask Anew", readonly=True, help="Agreed to a wording that does not count any more."
    )
    agrees = fields.Boolean(
        string="Agrees Anew",
        help="The person agreed to the present wording; what is allowed may stay as it is.",
    )
