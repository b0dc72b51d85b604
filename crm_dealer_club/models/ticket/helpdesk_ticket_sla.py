from datetime import timedelta

from odoo import api, fields, models

_WEEK = 7 * 24


class HelpdeskTicketSla(models.Model):
    """A running clock of one of our tickets.

    The ERP's own counts stages and consumed hours, and is brought up to date when the stage
    changes. Ours begins once, ends with a deed that is dated, and has a deadline from the start.
    """

    _inherit = "helpdesk.ticket.sla"

    crm_kind = fields.Selection(related="ticket_id.crm_kind", store=True)
    crm_clock = fields.Selection(related="sla_id.crm_clock", store=True)
    dealer_id = fields.Many2one(related="ticket_id.dealer_id", store=True)

    def _ours(self):
        return self.filtered(lambda clock: clock.sla_id.sudo().crm_clock)

    @api.depends("ticket_id.date_received", "ticket_id.date_reopened",
                 "ticket_id.date_answered", "ticket_id.date_solved")  # fmt: skip
    def _compute_sla_data(self):
        ours = self._ours()
        for clock in ours:
            sla, ticket = clock.sla_id, clock.ticket_id
            begin, done = ticket._clock(sla.crm_clock)
            clock.hours = clock._hours()
            clock.expected_stage_id = False
            clock.last_state_date = begin
            if not done:
                clock.state = "in_progress"
            else:
                in_time = done <= clock._plan(begin)
                clock.state = "accomplished" if in_time else "expired"
        return super(HelpdeskTicketSla, self - ours)._compute_sla_data()

    def _compute_deadline(self):
        ours = self._ours()
        for clock in ours:
            clock.deadline = clock._plan(clock.last_state_date)
        return super(HelpdeskTicketSla, self - ours)._compute_deadline()

    def _hours(self):
        calendar = self.ticket_id.team_id.resource_calendar_id
        return self.sla_id.hours + (calendar.hours_per_day or 24) * self.sla_id.days

    def _plan(self, begin):
        """When the clock has run down, within the working hours of the team.

        A calendar around the clock is plain arithmetic: holidays do not stop it, nor do the
        microseconds that lie between one day's attendance and the next.
        """
        calendar = self.ticket_id.team_id.resource_calendar_id
        slots = calendar.attendance_ids.filtered(
            lambda slot: not slot.display_type and slot.day_period != "lunch"
        )
        open_hours = sum(slot.hour_to - slot.hour_from for slot in slots)
        begin = begin or fields.Datetime.now()
        if not calendar or open_hours >= _WEEK * (2 if calendar.two_weeks_calendar else 1):
            return begin + timedelta(hours=self._hours())
        planned = calendar.plan_hours(self._hours(), begin, compute_leaves=True)
        return planned or begin + timedelta(hours=self._hours())

    def _stage_recompute(self):
        """Of ours, a deed ends the clock, not a stage."""
        if not self._ours():
            return super()._stage_recompute()
        return None
