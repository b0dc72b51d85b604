from lxml import html

from odoo import models
from odoo.exceptions import ValidationError

_MODEL = "crm.care.reminder"


class MailTemplate(models.Model):
    """E-mails of care rules say only what customers may be told (M5)."""

    _name = "mail.template"
    _inherit = ["mail.template", "crm.care.text"]

    def _told_text_fields(self):
        return {"subject": "subject", "body": "body_html"}

    def _check_told_texts(self, where):
        rules = self.env["crm.care.rule"]
        rules._check_placeholders(self.subject, where)
        rules._check_placeholders(self.body_html, where)
        if not self.body_html:
            return
        for node in html.fragment_fromstring(self.body_html, create_parent="div").iter():
            for name, value in node.attrib.items():
                if name in ("t-out", "t-esc"):
                    rules._check_expression(value, where)
                elif name.startswith("t-"):
                    rules._check_expression(f"{name}={value}", where)
        if self._has_unsafe_expression_template_qweb(self.body_html, _MODEL):
            raise ValidationError(
                self.env._(
                    "%s: each placeholder stands alone, as <t t-out=\"object.person_name\"/>.",
                    where,
                )
            )
