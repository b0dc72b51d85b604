from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.tools.touch import touch


class CrmClubConsentPurpose(models.Model):
    """The wording of a purpose has numbered versions (P4).

    ``description`` is the present one; whatever way it changes, the former is kept.
    """

    _inherit = "crm.club.consent.purpose"

    text_ids = fields.One2many("crm.club.consent.text", "purpose_id", string="Wordings")
    text_number = fields.Integer(
        string="Version", compute="_compute_text_number", aggregator=None
    )
    fresh_number = fields.Integer(
        string="Consents Count from Version",
        compute="_compute_fresh_number",
        store=True,
        aggregator=None,
        help="Who agreed to an earlier version is asked anew.",
    )

    @api.depends("text_ids.number")
    def _compute_text_number(self):
        for purpose in self:
            purpose.text_number = max(purpose.text_ids.mapped("number"), default=0)

    @api.depends("text_ids.in_substance", "text_ids.number")
    def _compute_fresh_number(self):
        for purpose in self:
            fresh = purpose.text_ids.filtered("in_substance")
            purpose.fresh_number = max(fresh.mapped("number"), default=0)

    @api.model_create_multi
    def create(self, vals_list):
        purposes = super().create(vals_list)
        purposes._settle_texts()
        return purposes

    def write(self, vals):
        if not self.env.su:
            # It follows from the versions.
            vals = {name: value for name, value in vals.items() if name != "fresh_number"}
        keeping = self.env.context.get("crm_consent_rewording") is not STEP
        if keeping and "description" in vals:
            # What is there may have been translated since, and is a version too.
            self._settle_texts()
        result = super().write(vals)
        if keeping and "description" in vals:
            self._settle_texts()
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        if field_name == "description":
            self._settle_texts()
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name == "description":
            self._settle_texts()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_undecided(self):
        # sudo: also decisions that the user does not see were made.
        consents = self.env["crm.club.consent"].sudo()
        if consents.search_count([("purpose_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("People have decided on this purpose. Archive it instead.")
            )

    def _settle_texts(self, in_substance=False, note=None):
        """Keep the present wording as a version, unless it is the latest one already.

        A language that the latest version lacks is added to it: translations are loaded after
        the records, and nobody read another wording before.

        :param bool in_substance: consents to earlier versions do not count any more
        :param str note: what was changed, in a sentence
        """
        if not self.ids:
            return
        for purpose, (latest, number, kept, present) in self._wordings().items():
            if latest and all(kept.get(lang, text) == text for lang, text in present.items()):
                if present.keys() - kept.keys():
                    latest._copy_wording()
                continue
            # sudo: who may change the wording does not write versions otherwise.
            purpose._new_text(number + 1, bool(latest and in_substance), note)

    def _wordings(self):
        """``{purpose: (latest version, its number, its wordings, present wordings)}``."""
        texts = self.env["crm.club.consent.text"].sudo()
        self.flush_model(["description"])
        texts.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, t.id, COALESCE(t.number, 0), t.wording, p.description
                     FROM crm_club_consent_purpose p
                     LEFT JOIN LATERAL (SELECT * FROM crm_club_consent_text t
                                         WHERE t.purpose_id = p.id
                                         ORDER BY t.number DESC LIMIT 1) t ON TRUE
                    WHERE p.id = ANY(%s)""",
                self.ids,
            )
        )
        return {
            self.browse(purpose): (texts.browse(text or ()), number, kept or {}, present or {})
            for purpose, text, number, kept, present in rows
        }

    def _new_text(self, number, in_substance, note):
        touch(self)  # of two at the same instant the second is repeated with fresh eyes
        texts = self.env["crm.club.consent.text"]._stepping()
        text = texts.create(
            {
                "purpose_id": self.id,
                "number": number,
                "wording": self.description,
                "in_substance": in_substance,
                "note": note,
                "user_id": self.env.uid,
            }
        )
        text._copy_wording()
        self.invalidate_recordset(["text_ids", "text_number"])

    def _reword(self, wordings, in_substance=False, note=None):
        """Change the wording in several languages at once: one version.

        :param wordings: ``{language code: text}``
        :param bool in_substance: consents to earlier versions do not count any more
        """
        self.ensure_one()
        self._settle_texts()
        quiet = self.with_context(crm_consent_rewording=STEP)
        for lang, wording in wordings.items():
            quiet.with_context(lang=lang).write({"description": wording})
        self._settle_texts(in_substance, note)

    def action_reword(self):
        """Open the dialog that changes the wording, in all languages at once."""
        self.ensure_one()
        self.check_access("write")
        reword = self.env["crm.club.consent.reword"]._of(self)
        return reword._get_records_action(
            name=self.env._("Change the Wording"), target="new", context={}
        )
