from odoo import api, fields, models

from .crm_care_rule import CHANNELS

STATES = [
    ("planned", "Planned"),
    ("sent", "Sent"),
    ("skipped", "Left Out"),
    ("failed", "Failed"),
]
REASONS = [
    ("no_address", "No Address"),
    ("consent", "Not Allowed by the Customer"),
    ("blacklist", "Blacklisted"),
    ("cap", "Contacted Often Enough"),
    ("given_up", "Archived or Given Up"),
    ("gone", "No Longer the Owner"),
    ("settled", "No Longer Due"),
    ("stopped", "Rule Archived"),
    ("day", "Another Message That Day"),
    ("late", "Too Late"),
    ("no_staff", "Nobody to Give It to"),
    ("no_text", "The Text Failed"),
    ("delayed", "Delivery Delayed, Tried Again Every Hour"),
    ("undelivered", "Not Delivered"),
    ("error", "An Error Stopped It"),
]


class CrmCareReminder(models.Model):
    """Ledger of care: one line for each rule, subject and due date, whatever becomes of it (M5).

    The run writes lines by one statement a rule (*planned*), then sends them in batches. Whoever
    gets nothing keeps a line with the reason. Nobody writes it by hand.
    """

    _name = "crm.care.reminder"
    _description = "Reminder"
    _order = "date desc, id desc"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("crm.care.rule", required=True, ondelete="restrict")
    trigger = fields.Selection(related="rule_id.trigger")
    partner_id = fields.Many2one(
        "res.partner", string="Recipient", required=True, index=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    vehicle_id = fields.Many2one("crm.vehicle", index="btree_not_null", ondelete="cascade")
    due_date = fields.Date(string="Due On", required=True)
    date = fields.Date(
        string="Planned for", required=True, help="The day on which the message is to go out."
    )
    state = fields.Selection(STATES, required=True, default="planned", index=True)
    reason = fields.Selection(
        REASONS, string="Why Not",
        help="Why it was left out; of a planned one, why it waits; of a sent one, that the mail "
        "server or the SMS provider cannot be reached.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="activity")
    date_sent = fields.Datetime(string="Sent On")
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", index="btree_not_null", ondelete="set null")
    user_id = fields.Many2one(
        "res.users", string="Responsible", index="btree_not_null", ondelete="set null"
    )
    merged_into_id = fields.Many2one(
        "crm.care.reminder",
        string="Told by",
        index="btree_not_null",
        ondelete="set null",
        help="The reminder whose message told this one as well.",
    )
    activity_id = fields.Many2one(
        "mail.activity", string="To-Do", index="btree_not_null", ondelete="set null"
    )
    mail_id = fields.Many2one(
        "mail.mail", string="E-Mail", index="btree_not_null", ondelete="set null"
    )
    sms_id = fields.Many2one("sms.sms", string="SMS", index="btree_not_null", ondelete="set null")
    log_id = fields.Many2one(
        "crm.contact.log", string="Contact", index="btree_not_null", ondelete="set null"
    )
    count = fields.Integer(string="Reminders", default=1, aggregator="sum")

    _subject_uniq = models.UniqueIndex(
        "(rule_id, partner_id, COALESCE(vehicle_id, 0), due_date)",
        "This customer was reminded of this date by this rule already.",
    )
    _planned_index = models.Index("(commercial_partner_id, id) WHERE state = 'planned'")
    _sent_index = models.Index("(partner_id, date) WHERE state = 'sent'")

    @api.depends("rule_id", "partner_id", "due_date")
    def _compute_display_name(self):
        for reminder in self:
            names = (reminder.rule_id.name, reminder.partner_id.name)
            reminder.display_name = " · ".join(filter(None, names))
