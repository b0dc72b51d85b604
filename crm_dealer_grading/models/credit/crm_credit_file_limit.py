"""The limit that holds today, and what happens when one ends (K3)."""

from odoo import api, models
from odoo.tools import SQL

from .crm_credit_file import _STEP, REVIEW


class CrmCreditFile(models.Model):
    _inherit = "crm.credit.file"

    @api.model
    def _default_limit(self, company):
        """The ERP's default limit of ``company``: what expired files fall back to."""
        partners = self.env["res.partner"].with_company(company).sudo()
        return partners._fields["credit_limit"].get_company_dependent_fallback(partners) or 0.0

    @api.model
    def _credit_companies(self):
        """All companies that may have files, whatever the user may read."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("parent_id", "=", False)])

    @api.model
    def _limit_today_sql(self, alias, companies=None):
        """The limit of file ``alias`` that holds today, also before the nightly job: SQL.

        The one definition; the day is that of the file's company.

        :param companies: where other files cannot be, all if not given
        """
        companies = self._credit_companies() if companies is None else companies
        return SQL(
            """(SELECT CASE WHEN %(valid_until)s < rule.today
                            THEN LEAST(%(limit)s, rule.fallback)
                            ELSE COALESCE(%(limit)s, 0) END
                  FROM unnest(%(companies)s, %(fallbacks)s, %(days)s)
                       AS rule(company_id, fallback, today)
                 WHERE rule.company_id = %(company)s)""",
            valid_until=SQL.identifier(alias, "valid_until"),
            limit=SQL.identifier(alias, "limit"),
            company=SQL.identifier(alias, "company_id"),
            companies=companies.ids,
            fallbacks=[float(self._default_limit(company)) for company in companies],
            days=[company._today_here() for company in companies],
        )

    def _limits_today(self):
        """``{file: limit that holds today}``, in one query."""
        files = self._origin
        limits = {}
        if files:
            self.flush_model(["limit", "valid_until", "company_id"])
            query = SQL(
                "SELECT f.id, %s FROM crm_credit_file f WHERE f.id IN %s",
                self._limit_today_sql("f", files.sudo().company_id),
                tuple(files.ids),
            )
            limits = dict(self.env.execute_query(query))
        return {file: float(limits.get(file._origin.id) or 0) for file in self}

    def _limit_today(self):
        """The limit that holds today (company's currency)."""
        self.ensure_one()
        return self._limits_today()[self]

    def _lowest_granted(self):
        """The file with the lowest limit today among those that were granted, if any."""
        granted = self.filtered("granted_on")
        limits = granted._limits_today()
        return granted.sorted(lambda file: (limits[file], file.id))[:1]

    def _lower(self, amount, reason):
        """A controller's word holds like a grant: 0 stops all, and is not what the ERP means by it.

        :param amount: in the company's currency; the caller has checked that it is none higher
        """
        self._change_limit(amount, "lowered", reason)
        for file in self.filtered(lambda file: not file.granted_on):
            file.sudo().with_context(credit_file_step=_STEP).granted_on = file._today()

    @api.model
    def _cron_expire(self):
        """Lower what has ended, in batches that commit."""
        while (remaining := self._cron_expire_batch()) is not None:
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _cron_expire_batch(self, limit=200):
        """Lower some of the limits that have ended, each once; ``None`` when there are none."""
        files = self.with_context(active_test=False)  # out of the lists, not out of force
        ended = files.search([("state", "=", "expired")])
        if not ended:
            return None
        batch = ended[:limit].try_lock_for_update()
        for file in batch:
            file._expire()
        return len(ended - batch) if batch else None

    def _expire(self):
        self.ensure_one()
        ended = self.valid_until
        self._change_limit(
            self._limit_today(),
            "expiry",
            self.env._("Valid until %(date)s and not renewed.", date=ended),
            {"valid_until": False},
        )
        self.activity_unlink([REVIEW])
        self.message_post(
            body=self.env._(
                "The limit ended on %(date)s. File a new credit application to renew it.",
                date=ended,
            )
        )
