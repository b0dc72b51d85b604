from odoo import models


class SmsTemplate(models.Model):
    """Text messages of care rules say only what customers may be told (M5)."""

    _name = "sms.template"
    _inherit = ["sms.template", "crm.care.text"]

    def _told_text_fields(self):
        return {"body": "body"}

    def _check_told_texts(self, where):
        self.env["crm.care.rule"]._check_placeholders(self.body, where)
