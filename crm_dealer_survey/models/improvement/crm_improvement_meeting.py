from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..rectification.crm_rectification_guard import DEALER_MANAGER
from .crm_improvement_part import STEP


class CrmImprovementMeeting(models.Model):
    """CS改善会议: agenda, who was there, what was decided (S6).

    The appointment is the ERP's own calendar event, private and without any content: everybody may
    read calendars, but nobody a foreign dealer's plans.
    """

    _name = "crm.improvement.meeting"
    _description = "Improvement Meeting"
    _inherit = ["crm.dealer.scope", "crm.dealer.dialog", "mail.thread"]
    _in_sight = ("plan_ids",)
    _order = "start desc, id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Subject", required=True, tracking=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, index=True, ondelete="restrict",
        default=lambda self: self.env.user._default_dealer(),
    )  # fmt: skip
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    plan_ids = fields.Many2many(
        "crm.improvement.plan", "crm_improvement_meeting_plan_rel", "meeting_id", "plan_id",
        string="Plans", domain="[('dealer_id', '=', dealer_id)]",
    )  # fmt: skip
    start = fields.Datetime(required=True, tracking=True)
    duration = fields.Float(default=1.0, required=True, help="Hours.")
    location = fields.Char()
    user_ids = fields.Many2many(
        "res.users", "crm_improvement_meeting_user_rel", "meeting_id", "user_id",
        string="Attendees", default=lambda self: self.env.user,
        domain="[('share', '=', False), '|', ('dealer_ids', '=', False), "
        "('dealer_ids', 'in', dealer_id)]",
    )  # fmt: skip
    guests = fields.Char(help="Who else took part, by name.")
    organiser_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", index="btree_not_null",
        default=lambda self: self.env.user,
    )  # fmt: skip
    agenda = fields.Text(help="One topic a line.")
    minutes = fields.Text(copy=False, help="What was said.")
    decision_ids = fields.One2many("crm.improvement.decision", "meeting_id", copy=False)
    event_id = fields.Many2one(
        "calendar.event", string="Appointment", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null",
    )  # fmt: skip
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")], required=True,
        readonly=True, copy=False, default="planned", tracking=True,
    )  # fmt: skip

    _lasts = models.Constraint("CHECK(duration > 0)", "A meeting lasts some time.")

    @api.constrains("plan_ids", "dealer_id")
    def _check_plans(self):
        for meeting in self.sudo():  # sudo: whose plans these are
            if meeting.plan_ids.dealer_id - meeting.dealer_id:
                raise ValidationError(
                    self.env._("A meeting is about plans of its dealer alone. Hold another one.")
                )

    @api.constrains("user_ids", "dealer_id")
    def _check_attendees(self):
        for meeting in self.sudo():  # sudo: who works where
            for user in meeting.user_ids.filtered("dealer_scoped"):
                meeting.dealer_id._check_works_here(user)

    # ------------------------------------------------------------ who may write

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_improvement_step") is STEP

    def _store(self, vals):
        # sudo: the right to the step, or to the appointment, replaces that to the fields.
        return self.sudo().with_context(crm_improvement_step=STEP).write(vals)

    def _check_leads(self, states=("planned",)):
        """:raise AccessError: no manager of the dealer; :raise UserError: not at that state"""
        user = self.env.user
        for meeting in self.sudo():  # sudo: whose it is decides
            manager = user.has_group(DEALER_MANAGER) and meeting.dealer_id in user._own_dealers()
            if not manager:
                raise AccessError(
                    self.env._("Meetings are called and minuted by the dealer's manager.")
                )
            if meeting.state not in states:
                raise UserError(
                    self.env._("“%s” was held or cancelled: its minutes stay.", meeting.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        owned = {"state": "planned", "event_id": False, "organiser_id": self.env.uid}
        meetings = super().create([{**vals, **owned} for vals in vals_list])
        if not self.env.su:
            meetings._check_leads()
        meetings._sync_event()
        return meetings

    def write(self, vals):
        if self._by_step():
            return super().write(vals)
        if {"state", "event_id", "organiser_id"} & vals.keys():
            raise AccessError(self.env._("A meeting changes its state by its buttons only."))
        names = vals.keys() - self.env["mail.thread"]._fields.keys()
        if names and not self.env.su:
            self._check_leads()
        result = super().write(vals)
        if not self.env.su:
            self._check_leads()
        if {"start", "duration", "location", "user_ids"} & vals.keys():
            self._sync_event()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_planned_only(self):
        if not self.env.su:
            self._check_leads()
        self.sudo().event_id.unlink()  # sudo: the appointment goes with the meeting

    # ------------------------------------------------------------ appointment

    def _sync_event(self):
        """The appointment of each planned meeting says when, where and who, and no more."""
        # sudo: the right to the meeting replaces that to its appointment.
        for meeting in self.sudo():
            vals = {
                "name": self.env._("CS improvement meeting"),
                "start": meeting.start,
                "stop": meeting.start + timedelta(hours=meeting.duration),
                "location": meeting.location,
                "privacy": "private",
                "user_id": meeting.organiser_id.id,
                "partner_ids": [Command.set(meeting.user_ids.partner_id.ids)],
            }
            quiet = meeting.env["calendar.event"].with_context(crm_improvement_step=STEP)
            if meeting.event_id:
                meeting.event_id.with_env(quiet.env).write(vals)
            else:
                model = self.env["ir.model"]._get_id(self._name)
                event = quiet.create({**vals, "res_model_id": model, "res_id": meeting.id})
                meeting._store({"event_id": event.id})

    # ------------------------------------------------------------ steps

    def action_hold(self):
        """The meeting took place; its minutes stay, decisions become measures."""
        self._check_leads()
        for meeting in self:
            if not (meeting.minutes or meeting.decision_ids):
                raise UserError(
                    self.env._("Write minutes or decisions of “%s” first.", meeting.name)
                )
            meeting.decision_ids._make_measures()
        self._store({"state": "held"})
        return True

    def action_cancel(self):
        """It does not take place."""
        self._check_leads()
        self.sudo().event_id.unlink()  # sudo: the appointment goes with the meeting
        self._store({"state": "cancelled"})
        return True
