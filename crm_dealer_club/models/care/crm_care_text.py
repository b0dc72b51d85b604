from odoo import api, models

_MODEL = "crm.care.reminder"


class CrmCareText(models.AbstractModel):
    """A template whose texts may be those of care rules: checked on saving, in each language.

    Templates of other models are not looked at.
    """

    _name = "crm.care.text"
    _description = "Text of a Care Rule"

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._check_told()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if not {"model_id", *self._told_text_fields().values()}.isdisjoint(vals):
            self._check_told()
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name in self._told_text_fields().values():
            self._check_told()
        return result

    def _told_text_fields(self):
        """``{name of a text: field that holds it}``; each template says its own."""
        return {}

    def _check_told_texts(self, where):
        """Check the texts in the language of the context; each template checks its own.

        :raise ValidationError: naming ``where``
        """

    def _check_told(self):
        """Check the texts of reminders, in all languages.

        :raise ValidationError: a text names what customers are not told
        """
        for template in self.filtered(lambda template: template.model == _MODEL):
            for code, name in self.env["res.lang"].get_installed():
                in_language = template.with_context(lang=code)
                in_language._check_told_texts(f"{in_language.name} ({name})")
