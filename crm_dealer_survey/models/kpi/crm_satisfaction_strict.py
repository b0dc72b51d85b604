from odoo import fields, models
from odoo.tools import SQL

from ..programme.crm_satisfaction_score import CHANNELS

WHY = [
    ("number", "Wrong phone number"),
    ("bounced", "Message could not be delivered"),
    ("file", "Contact data on file were wrong"),
]
# By these a customer is reached; one that was verified wrong makes the sample worth nothing.
CONTACT = ["phone", "email"]
# Failures that lie in the address; all others are the sender's.
ADDRESS = [
    "mail_email_invalid", "mail_email_missing", "mail_bounce",
    "sms_number_missing", "sms_number_format", "sms_invalid_destination",
]  # fmt: skip

# Ids of the three kinds never meet. A verification bears the day of who made it: time zones differ
# by a day.
_ROWS = """
SELECT i.id, i.date, i.dealer_id, i.region_id, i.company_id, i.programme_id, i.version_id,
       i.partner_id, i.channel, i.user_input_id, NULL::int AS call_id,
       CASE WHEN w.partner_id IS NULL THEN i.value ELSE 0 END AS value,
       CASE WHEN w.partner_id IS NOT NULL THEN 'file' END AS why
  FROM crm_satisfaction_score i
  LEFT JOIN (SELECT DISTINCT v.partner_id, v.date + day AS date
               FROM crm_customer_verification_line v, generate_series(-1, 1) day
              WHERE v.verdict = 'wrong' AND v.field_name = ANY(%(contact)s)) w
       ON w.partner_id = i.partner_id AND w.date = i.date
 WHERE i.kind = 'satisfaction' AND i.factor_id IS NULL
 UNION ALL
SELECT -2 * i.id, (i.last_date AT TIME ZONE 'UTC' AT TIME ZONE %(days)s)::date, i.dealer_id,
       d.region_id, i.company_id, r.programme_id, NULL, i.commercial_partner_id, 'phone', NULL,
       i.id, 0, 'number'
  FROM crm_followup_call i
  JOIN crm_followup_rule r ON r.id = i.rule_id
  JOIN crm_dealer d ON d.id = i.dealer_id
 WHERE i.caller = 'call_centre' AND i.state = 'unreachable' AND i.last_result = 'wrong_number'
   AND r.programme_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM crm_satisfaction_sample_line l
                    WHERE l.call_id = i.id AND l.state = 'answered')
 UNION ALL
SELECT -2 * i.id - 1, (i.sent_at AT TIME ZONE 'UTC' AT TIME ZONE %(days)s)::date, i.dealer_id,
       d.region_id, i.company_id, i.programme_id, NULL, i.commercial_partner_id, i.channel, NULL,
       NULL, 0, 'bounced'
  FROM crm_satisfaction_sample_line i
  JOIN crm_dealer d ON d.id = i.dealer_id
  LEFT JOIN mail_mail m ON m.id = i.mail_id AND m.state IN ('exception', 'cancel')
  LEFT JOIN sms_sms s ON s.id = i.sms_id AND s.state IN ('error', 'canceled')
 WHERE i.state = 'failed' AND i.reason = 'bounced'
   AND (m.id IS NULL OR m.failure_type = ANY(%(address)s))
   AND (s.id IS NULL OR s.failure_type = ANY(%(address)s))
"""


class CrmSatisfactionStrict(models.Model):
    """Answers, and customers who could not be asked because their contact data were wrong (S9).

    A row each, for the strict satisfaction: an answer is worth what was said, 1 to 10, and 0 where
    phone or e-mail of the customer proved wrong at that time; so is a call of the call centre that
    reached a wrong number, and a message of a sample that came back. What failed at the sender
    (no credit, no server) is nobody's fault and no row.
    """

    _name = "crm.satisfaction.strict"
    _description = "Satisfaction, Wrong Contact Data as Zero"
    _auto = False
    _rec_name = "partner_id"
    _order = "date desc, id desc"
    _depends = {
        "crm.satisfaction.score": [
            "user_input_id", "version_id", "programme_id", "kind", "factor_id", "value",
            "dealer_id", "region_id", "partner_id", "channel", "company_id", "date",
        ],
        "crm.followup.call": [
            "rule_id", "caller", "state", "last_result", "last_date", "dealer_id", "company_id",
            "commercial_partner_id",
        ],
        "crm.followup.rule": ["programme_id"],
        "crm.satisfaction.sample.line": [
            "state", "reason", "sent_at", "programme_id", "dealer_id", "company_id", "channel",
            "commercial_partner_id", "call_id", "mail_id", "sms_id",
        ],
        "crm.customer.verification.line": ["partner_id", "date", "verdict", "field_name"],
        "crm.dealer": ["region_id"],
        "mail.mail": ["state", "failure_type"],
        "sms.sms": ["state", "failure_type"],
    }  # fmt: skip

    date = fields.Date(readonly=True, help="Of the answer, the call or the message.")
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    programme_id = fields.Many2one("crm.satisfaction.programme", readonly=True)
    version_id = fields.Many2one("crm.satisfaction.version", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    user_input_id = fields.Many2one("survey.user_input", string="Answer", readonly=True)
    call_id = fields.Many2one(
        "crm.followup.call",
        string="Follow-up Call",
        readonly=True,
        groups="crm_dealer_grading.group_call_centre,crm_dealer_grading.group_oem_auditor",
    )
    value = fields.Float(
        string="Score",
        readonly=True,
        aggregator=None,
        help="What was said, 1 to 10; 0 where the contact data were wrong.",
    )
    why = fields.Selection(WHY, string="Zero Because", readonly=True)

    @property
    def _table_query(self):
        zones = self.env["crm.satisfaction.score"]._time_zones()
        return SQL(_ROWS, days=zones, contact=CONTACT, address=ADDRESS)

    def action_open_answer(self):
        """Open the answer, or what is known of the customer who could not be asked."""
        self.ensure_one()
        if self.user_input_id:
            view = self.env.ref("crm_dealer_survey.survey_user_input_view_form").id
            target, views = self.user_input_id, [(view, "form")]
        else:
            target, views = self.partner_id, [(False, "form")]
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "views": views,
        }
