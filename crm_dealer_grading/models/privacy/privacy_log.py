from odoo import models

from ...tools.privacy import GONE


class PrivacyLog(models.Model):
    """The ERP's log takes look-ups without a name or an e-mail, too (P4)."""

    _inherit = "privacy.log"

    def _anonymize_name(self, label):
        return super()._anonymize_name(label) or GONE

    def _anonymize_email(self, label):
        """Whatever is no address tells nothing; core gives an exception back as a value."""
        if not label or label.count("@") != 1 or not all(label.split("@")):
            return GONE
        return super()._anonymize_email(label)
