from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.batches import one_by_one
from odoo.addons.crm_dealer_grading.tools.local_day import midnight

# The lost customers of a dealer worth most, without an open case and not just closed.
_OPEN = """
INSERT INTO crm_winback_case
       (partner_id, dealer_id, user_id, state, origin, opened_on, value_level_id, past_revenue,
        lost_since, currency_id, returned, create_uid, create_date, write_uid, write_date)
SELECT p.id, p.dealer_id, %(manager)s, 'open', 'job', %(now)s, value.level_id,
       COALESCE(past.revenue_36m, 0),
       (SELECT (max(v.date) AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date FROM crm_service_visit v
         WHERE v.commercial_partner_id = p.id AND v.active
           AND v.stage NOT IN ('booked', 'cancelled')),
       %(currency)s, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
  FROM res_partner p
  LEFT JOIN crm_grading_result value ON value.partner_id = p.id AND value.scheme_id = %(scheme)s
  LEFT JOIN %(past)s past ON TRUE
 WHERE p.id IN (%(lost)s)
   AND p.dealer_id = %(dealer)s AND p.active AND p.contact_opt_out IS NOT TRUE
   AND p.id NOT IN %(given_up)s AND %(wanted)s
   AND NOT EXISTS (SELECT FROM crm_winback_case w WHERE w.partner_id = p.id
                      AND (w.date_closed IS NULL OR w.date_closed >= %(pause)s))
 ORDER BY past.revenue_36m DESC NULLS LAST, p.id
 LIMIT %(limit)s
ON CONFLICT (partner_id) WHERE date_closed IS NULL DO NOTHING
RETURNING id"""


class CrmWinbackCase(models.Model):
    """Opening cases: every month for the lost customers worth most, or from a list (M6)."""

    _inherit = "crm.winback.case"

    @api.model
    def _cron_open_cases(self):
        """Scheduled action: each dealer's share of the month; a dealer is a transaction.

        Run twice in a month, or by two workers, it opens what is missing, and nothing twice.
        """
        dealers = self.env["crm.dealer"].search([("active", "=", True)])
        for dealer in one_by_one(self.env, dealers):
            self._open_for(dealer)

    @api.model
    def _open_for(self, dealer):
        """Open the month's cases of a dealer; return their ids."""
        company = dealer.company_id or self.env.company
        today = company._today_here()
        opened = self.search_count(
            [
                ("dealer_id", "=", dealer.id),
                ("origin", "=", "job"),
                ("opened_on", ">=", midnight(today.replace(day=1), company._tz_here())),
            ]
        )
        if opened >= company.winback_per_dealer:
            return []
        partners = self.env["res.partner"]
        # The dealer's own alone: judging the whole network anew for each dealer would take hours.
        customers = partners.search([("dealer_id", "=", dealer.id)]).ids
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                _OPEN,
                manager=dealer.manager_id.id or None,
                now=self.env.cr.now(),
                zone=company._tz_here(),
                uid=self.env.uid,
                currency=company.currency_id.id,
                scheme=self.env["crm.grading.scheme"]._id_by_code("value") or 0,
                past=partners.with_company(company)._past_revenue_sql(SQL("p.id")),
                lost=partners._lost_sql(customers),
                dealer=dealer.id,
                given_up=partners._given_up_sql(),
                wanted=partners._keep_in_touch_sql(SQL("p.id"), "phone", selling=True),
                pause=today - relativedelta(months=company.winback_pause_months),
                limit=company.winback_per_dealer - opened,
            )
        )
        self.env.invalidate_all(flush=False)
        return [row[0] for row in rows]

    @api.model
    def _open_from(self, partners):
        """Open cases for chosen customers who have none open; return all of them.

        :raise AccessError: no right to call lost customers
        """
        self._check_may_work()
        customers = partners.commercial_partner_id
        customers.check_access("read")
        known = self.search([("partner_id", "in", customers.ids), ("date_closed", "=", False)])
        fresh = customers - known.partner_id
        fresh._check_may_be_won_back()
        nobodys = fresh.filtered(lambda customer: not customer.dealer_id)
        if nobodys:
            raise UserError(
                self.env._(
                    "%s has no home dealer who could call. Assign the customer to one first.",
                    nobodys[0].display_name,
                )
            )
        return known | self.create([{"partner_id": customer.id} for customer in fresh])
