from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _tz_here(self):
        """Name of the time zone in which the company's day begins: its contact's, else UTC.

        Not the user's: what is due, graded or granted must not depend on who asks.
        """
        return self.sudo().partner_id.tz or "UTC"  # the hour is everybody's

    def _today_here(self):
        """Today at the company (a date)."""
        return fields.Date.context_today(self.with_context(tz=self._tz_here()))
