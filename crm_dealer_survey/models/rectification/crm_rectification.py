from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

STATES = [
    ("draft", "Draft"),
    ("issued", "Issued"),
    ("refused", "Refused by the Dealer"),
    ("in_work", "In Work"),
    ("reported", "Reported"),
    ("recalled", "Customer Called Again"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
ORIGINS = [
    ("hand", "By Hand"),
    ("answer", "Answer of a Customer"),
    ("call", "Follow-up Call"),
    ("complaint", "Complaint"),
    ("audit", "Audit"),
]
SEVERITIES = [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")]
VERDICTS = [
    ("satisfied", "Satisfied"),
    ("dissatisfied", "Not Satisfied"),
    ("unreached", "Not Reached"),
    ("refused", "Refused to Talk"),
]
# The dealer's turn: what is late then is the dealer's lateness.
WITH_DEALER = ("issued", "in_work")
OPEN = ("issued", "refused", "in_work", "reported", "recalled")
ANSWER_READERS = (
    "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_call_centre,"
    "crm_dealer_grading.group_oem_auditor"
)


class CrmRectification(models.Model):
    """Notice of rectification 问题整改通知单: a dealer is told to put a problem right (S4).

    The manufacturer says the problem and the deadline, the dealer why it happened and what was
    done, with proof; then the customer is called again, and who issued the notice closes it.
    States change by ``_step`` alone (``crm_rectification_step``); who may write which field says
    ``crm_rectification_guard``.
    """

    _name = "crm.rectification"
    _description = "Rectification Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "deadline_on, id desc"
    _rec_names_search = ["name", "subject"]

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    subject = fields.Char(required=True, tracking=True, help="The problem in a few words.")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        group_expand=True,  # columns in the order of the steps, the empty ones too
    )
    origin = fields.Selection(ORIGINS, required=True, readonly=True, copy=False, default="hand")
    origin_key = fields.Char(
        readonly=True, copy=False, help="What made the notice by itself; once for each."
    )
    source_ref = fields.Char(readonly=True, copy=False, help="Model and id of complaint or audit.")
    source_name = fields.Char(string="Source", readonly=True, copy=False)
    severity = fields.Selection(SEVERITIES, required=True, default="major", tracking=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, index=True, ondelete="restrict", tracking=True
    )
    region_id = fields.Many2one(related="dealer_id.region_id")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('dealer_ids', 'in', dealer_id)]",
        help="Who puts it right at the dealer.",
    )
    issuer_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        help="Who issued the notice; nobody else closes it.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="set null"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer Entity", store=True,
        index="btree_not_null",
    )  # fmt: skip
    vehicle_id = fields.Many2one("crm.vehicle", index="btree_not_null", ondelete="set null")
    visit_id = fields.Many2one("crm.service.visit", index="btree_not_null", ondelete="set null")
    answer_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=ANSWER_READERS,
    )
    call_id = fields.Many2one(
        "crm.followup.call",
        string="Follow-up Call",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    factor_id = fields.Many2one(
        "crm.satisfaction.factor",
        index="btree_not_null",
        ondelete="set null",
        help="What the problem belongs to; the weakest one of the answer.",
    )
    finding_ids = fields.One2many("crm.rectification.finding", "rectification_id", copy=True)
    problem = fields.Text(required=True, tracking=True, help="What happened, in words.")
    working_days = fields.Integer(
        default=5, help="Working days of the company from the day of issue to the deadline."
    )
    deadline_on = fields.Date(
        string="Deadline",
        copy=False,
        index=True,
        tracking=True,
        help="Until the end of that day the dealer reports. Left empty, it follows from the "
        "working days when the notice is issued.",
    )
    issued_on = fields.Date(readonly=True, copy=False)
    accepted_on = fields.Date(readonly=True, copy=False)
    accepted_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    reported_on = fields.Date(readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    cause_analysis = fields.Text(copy=False, tracking=True, help="Why it happened; the dealer.")
    measure_ids = fields.One2many("crm.rectification.measure", "rectification_id", copy=False)
    recall_ids = fields.One2many("crm.rectification.recall", "rectification_id", copy=False)
    recall_call_id = fields.Many2one(
        "crm.followup.call",
        string="Due Call",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    verdict = fields.Selection(
        VERDICTS, string="Customer Is", readonly=True, copy=False, tracking=True
    )
    reason = fields.Text(
        readonly=True, copy=False, tracking=True,
        help="Why it was refused, sent back, opened again or cancelled; the last one.",
    )  # fmt: skip
    report_count = fields.Integer(string="Reports", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Reopened", readonly=True, copy=False)
    escalation_ids = fields.One2many(
        "crm.rectification.escalation", "rectification_id", copy=False
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _origin_once = models.UniqueIndex(
        "(origin_key) WHERE origin_key IS NOT NULL", "There is a notice about this already."
    )
    _working_days_positive = models.Constraint(
        "CHECK(working_days > 0)", "A dealer has one working day at least."
    )
    _open_index = models.Index(
        "(deadline_on) WHERE state IN ('issued', 'in_work') AND deadline_on IS NOT NULL"
    )

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for notice in self:
            number = notice.name if notice.name != "/" else self.env._("Draft")
            notice.display_name = " · ".join(filter(None, [number, notice.subject]))

    @api.depends("state", "deadline_on", "company_id")
    def _compute_is_overdue(self):
        for notice in self:
            today = (notice.company_id or self.env.company)._today_here()
            late = notice.state in WITH_DEALER and notice.deadline_on
            notice.is_overdue = bool(late) and notice.deadline_on < today

    @api.model
    def _search_is_overdue(self, operator, value):
        """Days are those of the notice's company."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        companies = self.env["res.company"].sudo().search(Domain.TRUE)  # sudo: what day it is
        return Domain("state", "in", WITH_DEALER) & companies._over_domain("deadline_on")

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for notice in self.sudo():  # sudo: whose dealer it is decides
            notice.dealer_id._check_in_company(notice.company_id)

    @api.constrains("responsible_id", "dealer_id")
    def _check_responsible(self):
        for notice in self.sudo().filtered("responsible_id"):  # sudo: who works where
            if notice.responsible_id not in notice.dealer_id.user_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work at %(dealer)s. Choose one of its staff.",
                        user=notice.responsible_id.name,
                        dealer=notice.dealer_id.name,
                    )
                )

    @api.onchange("visit_id", "vehicle_id")
    def _onchange_subject(self):
        visit, vehicle = self.visit_id, self.visit_id.vehicle_id or self.vehicle_id
        self.vehicle_id = vehicle
        self.partner_id = self.partner_id or visit.partner_id or vehicle.partner_id
        self.dealer_id = self.dealer_id or visit.dealer_id or self.partner_id.dealer_id

    @api.onchange("dealer_id")
    def _onchange_dealer_id(self):
        if self.responsible_id and self.responsible_id not in self.dealer_id.user_ids:
            self.responsible_id = False
        self.company_id = self.dealer_id.company_id or self.company_id or self.env.company
