"""Decisions of before, by file (P4, C9)."""

from odoo import api, fields, models


class CrmClubConsent(models.Model):
    """Managers import decisions with their dates: a later one of the same person holds."""

    _name = "crm.club.consent"
    _inherit = ["crm.club.consent", "crm.import.target"]

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        now = fields.Datetime.now()
        purposes = self.env["crm.club.consent.purpose"].browse(
            {values["purpose_id"] for values in values_list if values.get("purpose_id")}
        )
        by_channel = {purpose.id: purpose.by_channel for purpose in purposes}
        for index, values in enumerate(values_list):
            for name in ("partner_id", "purpose_id"):
                if not values.get(name):
                    faults.append((index, name, self.env._("Give the person and the purpose.")))
            if (fields.Datetime.to_datetime(values.get("date")) or now) > now:
                faults.append((index, "date", self._future_words()))
            if by_channel.get(values.get("purpose_id")) and not values.get("channel"):
                faults.append(
                    (index, "channel", self.env._("This purpose is decided for each channel."))
                )
        return faults

    @api.model
    def _future_words(self):
        return self.env._("A decision cannot lie in the future. Correct the date.")

    @api.model
    def _import_templates(self):
        customer = self.env["res.partner"].search([("customer_number", "!=", False)], limit=1)
        purpose = self.env["crm.club.consent.purpose"].search([("by_channel", "=", True)], limit=1)
        sms = dict(self._fields["channel"]._description_selection(self.env))["sms"]
        form = dict(self._fields["how"]._description_selection(self.env))["form"]
        columns = [
            ("partner_id", customer.customer_number or ""),
            ("purpose_id", purpose.name or ""),
            ("channel", sms),
            ("given", "1"),
            ("date", self._import_example_date(-100)),
            ("how", form),
            ("note", ""),
        ]
        return {
            **super()._import_templates(),
            "consents": (self.env._("Template for Decisions"), columns),
        }
