from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dealer_tz = fields.Selection(
        related="partner_id.tz",
        string="Time Zone",
        readonly=False,
        help="By this clock the company's day begins: what is due, over, graded or measured. "
        "Empty: by that of its working hours, else the administrator's.",
    )

    def _tz_here(self):
        """Name of the time zone in which the company's day begins.

        Not the user's: what is due, graded or granted must not depend on who asks. Where the
        company has none, that of its working hours; where they are in UTC, as those that the ERP
        is created with, the administrator's.
        """
        company = self.sudo()  # the hour is everybody's
        if said := company.partner_id.tz:
            return said
        hours = company.resource_calendar_id.tz
        if hours and hours != "UTC":
            return hours
        return self.env.ref("base.user_admin").sudo().tz or "UTC"

    def _today_here(self):
        """Today at the company (a date)."""
        return fields.Date.context_today(self.with_context(tz=self._tz_here()))

    def _over_domain(self, name):
        """Domain of rows of these companies whose day ``name`` is over, by their own clocks."""
        return fields.Domain.OR(
            fields.Domain("company_id", "=", company.id)
            & fields.Domain(name, "<", company._today_here())
            for company in self
        )
