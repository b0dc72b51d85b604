from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_NOTICE_DAYS = 30
_BATCH = 100


class CrmClubMerchant(models.Model):
    """Agreements that end are told of in time (M2)."""

    _inherit = "crm.club.merchant"

    @api.model
    def _ending_domain(self):
        """Released merchants whose last day is near and was not reminded of."""
        today = self.env["crm.club.membership"]._today()
        near = fields.Date.add(today, days=_NOTICE_DAYS)
        return Domain(
            [
                ("state", "=", "released"),
                ("user_id", "!=", False),
                ("valid_until", ">=", today),
                ("valid_until", "<=", near),
            ]
        ) & (Domain("reminded_for", "=", False) | Domain.custom(to_sql=self._sql_other_day))

    @staticmethod
    def _sql_other_day(model, alias, query):
        last = model._field_to_sql(alias, "valid_until", query)
        told = model._field_to_sql(alias, "reminded_for", query)
        return SQL("%s <> %s", last, told)

    @api.model
    def _cron_remind(self):
        """Daily: one to-do for the responsible of each agreement that ends; once a last day."""
        cron = self.env["ir.cron"]
        domain = self._ending_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while ending := self.search(domain, limit=_BATCH, order="id"):
            for merchant in ending:
                merchant._remind()
            if not cron._commit_progress(len(ending)):
                return

    def _remind(self):
        """The to-do, and that it was made, in one transaction."""
        merchant = self.with_context(lang=self.user_id.lang)
        merchant.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.valid_until,
            summary=merchant.env._("The agreement ends: renew it or let it go"),
            user_id=self.user_id.id,
        )
        self.reminded_for = self.valid_until
