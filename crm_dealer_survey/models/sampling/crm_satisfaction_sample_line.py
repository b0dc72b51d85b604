from odoo import fields, models

from .crm_satisfaction_sample_stratum import STRATA
from .crm_satisfaction_sampling import WAYS

STATES = [
    ("reserve", "Reserve"),
    ("drawn", "To Be Asked"),
    ("sent", "Asked"),
    ("answered", "Answered"),
    ("expired", "No Answer"),
    ("refused", "Refused"),
    ("failed", "Not Reached"),
    ("skipped", "Left Out"),
]
# In these states a customer counts as asked: nobody asks again within the days of rest.
HOLDS = ("drawn", "sent", "answered", "expired", "refused")


class CrmSatisfactionSampleLine(models.Model):
    """A customer who was drawn, or waits in reserve; no role writes it (S2).

    The constraint ``_rest_excl`` is what keeps a customer from being asked twice within the days
    of rest, whichever draws run at the same instant.
    """

    _name = "crm.satisfaction.sample.line"
    _description = "Customer of a Sample"
    _inherit = ["mail.thread"]  # bounced e-mails come back to it
    _order = "sample_id, dealer_id, stratum, place"
    _rec_name = "partner_id"

    sample_id = fields.Many2one(
        "crm.satisfaction.sample", required=True, readonly=True, index=True, ondelete="cascade"
    )
    stratum_id = fields.Many2one(
        "crm.satisfaction.sample.stratum", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    stratum = fields.Selection(STRATA, string="Group", required=True, readonly=True)
    place = fields.Integer(readonly=True, aggregator=None, help="In the order of the seed.")
    figure = fields.Float(readonly=True, aggregator=None, help="What seed and event gave.")
    event_key = fields.Char(string="Event", required=True, readonly=True)
    visit_id = fields.Many2one(
        "crm.service.visit", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    # Stored as drawn: the rest of a customer is a constraint of the database.
    commercial_partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    channel = fields.Selection(WAYS, string="Way", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="reserve")
    reason = fields.Selection(
        [
            ("contact", "Must not be contacted any more"),
            ("bounced", "The message could not be delivered"),
            ("unreachable", "Not reached by phone"),
            ("silent", "Reached by phone, answered nothing"),
            ("event", "The event was taken back"),
            ("double", "Merged with a customer who is asked"),
            ("closed", "The sample was closed before"),
            ("error", "The message could not be made"),
        ],
        readonly=True,
    )
    asked_on = fields.Date(
        string="Rests From", readonly=True, help="The day on which the customer was drawn."
    )
    cooling_days = fields.Integer(string="Days of Rest", readonly=True, aggregator=None)
    asked = fields.Boolean(readonly=True, help="A message or a call reached out.")
    sent_at = fields.Datetime(string="Asked On", readonly=True)
    reminded_at = fields.Datetime(string="Reminded On", readonly=True)
    replaced = fields.Boolean(readonly=True, help="One of the reserve has taken the place.")
    answer_id = fields.Many2one(
        "survey.user_input", readonly=True, index="btree_not_null", ondelete="set null"
    )
    call_id = fields.Many2one(
        "crm.followup.call", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_id = fields.Many2one(
        "mail.mail", string="E-Mail Sent", readonly=True, index="btree_not_null",
        ondelete="set null", groups="base.group_system",
    )  # fmt: skip
    sms_id = fields.Many2one(
        "sms.sms", string="SMS Sent", readonly=True, index="btree_not_null",
        ondelete="set null", groups="base.group_system",
    )  # fmt: skip

    _customer_uniq = models.UniqueIndex(
        "(sample_id, commercial_partner_id)", "The customer is in the sample already."
    )
    _rest_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(commercial_partner_id, commercial_partner_id, '[]') WITH &&,"
        " daterange(asked_on, asked_on + cooling_days) WITH &&)"
        " WHERE (asked_on IS NOT NULL AND"
        " state IN ('drawn', 'sent', 'answered', 'expired', 'refused'))",
        "The customer was asked lately, or is being asked by another programme.",
    )
    _bounced_index = models.Index(
        "(programme_id) WHERE state = 'failed' AND reason = 'bounced'"
    )
    _work_index = models.Index("(state, sample_id, place) WHERE state IN ('drawn', 'sent')")
    _lost_index = models.Index(
        "(stratum_id) WHERE state IN ('refused', 'failed', 'skipped') AND replaced IS NOT TRUE"
    )

    def action_open_answer(self):
        """Open what the customer answered."""
        self.ensure_one()
        return self.env["survey.user_input"]._open_answers([("id", "=", self.answer_id.id)])
