from odoo import fields, models
from odoo.tools import SQL

from .crm_satisfaction_sample_line import STATES
from .crm_satisfaction_sample_stratum import STRATA
from .crm_satisfaction_sampling import WAYS


class CrmSatisfactionSampleReport(models.Model):
    """Who answered of those asked (S2): a row for each customer asked, without the customer.

    So a dealer reads its response rate and nobody's name. Averages of the rate over any group are
    answered / asked.
    """

    _name = "crm.satisfaction.sample.report"
    _description = "Response to Samples"
    _auto = False
    _rec_name = "programme_id"
    _order = "period desc, id desc"
    _depends = {
        "crm.satisfaction.sample.line": [
            "sample_id", "programme_id", "company_id", "dealer_id", "stratum", "channel", "state",
            "asked", "sent_at", "reminded_at",
        ],
        "crm.satisfaction.sample": ["version_id", "date_from", "state"],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    sample_id = fields.Many2one(
        "crm.satisfaction.sample", readonly=True, groups="crm_dealer_grading.group_oem_auditor"
    )
    programme_id = fields.Many2one("crm.satisfaction.programme", readonly=True)
    version_id = fields.Many2one("crm.satisfaction.version", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    is_over = fields.Boolean(
        string="Over", readonly=True, help="The sample is closed, and nobody is waited for."
    )
    period = fields.Date(string="Events From", readonly=True)
    sent_at = fields.Datetime(string="Asked On", readonly=True)
    stratum = fields.Selection(STRATA, string="Group", readonly=True)
    channel = fields.Selection(WAYS, string="Way", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    asked = fields.Integer(string="Customers Asked", readonly=True, aggregator="sum")
    answered = fields.Integer(string="Customers Who Answered", readonly=True, aggregator="sum")
    reminded = fields.Integer(string="Customers Reminded", readonly=True, aggregator="sum")
    response_rate = fields.Float(
        readonly=True, aggregator="avg", help="Answered of those asked."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT l.id, l.sample_id, l.programme_id, s.version_id, l.company_id, l.dealer_id,
                      d.region_id, s.date_from AS period,
                      s.state = 'closed' AND l.state NOT IN ('drawn', 'sent') AS is_over,
                      l.sent_at, l.stratum, l.channel, l.state,
                      1 AS asked, (l.state = 'answered')::int AS answered,
                      (l.reminded_at IS NOT NULL)::int AS reminded,
                      (l.state = 'answered')::int::float8 AS response_rate
                 FROM crm_satisfaction_sample_line l
                 JOIN crm_satisfaction_sample s ON s.id = l.sample_id
                 JOIN crm_dealer d ON d.id = l.dealer_id
                WHERE l.asked"""
        )
