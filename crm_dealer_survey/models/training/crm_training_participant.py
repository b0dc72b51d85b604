from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .roles import AUDITOR

STATES = [
    ("registered", "Registered"),
    ("attended", "Attended"),
    ("absent", "Absent"),
    ("cancelled", "Cancelled"),
]
TESTS = [
    ("none", "No Test Yet"),
    ("sent", "Test Sent"),
    ("failed", "Failed"),
    ("passed", "Passed"),
]
PRACTICE = [("better", "Better"), ("partly", "Partly Better"), ("same", "Unchanged")]
STARS = [(str(number), "★" * number) for number in range(1, 6)]


class CrmTrainingParticipant(models.Model):
    """A person at a session: attendance, test, certificate, evaluation, follow-up (S7).

    What steps own is written by methods alone (``crm_training_participant_guard``).
    """

    _name = "crm.training.participant"
    _description = "Training Participant"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "day desc, name, id"
    _rec_name = "name"

    session_id = fields.Many2one(
        "crm.training.session", required=True, index=True, ondelete="cascade"
    )
    person_id = fields.Many2one(
        "crm.training.person", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(related="person_id.name", store=True)
    partner_id = fields.Many2one(
        related="person_id.partner_id", string="Contact", store=True, index=True
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where the person worked on that day; hours and results count there for good.",
    )
    region_id = fields.Many2one(
        related="dealer_id.region_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="session_id.company_id", store=True, index=True)
    training_id = fields.Many2one(
        related="session_id.training_id", string="Course", store=True, index=True
    )
    day = fields.Date(related="session_id.day", store=True, index=True)
    session_state = fields.Selection(related="session_id.state", string="State of the Session")
    date_begin = fields.Datetime(related="session_id.date_begin")
    place = fields.Char(related="session_id.place")
    state = fields.Selection(
        STATES, string="Attendance", required=True, readonly=True, copy=False,
        default="registered", tracking=True,
    )  # fmt: skip
    hours = fields.Float(readonly=True, copy=False, aggregator="sum", help="Hours attended.")
    invited_on = fields.Datetime(readonly=True, copy=False)

    test_state = fields.Selection(
        TESTS, string="Test", required=True, readonly=True, copy=False, default="none",
        tracking=True,
    )  # fmt: skip
    test_token = fields.Char(
        readonly=True, copy=False, index="btree_not_null", groups="base.group_system",
        export_string_translation=False,
    )  # fmt: skip
    test_until = fields.Datetime(readonly=True, copy=False)
    score = fields.Float(
        string="Score (%)", readonly=True, copy=False, aggregator=None,
        help="Of the attempt that passed, else of the best one.",
    )  # fmt: skip
    attempts = fields.Integer(readonly=True, copy=False, aggregator="sum")
    tested_on = fields.Date(
        readonly=True, copy=False, index="btree_not_null",
        help="The day of the first attempt that was finished, of the passed one once there is one.",
    )  # fmt: skip
    test_input_ids = fields.One2many(
        "survey.user_input", "training_participant_id", string="Answers to the Test", groups=AUDITOR
    )
    certified_on = fields.Date(readonly=True, copy=False, index="btree_not_null", tracking=True)
    valid_until = fields.Date(
        string="Certificate Until", readonly=True, copy=False, index="btree_not_null",
        help="Empty with a certificate: it holds for ever.",
    )  # fmt: skip
    expiry_told = fields.Boolean(readonly=True, copy=False, export_string_translation=False)

    stars = fields.Integer(
        compute="_compute_stars", store=True, aggregator="sum", export_string_translation=False
    )
    rated = fields.Integer(
        compute="_compute_stars", store=True, aggregator="sum", export_string_translation=False
    )
    evaluation = fields.Selection(STARS, copy=False, help="How good was the session?")
    comment = fields.Text(copy=False, help="What was good, what was missing?")

    follow_up_on = fields.Date(
        string="Follow-up Due", readonly=True, copy=False, index="btree_not_null"
    )
    follow_up_told = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    practice = fields.Selection(
        PRACTICE, copy=False, tracking=True, help="Did the work change after the training?"
    )
    practice_note = fields.Text(string="What Changed", copy=False)
    practice_on = fields.Date(string="Followed Up On", readonly=True, copy=False)
    practice_by_id = fields.Many2one(
        "res.users", string="Followed Up By", readonly=True, copy=False, ondelete="restrict"
    )
    is_own = fields.Boolean(compute="_compute_may", export_string_translation=False)
    may_attend = fields.Boolean(compute="_compute_may", export_string_translation=False)
    may_manage = fields.Boolean(compute="_compute_may", export_string_translation=False)
    has_test = fields.Boolean(related="training_id.has_test", export_string_translation=False)

    _once = models.Constraint(
        "UNIQUE(session_id, person_id)", "This person is registered for the session already."
    )
    _certified = models.Index("(person_id, training_id) WHERE certified_on IS NOT NULL")

    @api.constrains("hours")
    def _check_hours(self):
        for one in self.sudo():  # sudo: how long the session was decides
            if not 0 <= one.hours <= max(one.session_id.hours, 0):
                raise ValidationError(
                    self.env._(
                        "The session had %(hours)g hours: nobody attended less than none or more.",
                        hours=one.session_id.hours,
                    )
                )

    @api.depends("evaluation")
    def _compute_stars(self):
        for one in self:
            one.stars = int(one.evaluation or 0)
            one.rated = int(bool(one.evaluation))
