"""Texts of rules: checked when they are saved, in each language; filled in when sent (M5)."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools.rendering_tools import parse_inline_template

from ...tools.care_plan import other_channels

_MODEL = "crm.care.reminder"
_DEFAULT_TODO = "{{ object.short_text }} · {{ object.person_name }}"


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    @api.constrains(
        "channel", "fallback", "mail_template_id", "sms_template_id", "todo_summary", "todo_note"
    )
    def _check_texts(self):
        for rule in self:
            if rule.channel in ("email", "sms") and not rule._template(rule.channel):
                raise ValidationError(
                    self.env._("“%s” needs a text for its channel: choose a template.", rule.name)
                )
            for template in (rule.mail_template_id, rule.sms_template_id):
                template._check_told()
            rule._check_todo()

    def _check_todo(self):
        for code, name in self.env["res.lang"].get_installed():
            rule = self.with_context(lang=code)
            for text in (rule.todo_summary, rule.todo_note):
                self._check_placeholders(text, f"{rule.name} ({name})")

    @api.model
    def _check_placeholders(self, text, where):
        """:raise ValidationError: a placeholder of ``text`` is none that readers are told"""
        for _literal, expression, _default in parse_inline_template(text or ""):
            if expression:
                self._check_expression(expression, where)

    @api.model
    def _check_expression(self, expression, where):
        allowed = self.env[_MODEL].mail_allowed_qweb_expressions()
        if expression.strip() not in allowed:
            raise ValidationError(
                self.env._(
                    "%(where)s: “%(expression)s” is nothing that customers are told. "
                    "Use one of %(allowed)s.",
                    where=where,
                    expression=expression.strip(),
                    allowed=", ".join(allowed),
                )
            )

    def _template(self, channel):
        return self.mail_template_id if channel == "email" else self.sms_template_id

    def _about_line(self):
        """The rule, its place among others, and what to try without an address; for the plan."""
        self.ensure_one()
        others = other_channels(self.channel, self.fallback)
        others = [way for way in others if way == "activity" or self._template(way)]
        return self, (self.sequence, self.id), tuple(others)

    def _render(self, channel, reminder_ids):
        """Texts of this rule for reminders, in the language of the context.

        :return: ``{reminder id: {"body", "subject", "note"}}``, those that the channel has
        :raise UserError: a placeholder cannot be filled in
        """
        self.ensure_one()
        if channel == "activity":
            filled = {
                "body": self._fill(self.todo_summary or _DEFAULT_TODO, reminder_ids),
                "note": self._fill(self.todo_note, reminder_ids),
            }
        else:
            template = self._template(channel)
            template._check_told()
            filled = {
                name: template._render_field(field, reminder_ids, set_lang=self.env.lang)
                for name, field in template._told_text_fields().items()
            }
        return {
            number: {name: texts[number] for name, texts in filled.items()}
            for number in reminder_ids
        }

    @api.model
    def _fill(self, text, reminder_ids):
        return self.env["mail.render.mixin"]._render_template(text or "", _MODEL, reminder_ids)
