from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .helpdesk_ticket_steps import CLOCKS, ORDER, TIMES, WAITING

# From this share of the time on it is getting late.
_NEARLY = 0.7


class HelpdeskTicket(models.Model):
    """Whether help is late, and how long a rescue waits at its step (M8)."""

    _inherit = "helpdesk.ticket"

    rescue_minutes = fields.Integer(
        string="Minutes at This Step", compute="_compute_rescue_clock", aggregator=None
    )
    rescue_alarm = fields.Selection(
        [("calm", "In Time"), ("nearly", "Nearly Late"), ("late", "Late")],
        string="Alarm",
        compute="_compute_rescue_clock",
    )
    rescue_late = fields.Boolean(
        string="Late",
        compute="_compute_rescue_late",
        search="_search_rescue_late",
        help="The next step is overdue, or one was taken too late.",
    )

    def _rescue_dues(self):
        """When the clocks of a new rescue run out, by the minutes of its team."""
        team = self.team_id
        minutes = (
            team.rescue_answer_minutes,
            team.rescue_dispatch_minutes,
            team.rescue_arrival_minutes,
        )
        return {
            name: fields.Datetime.add(self.date_received, minutes=number)
            for name, number in zip(CLOCKS.values(), minutes, strict=True)
        }

    @api.depends("crm_step", *TIMES.values(), *CLOCKS.values(), "date_reopened")
    def _compute_next_deadline(self):
        """Of a rescue, until when the next step is to be taken."""
        rescues = self._rescues()
        for ticket in rescues:
            ticket.next_deadline = ticket._rescue_due_at()
        return super(HelpdeskTicket, self - rescues)._compute_next_deadline()

    @api.depends("crm_step", *TIMES.values(), *CLOCKS.values(), "date_reopened")
    def _compute_deadlines(self):
        """What the job that escalates looks at: the answer, and the step that is due after it."""
        rescues = self._rescues()
        for ticket in rescues:
            ticket.answer_deadline = ticket.rescue_answer_due
            waits = ticket.crm_step in WAITING
            step = "on_site" if ticket.crm_step == "dispatched" else "dispatched"
            ticket.solution_deadline = waits and ticket._rescue_due_of(step)
        return super(HelpdeskTicket, self - rescues)._compute_deadlines()

    def _rescue_due_at(self):
        """When the running clock stops, else False."""
        following = self._rescue_next()
        return self._rescue_due_of(following) if following else False

    def _rescue_due_of(self, step):
        """Until when ``step`` is due; who is helped once more gets as much time again."""
        due = self[CLOCKS[step]]
        if due and self.date_reopened:
            return self.date_reopened + (due - self.date_received)
        return due

    def _rescue_arrival_due(self):
        return self._rescue_due_of("on_site")

    def _rescue_next(self):
        """The step that a clock runs for; None when none does."""
        if self.crm_step not in WAITING:
            return None
        return ORDER[ORDER.index(self._rescue_at()) + 1]

    @api.depends("crm_step", *TIMES.values(), *CLOCKS.values(), "date_reopened")
    def _compute_rescue_clock(self):
        now = fields.Datetime.now()
        rescues = self._rescues().filtered("crm_step")
        (self - rescues).rescue_minutes = 0
        (self - rescues).rescue_alarm = False
        for ticket in rescues:
            since = max(
                filter(None, (ticket[TIMES[ticket._rescue_at()]], ticket.date_reopened)),
                default=now,
            )
            ticket.rescue_minutes = (now - since).total_seconds() // 60
            ticket.rescue_alarm = ticket._rescue_alarm_at(now)

    def _rescue_alarm_at(self, now):
        due, begun = self._rescue_due_at(), self.date_reopened or self.date_received
        if not due:
            return "calm"
        if now > due:
            return "late"
        return "nearly" if (now - begun) > _NEARLY * (due - begun) else "calm"

    @api.depends("crm_step", *TIMES.values(), *CLOCKS.values())
    def _compute_rescue_late(self):
        now = fields.Datetime.now()
        for ticket in self:
            waits = ticket.crm_step in WAITING
            spans = [(ticket[TIMES[step]], ticket[due]) for step, due in CLOCKS.items()]
            ticket.rescue_late = ticket.crm_kind == "rescue" and any(
                due and (taken or (now if waits else due)) > due for taken, due in spans
            )

    @api.model
    def _search_rescue_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        overdue = Domain.OR(
            Domain(TIMES[step], "=", False) & Domain(due, "<", now) for step, due in CLOCKS.items()
        )
        too_late = Domain.OR(
            Domain.custom(
                to_sql=partial(self._rescue_after, step, due),
                predicate=lambda ticket: ticket.rescue_late,
            )
            for step, due in CLOCKS.items()
        )
        late = Domain("crm_kind", "=", "rescue") & (
            (Domain("crm_step", "in", WAITING) & overdue) | too_late
        )
        return late if True in value else ~late

    def _rescue_after(self, step, due, model, alias, query):
        """SQL: the step was taken after it was due."""
        return SQL("%s > %s", SQL.identifier(alias, TIMES[step]), SQL.identifier(alias, due))

    def _escalation_words(self, clock):
        if self.crm_kind != "rescue":
            return super()._escalation_words(clock)
        if clock == "answer":
            return self.env._("Nobody answered a call for help: %s", self.display_name)
        if self.crm_step == "dispatched":
            return self.env._("Help is not on site yet: %s", self.display_name)
        return self.env._("Nobody was sent yet: %s", self.display_name)
