from odoo import api, fields, models
from odoo.tools import SQL


class CrmClubConsentText(models.Model):
    """A wording of a purpose, numbered from 1, with the moment from which it holds (P4).

    It does not change any more: another wording is another version. A translation that comes
    later is added to it.
    """

    _name = "crm.club.consent.text"
    _description = "Wording of a Purpose"
    _inherit = ["crm.by.step"]
    _order = "purpose_id, number desc"
    _rec_name = "number"
    _step_key = "crm_consent_text_step"

    purpose_id = fields.Many2one(
        "crm.club.consent.purpose", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Version", required=True, readonly=True, aggregator=None)
    wording = fields.Text(required=True, readonly=True, translate=True)
    date = fields.Datetime(
        string="Holds from", required=True, readonly=True, default=fields.Datetime.now
    )
    in_substance = fields.Boolean(
        string="Asks Anew",
        readonly=True,
        help="Consents to earlier versions do not count any more; refusals do.",
    )
    note = fields.Char(string="What Was Changed", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Changed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    _number_uniq = models.UniqueIndex(
        "(purpose_id, number)", "There is a wording with this number already. Try again."
    )

    @api.depends("purpose_id", "number")
    def _compute_display_name(self):
        for text in self:
            text.display_name = self.env._(
                "%(purpose)s, version %(number)s", purpose=text.purpose_id.name, number=text.number
            )

    @api.model
    def _step_refusal(self):
        return self.env._(
            "Wordings that people read stay as they were. Use “Change the Wording” on the purpose: "
            "that makes a new version."
        )

    def _copy_wording(self):
        """All languages of the purpose's wording, as they are in the database."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_club_consent_text t SET wording = p.description
                     FROM crm_club_consent_purpose p WHERE p.id = t.purpose_id AND t.id = %s""",
                self.id,
            )
        )
        self.invalidate_recordset(["wording"])
