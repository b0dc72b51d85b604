from odoo import api, fields, models


class CrmClubConsentRewordLine(models.TransientModel):
    """The wording in one language."""

    _name = "crm.club.consent.reword.line"
    _description = "Wording in a Language"
    _order = "id"

    reword_id = fields.Many2one("crm.club.consent.reword", required=True, ondelete="cascade")
    lang = fields.Selection("_languages", string="Language", required=True, readonly=True)
    wording = fields.Text()

    @api.model
    def _languages(self):
        return self.env["res.lang"].get_installed()
