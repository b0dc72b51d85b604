from odoo import api, fields, models
from odoo.tools import SQL

_ACTIVITY = "crm_dealer_grading.activity_type_cleaning"


class CrmCleaningList(models.Model):
    """What a dealer had to clean in a month, and that its manager was told, once (C3)."""

    _name = "crm.cleaning.list"
    _description = "Monthly Data Cleaning"
    _order = "month desc, dealer_id"
    _rec_name = "dealer_id"
    _log_access = False

    dealer_id = fields.Many2one("crm.dealer", required=True, readonly=True, ondelete="cascade")
    month = fields.Date(required=True, readonly=True, index=True, help="Its first day.")
    duplicate_count = fields.Integer(
        string="Possible Duplicates",
        readonly=True,
        help="Pairs to decide at the month's beginning.",
    )
    suspicious_count = fields.Integer(
        string="Suspicious Data", readonly=True, help="Values to correct at the month's beginning."
    )

    _dealer_month_uniq = models.Constraint(
        "UNIQUE(dealer_id, month)", "This dealer has its list of the month."
    )

    @api.model
    def _cron_clean(self):
        """Renew the lists every night; with the first night of a month tell the managers (C3).

        Commits after each batch and each dealer: a killed night goes on where it stopped, and
        the unique key of dealer and month keeps anybody from being told twice.
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=1)
        candidates = self.env["crm.duplicate.candidate"]
        if not candidates._lock_search():
            return  # somebody's search is under way; the job comes again
        candidates._refresh()
        if not progress(0):
            return
        # Batches do not use up what remains: the job comes again until the managers are told.
        if self.env["crm.suspicious.data"]._refresh_in_batches(
            lambda done: progress(done, remaining=1)
        ):
            self._tell_managers(progress)

    @api.model
    def _tell_managers(self, progress):
        """Make this month's list and to-do of each dealer that has none."""
        month = fields.Date.context_today(self).replace(day=1)
        told = self.search([("month", "=", month)]).dealer_id
        waiting = self.env["crm.dealer"].search([("id", "not in", told.ids)], order="id")
        counts = self._count(waiting)
        progress(1, remaining=len(waiting))
        for dealer in waiting:
            self._tell(dealer, month, *counts[dealer.id])
            if not progress(1):
                return

    @api.model
    def _count(self, dealers):
        """Return ``{dealer id: (pairs to decide, values to correct)}`` in two queries."""
        of_dealer = [("dealer_id", "in", dealers.ids), ("state", "=", "open")]
        faults = dict(
            self.env["crm.suspicious.data"]._read_group(of_dealer, ["dealer_id"], ["__count"])
        )
        # A pair of two dealers is nobody's alone: the call centre decides it.
        pairs = dict(
            self.env.execute_query(
                SQL(
                    "SELECT dealer_a_id, count(*) FROM crm_duplicate_candidate"
                    " WHERE state = 'open' AND dealer_a_id = dealer_b_id GROUP BY 1"
                )
            )
        )
        return {dealer.id: (pairs.get(dealer.id, 0), faults.get(dealer, 0)) for dealer in dealers}

    @api.model
    def _tell(self, dealer, month, pairs, faults):
        """Make the list and, where there is something to do, the to-do; nothing when it exists."""
        made = self.env.execute_query(
            SQL(
                """INSERT INTO crm_cleaning_list
                          (dealer_id, month, duplicate_count, suspicious_count)
                   VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
                dealer.id,
                month,
                pairs,
                faults,
            )
        )
        if not made or not pairs + faults:
            return
        manager = dealer.manager_id
        dealer = dealer.with_context(lang=manager.lang or self.env.lang)
        dealer.activity_schedule(
            _ACTIVITY,
            date_deadline=fields.Date.end_of(month, "month"),
            summary=dealer.env._("Data cleaning %(month)s", month=f"{month:%Y-%m}"),
            note=dealer.env._(
                "%(pairs)s possible duplicates and %(faults)s suspicious values wait under "
                "Dealer CRM / Data Quality.",
                pairs=pairs,
                faults=faults,
            ),
            # Without a manager it is for whoever takes it.
            user_id=manager.id,
        )
