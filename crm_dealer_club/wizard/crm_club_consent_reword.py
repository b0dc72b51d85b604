from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CrmClubConsentReword(models.TransientModel):
    """Another wording of a purpose, in all languages at once: one version (P4)."""

    _name = "crm.club.consent.reword"
    _description = "Changing the Wording of a Purpose"

    purpose_id = fields.Many2one(
        "crm.club.consent.purpose", required=True, readonly=True, ondelete="cascade"
    )
    in_substance = fields.Boolean(
        string="Changed in Substance",
        help="Who agreed to an earlier version is asked anew; until then it is as without a "
        "decision. Refusals stay. Leave it off for corrections of the words only.",
    )
    note = fields.Char(string="What Was Changed")
    line_ids = fields.One2many("crm.club.consent.reword.line", "reword_id", string="Wordings")

    @api.model
    def _of(self, purpose):
        """The dialog with today's wording in each installed language."""
        installed = self.env["res.lang"].get_installed()
        return self.create(
            {
                "purpose_id": purpose.id,
                "line_ids": [
                    Command.create(
                        {"lang": code, "wording": purpose.with_context(lang=code).description}
                    )
                    for code, _name in installed
                ],
            }
        )

    def action_change(self):
        """Make the new version.

        :raise AccessError: no right to change purposes
        :raise UserError: a wording is empty, or none was changed
        """
        self.ensure_one()
        purpose = self.purpose_id
        purpose.check_access("write")
        changed = {}
        for line in self.line_ids:
            wording = (line.wording or "").strip()
            if not wording:
                raise UserError(self.env._("Give the wording in each language."))
            if wording != purpose.with_context(lang=line.lang).description:
                changed[line.lang] = wording
        if not changed:
            raise UserError(self.env._("Change the wording, or close the dialog."))
        purpose._reword(changed, self.in_substance, self.note)
        return {"type": "ir.actions.act_window_close"}
