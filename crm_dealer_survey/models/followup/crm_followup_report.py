from odoo import fields, models
from odoo.tools import SQL

from .crm_followup_call import RESULTS, STATES
from .crm_followup_rule import CALLERS, EVENTS


class CrmFollowupReport(models.Model):
    """What was due and what was made (S3): a row for each call that has become due.

    Due: it became due until today, or somebody called already; withdrawn ones do not count. Made:
    at least one attempt. Reached: the customer was spoken to. The averages of ``made_rate`` and
    ``reached_rate`` over any group are made / due and reached / due.
    """

    _name = "crm.followup.report"
    _description = "Follow-up Calls: Due, Made, Reached"
    _auto = False
    _rec_name = "rule_id"
    _order = "date_due desc, id desc"
    _depends = {
        "crm.followup.call": [
            "rule_id", "caller", "dealer_id", "company_id", "date_due", "state", "last_result",
            "attempt_count", "user_id",
        ],
        "crm.followup.rule": ["event"],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    rule_id = fields.Many2one("crm.followup.rule", readonly=True)
    event = fields.Selection(EVENTS, string="After", readonly=True)
    caller = fields.Selection(CALLERS, string="Who Calls", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_due = fields.Date(string="Due On", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    last_result = fields.Selection(RESULTS, readonly=True)
    due = fields.Integer(string="Calls Due", readonly=True, aggregator="sum")
    made = fields.Integer(string="Calls Made", readonly=True, aggregator="sum")
    reached = fields.Integer(string="Customers Reached", readonly=True, aggregator="sum")
    attempts = fields.Integer(readonly=True, aggregator="sum")
    made_rate = fields.Float(
        string="Ratio", readonly=True, aggregator="avg", help="Made / due."
    )
    reached_rate = fields.Float(
        string="Success", readonly=True, aggregator="avg", help="Reached / due."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT c.id, c.rule_id, r.event, c.caller, c.dealer_id, d.region_id, c.company_id,
                      c.date_due, c.state, c.last_result, 1 AS due,
                      (c.attempt_count > 0)::int AS made,
                      spoken.yes AS reached,
                      c.attempt_count AS attempts,
                      (c.attempt_count > 0)::int::float8 AS made_rate,
                      spoken.yes::float8 AS reached_rate
                 FROM crm_followup_call c
                 JOIN crm_followup_rule r ON r.id = c.rule_id
                 JOIN crm_dealer d ON d.id = c.dealer_id
                CROSS JOIN LATERAL (SELECT (c.state = 'done' AND c.last_result
                                    IS NOT DISTINCT FROM 'reached')::int AS yes) spoken
                WHERE c.state <> 'withdrawn'
                  AND (c.date_due <= %s OR c.attempt_count > 0)""",
            self.env.company._today_here(),
        )
