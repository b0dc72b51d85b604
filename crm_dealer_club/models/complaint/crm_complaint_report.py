from odoo import fields, models, tools

RATE = "avg"


class CrmComplaintReport(models.Model):
    """Complaints by cause, dealer, vehicle model and month, a row each (M7, S10).

    A rate is the average of 100 and 0 over the complaints it can be told of: a running clock
    that has time left counts neither way, one that has run out counts as missed. Archived ones
    count as well: nobody gets rid of one so.
    """

    _name = "crm.complaint.report"
    _description = "Complaint Analysis"
    _auto = False
    _rec_name = "ticket_id"
    _order = "date_received desc"
    _depends = {
        "helpdesk.ticket": [
            "crm_kind", "crm_step", "dealer_id", "category_id", "vehicle_model_id",
            "user_id", "channel_id", "company_id", "date_received", "date_answered", "date_solved",
            "answer_deadline", "solution_deadline", "solution_missed", "is_repeat",
            "reopen_count", "cost", "compensation_amount", "liable", "risk_level", "stage_id",
        ],
    }  # fmt: skip

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", readonly=True)
    date_received = fields.Datetime(string="Received on", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", string="Cause", readonly=True)
    cause_group_id = fields.Many2one(
        "helpdesk.ticket.category", string="Group of Causes", readonly=True
    )
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    channel_id = fields.Many2one("helpdesk.ticket.channel", string="Source", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    stage_id = fields.Many2one("helpdesk.ticket.stage", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    liable = fields.Selection(
        lambda self: self.env["helpdesk.ticket"]._fields["liable"]._description_selection(self.env),
        string="Who Is Responsible for It",
        readonly=True,
    )
    risk_level = fields.Selection(
        lambda self: self.env["helpdesk.ticket"]
        ._fields["risk_level"]
        ._description_selection(self.env),
        readonly=True,
    )
    complaints = fields.Integer(readonly=True)
    open_count = fields.Integer(string="Still Open", readonly=True)
    in_time = fields.Float(
        string="In Time (%)",
        readonly=True,
        aggregator=RATE,
        help="Answered and solved within both clocks.",
    )
    answer_in_time = fields.Float(string="Answered in Time (%)", readonly=True, aggregator=RATE)
    solution_in_time = fields.Float(string="Solved in Time (%)", readonly=True, aggregator=RATE)
    answer_hours = fields.Float(
        string="Hours to the First Answer", readonly=True, aggregator=RATE
    )
    solution_hours = fields.Float(string="Hours to the Solution", readonly=True, aggregator=RATE)
    repeat_rate = fields.Float(string="Repeats (%)", readonly=True, aggregator=RATE)
    reopened_rate = fields.Float(string="Reopened (%)", readonly=True, aggregator=RATE)
    cost = fields.Float(readonly=True)
    compensation_amount = fields.Float(string="Compensation", readonly=True)

    @property
    def _table_query(self):
        return tools.SQL(
            """SELECT f.*, CASE WHEN answer_in_time = 0 OR solution_in_time = 0 THEN 0.0
                                WHEN answer_in_time = 100 AND solution_in_time = 100 THEN 100.0
                           END AS in_time
                 FROM (%s) f""",
            self._facts(),
        )

    def _facts(self):
        return tools.SQL(
            """SELECT t.id, t.id AS ticket_id, t.date_received, t.dealer_id, d.region_id,
                      t.category_id, split_part(k.parent_path, '/', 1)::int AS cause_group_id,
                      t.vehicle_model_id, t.channel_id, t.user_id, t.stage_id, t.company_id,
                      t.liable, t.risk_level, 1 AS complaints,
                      CASE WHEN t.crm_step = 'closed' THEN 0 ELSE 1 END AS open_count,
                      CASE WHEN t.answer_deadline IS NULL THEN NULL
                           WHEN t.date_answered <= t.answer_deadline THEN 100.0
                           WHEN COALESCE(t.date_answered, now.now) > t.answer_deadline THEN 0.0
                      END AS answer_in_time,
                      CASE WHEN t.solution_deadline IS NULL THEN NULL
                           WHEN t.solution_missed THEN 0.0
                           WHEN t.date_solved IS NOT NULL THEN 100.0
                           WHEN now.now > t.solution_deadline THEN 0.0
                      END AS solution_in_time,
                      EXTRACT(epoch FROM t.date_answered - t.date_received) / 3600
                          AS answer_hours,
                      EXTRACT(epoch FROM t.date_solved - t.date_received) / 3600
                          AS solution_hours,
                      CASE WHEN t.is_repeat THEN 100.0 ELSE 0.0 END AS repeat_rate,
                      CASE WHEN t.reopen_count > 0 THEN 100.0 ELSE 0.0 END AS reopened_rate,
                      t.cost, t.compensation_amount
                 FROM helpdesk_ticket t
                 LEFT JOIN crm_dealer d ON d.id = t.dealer_id
                 LEFT JOIN helpdesk_ticket_category k ON k.id = t.category_id
                CROSS JOIN (SELECT %s::timestamp AS now) now
                WHERE t.crm_kind = 'complaint'""",
            fields.Datetime.now(),
        )
