from odoo import fields, models
from odoo.tools import SQL

from .helpdesk_ticket_steps import TIMES

# {measure: (from, to)} in minutes.
SPANS = {
    "answer": ("reported", "answered"),
    "dispatch": ("reported", "dispatched"),
    "arrival": ("reported", "on_site"),
    "work": ("on_site", "done"),
    "total": ("reported", "done"),
}
_DUE = {"answer": "answer", "dispatch": "dispatch", "arrival": "arrival"}
_MEDIAN = {f"{name}_median": f"{name}_minutes" for name in SPANS}


class CrmRescueReport(models.Model):
    """Response times of rescues, a row each (M8).

    Times in minutes; a step that was not reached has none. In time is 100 or 0, so that the
    average is a percentage; a step that is still due has none. Measures called median are
    the medians of whatever is grouped. Archived rescues count as well.
    """

    _name = "crm.rescue.report"
    _description = "Response Times of Rescues"
    _auto = False
    _rec_name = "ticket_id"
    _order = "date desc, id desc"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Rescue", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", string="Dealer Sent", readonly=True)
    home_dealer_id = fields.Many2one("crm.dealer", string="Customer's Dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", string="Dealer Region", readonly=True)
    fault_id = fields.Many2one("crm.rescue.fault", string="Breakdown", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(string="Reported", readonly=True)
    hour = fields.Integer(
        string="Hour of the Day",
        readonly=True,
        aggregator=None,
        help="In which it was reported, on the reader's clock.",
    )
    result = fields.Selection(
        lambda self: self.env["helpdesk.ticket"]
        ._fields["rescue_result"]
        ._description_selection(self.env),
        readonly=True,
    )
    rescues = fields.Integer(readonly=True)
    reopened = fields.Integer(string="Sent Again", readonly=True)
    answer_minutes = fields.Float("To Answer (min, average)", readonly=True, aggregator="avg")
    dispatch_minutes = fields.Float("To Dispatch (min, average)", readonly=True, aggregator="avg")
    arrival_minutes = fields.Float("To Arrival (min, average)", readonly=True, aggregator="avg")
    work_minutes = fields.Float("Work on Site (min, average)", readonly=True, aggregator="avg")
    total_minutes = fields.Float("To the End (min, average)", readonly=True, aggregator="avg")
    answer_median = fields.Float("To Answer (min, median)", readonly=True, aggregator="avg")
    dispatch_median = fields.Float("To Dispatch (min, median)", readonly=True, aggregator="avg")
    arrival_median = fields.Float("To Arrival (min, median)", readonly=True, aggregator="avg")
    work_median = fields.Float("Work on Site (min, median)", readonly=True, aggregator="avg")
    total_median = fields.Float("To the End (min, median)", readonly=True, aggregator="avg")
    answer_in_time = fields.Float("Answered in Time (%)", readonly=True, aggregator="avg")
    dispatch_in_time = fields.Float("Dispatched in Time (%)", readonly=True, aggregator="avg")
    arrival_in_time = fields.Float("On Site in Time (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        tz = self.env.context.get("tz") or self.env.user.tz or "UTC"
        columns = [self._span(name, *ends) for name, ends in SPANS.items()]
        columns += [self._in_time(name) for name in _DUE]
        return SQL(
            """SELECT t.id, t.id AS ticket_id, t.dealer_id,
                      t.rescue_home_dealer_id AS home_dealer_id, d.region_id,
                      t.rescue_fault_id AS fault_id, t.company_id,
                      t.date_received AS date, t.rescue_result AS result,
                      EXTRACT(hour FROM t.date_received AT TIME ZONE 'UTC'
                                        AT TIME ZONE %s)::int AS hour,
                      1 AS rescues, t.reopen_count AS reopened, %s
                 FROM helpdesk_ticket t
                 LEFT JOIN crm_dealer d ON d.id = t.dealer_id
                WHERE t.crm_kind = 'rescue'""",
            tz,
            SQL(", ").join(columns),
        )

    def _span(self, name, first, last):
        minutes = SQL(
            "EXTRACT(epoch FROM %s - %s)::float8 / 60",
            SQL.identifier("t", TIMES[last]),
            SQL.identifier("t", TIMES[first]),
        )
        return SQL(
            "%s AS %s, %s AS %s",
            minutes,
            SQL.identifier(f"{name}_minutes"),
            minutes,
            SQL.identifier(f"{name}_median"),
        )

    def _in_time(self, name):
        """100 or 0; NULL while the step is due, and where it was not needed any more."""
        taken = SQL.identifier("t", TIMES[SPANS[name][1]])
        due = SQL.identifier("t", f"rescue_{_DUE[name]}_due")
        return SQL(
            """CASE WHEN %(taken)s IS NOT NULL THEN 100.0 * (%(taken)s <= %(due)s)::int
                    WHEN %(due)s < now() AT TIME ZONE 'UTC'
                         AND t.crm_step IN ('answer', 'dispatched') THEN 0
               END AS %(name)s""",
            taken=taken,
            due=due,
            name=SQL.identifier(f"{name}_in_time"),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Medians are asked for as averages: the client knows no other word."""
        name, _colon, function = aggregate_spec.partition(":")
        if name in _MEDIAN and function == "avg":
            column = self._field_to_sql(self._table, name, query)
            return SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", column)
        return super()._read_group_select(aggregate_spec, query)

    def action_open_rescues(self):
        """The rescues behind these rows."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.helpdesk_ticket_action_rescue"
        )
        domain = [("id", "in", self.ticket_id.ids)]
        return action | {"domain": domain, "context": {"active_test": False}}
