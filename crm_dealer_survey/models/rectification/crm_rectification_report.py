from odoo import api, fields, models
from odoo.tools import SQL

from .crm_rectification import ORIGINS, SEVERITIES, STATES


class CrmRectificationReport(models.Model):
    """Notices that were issued, for graphs and figures (S4): one row each.

    Late: reported (or, unreported, today) after the deadline that holds. The average of
    ``late_rate`` over any group is the share of late ones; cancelled ones do not count.
    """

    _name = "crm.rectification.report"
    _description = "Rectification: Figures"
    _auto = False
    _rec_name = "dealer_id"
    _order = "issued_on desc, id desc"
    _depends = {
        "crm.rectification": [
            "dealer_id", "company_id", "state", "origin", "severity", "factor_id", "issuer_id",
            "responsible_id", "issued_on", "deadline_on", "reported_on", "closed_on",
            "reopen_count",
        ],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    factor_id = fields.Many2one("crm.satisfaction.factor", readonly=True)
    issuer_id = fields.Many2one("res.users", readonly=True)
    responsible_id = fields.Many2one("res.users", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    origin = fields.Selection(ORIGINS, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    issued_on = fields.Date(readonly=True)
    deadline_on = fields.Date(string="Deadline", readonly=True)
    is_due = fields.Boolean(
        string="Due",
        readonly=True,
        help="The dealer has reported, or the deadline has "
        "passed; what a dealer refuses is not decided.",
    )
    notices = fields.Integer(readonly=True, aggregator="sum")
    open = fields.Integer(readonly=True, aggregator="sum", help="Not closed yet.")
    reopen_count = fields.Integer(string="Reopened", readonly=True, aggregator="sum")
    days_to_close = fields.Float(
        readonly=True, aggregator="avg", help="Days from issue to close, of closed ones."
    )
    late_rate = fields.Float(
        string="Overdue Share", readonly=True, aggregator="avg", help="Late / issued."
    )

    @property
    def _table_query(self):
        here = self.env["crm.followup.call"]._days_here()
        return SQL(
            """SELECT r.id, r.dealer_id, d.region_id, r.company_id, r.factor_id, r.issuer_id,
                      r.responsible_id, r.state, r.origin, r.severity, r.issued_on, r.deadline_on,
                      CASE WHEN r.state IN ('issued', 'in_work') THEN r.deadline_on < c.today
                           ELSE r.state <> 'refused' END AS is_due,
                      1 AS notices,
                      (r.state <> 'closed')::int AS open,
                      COALESCE(r.reopen_count, 0) AS reopen_count,
                      CASE WHEN r.state = 'closed' THEN r.closed_on - r.issued_on END::float8
                          AS days_to_close,
                      (CASE WHEN r.state IN ('issued', 'in_work') THEN c.today
                            ELSE COALESCE(r.reported_on, r.deadline_on) END
                       > r.deadline_on)::int::float8 AS late_rate
                 FROM crm_rectification r
                 JOIN crm_dealer d ON d.id = r.dealer_id
                 JOIN unnest(%s::int[], %s::date[]) AS c (id, today) ON c.id = r.company_id
                WHERE r.issued_on IS NOT NULL AND r.state <> 'cancelled'""",
            here["companies"],
            here["days"],
        )

    @api.model
    def _figures_by_dealer(self, dealers, first=None, last=None):
        """Figures of the notices issued from ``first`` to ``last`` (dates, included).

        For KPIs and assessment (S9); one query, with the reader's rights.

        :return: ``{dealer: {"notices", "open", "reopened", "late_rate" (0–1),
            "days_to_close" (or False)}}``, without dealers that got none
        """
        domain = [("dealer_id", "in", dealers.ids)]
        if first:
            domain.append(("issued_on", ">=", first))
        if last:
            domain.append(("issued_on", "<=", last))
        groups = self._read_group(
            domain,
            ["dealer_id"],
            ["notices:sum", "open:sum", "reopen_count:sum", "late_rate:avg", "days_to_close:avg"],
        )
        names = ("notices", "open", "reopened", "late_rate", "days_to_close")
        return {dealer: dict(zip(names, row, strict=True)) for dealer, *row in groups}
