from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_BATCH = 200
# Who comes within so many days after a refusal came back all the same.
_LATE_DAYS = 365


class CrmWinbackCase(models.Model):
    """Customers who come back: told by a visit, nobody has to note it (M6)."""

    _inherit = "crm.winback.case"

    @api.model
    def _cron_detect_returns(self):
        """Scheduled action: visits that came by imports or by SQL."""
        cron = self.env["ir.cron"]
        found = self._returns()
        cron._commit_progress(remaining=len(found))
        for start in range(0, len(found), _BATCH):
            batch = found[start : start + _BATCH]
            self._store_returns(batch)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _returns(self, partner_ids=None):
        """``[(case id, visit id, moment)]`` of the first visit after the opening of each case."""
        self.env["crm.service.visit"].flush_model()
        self.flush_model()
        among = SQL("TRUE")
        if partner_ids is not None:
            among = SQL("w.partner_id = ANY(%s)", list(partner_ids))
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (w.id) w.id, v.id, v.date
                     FROM crm_winback_case w
                     JOIN crm_service_visit v ON v.commercial_partner_id = w.partner_id
                      AND v.date >= w.opened_on AND v.active
                      AND v.stage NOT IN ('booked', 'cancelled')
                    WHERE w.returned IS NOT TRUE AND %s
                      -- A visit is the success of the latest case before it alone.
                      AND NOT EXISTS (
                          SELECT FROM crm_winback_case n
                           WHERE n.partner_id = w.partner_id AND n.opened_on > w.opened_on
                             AND n.opened_on <= v.date)
                      AND (w.date_closed IS NULL
                           OR w.result IN ('declined', 'unreachable', 'won_back')
                              AND w.date_closed >= %s)
                    ORDER BY w.id, v.date, v.id""",
                among,
                self.env.company._today_here() - timedelta(_LATE_DAYS),
            )
        )

    @api.model
    def _store_returns(self, found):
        """Note returns; open cases are won back by them, a refusal stays the result."""
        # sudo: a visit closes the case, whoever received the car, at any dealer.
        # A day is the company's: nobody in particular writes this.
        cases = self.sudo().with_context(tz=self.env.company._tz_here())
        for case_id, visit_id, moment in found:
            case = cases.browse(case_id)
            day = fields.Datetime.context_timestamp(case, moment).date()
            step = {"returned": True, "returned_on": day, "return_visit_id": visit_id}
            if not case.date_closed:
                step |= {"state": "closed", "result": "won_back", "date_closed": day}
            case.write(step)

    @api.model
    def _take_back_returns(self, visit_ids):
        """Visits were cancelled, archived or moved: with them the returns that they were."""
        self.env["crm.service.visit"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT w.id FROM crm_winback_case w
                     JOIN crm_service_visit v ON v.id = w.return_visit_id
                    WHERE w.return_visit_id = ANY(%s)
                      AND NOT (v.active AND v.stage NOT IN ('booked', 'cancelled')
                               AND v.date >= w.opened_on
                               AND v.commercial_partner_id = w.partner_id)""",
                list(visit_ids),
            )
        )
        self.browse(row[0] for row in rows)._not_returned()

    def _not_returned(self):
        """Nobody came after all: cases that a visit closed are open again."""
        # sudo: as with noting a return.
        for case in self.sudo():
            step = {"returned": False, "returned_on": False, "return_visit_id": False}
            by_visit = case.result == "won_back" and case.date_closed == case.returned_on
            if by_visit and not case._has_newer():
                state = "called" if case.last_call_on else "open"
                step |= {
                    "state": "offered" if case.offered_on else state,
                    "result": False,
                    "date_closed": False,
                }
            case.write(step)
        self._detect_returns(self.partner_id.ids)

    def _has_newer(self):
        domain = [
            ("partner_id", "=", self.partner_id.id), ("id", "!=", self.id),
            ("opened_on", ">=", self.opened_on),
        ]  # fmt: skip
        return bool(self.search_count(domain, limit=1))

    @api.model
    def _detect_returns(self, partner_ids):
        """At once, for the customers of visits that were just written."""
        self._store_returns(self._returns(partner_ids))
