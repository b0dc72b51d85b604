"""Two clocks of our tickets: the first answer of a person, and the solution (M7)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    date_answered = fields.Datetime(
        string="First Answer on",
        readonly=True,
        copy=False,
        tracking=True,
        help="When a person first answered the customer; what goes out by itself does not count.",
    )
    answered_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, copy=False, index="btree_not_null"
    )
    answer_deadline = fields.Datetime(
        string="First Answer Until", compute="_compute_deadlines", store=True
    )
    solution_deadline = fields.Datetime(
        string="Solution Until", compute="_compute_deadlines", store=True
    )
    next_deadline = fields.Datetime(
        compute="_compute_next_deadline",
        store=True,
        index="btree_not_null",
        help="The first of the running clocks; empty when none runs.",
    )
    clock_state = fields.Selection(
        [("late", "Overdue"), ("soon", "Due within the Hour"), ("running", "In Time"),
         ("stopped", "No Clock Runs")],
        compute="_compute_clock_state",
        search="_search_clock_state",
        string="Clock",
    )  # fmt: skip
    clock_text = fields.Char(string="Time Left", compute="_compute_clock_state")
    answer_missed = fields.Boolean(string="Answered Late", compute="_compute_missed", store=True)
    solution_missed = fields.Boolean(
        string="Solved Late",
        readonly=True,
        copy=False,
        help="A solution came after its deadline, this time or before it was opened again.",
    )

    # ------------------------------------------------------------ the clocks

    def _clock(self, clock):
        """``(begin, done)`` of a clock; ``done`` is empty while it runs."""
        self.ensure_one()
        if clock == "answer":
            return self.date_received, self.date_answered
        return self.date_reopened or self.date_received, self.date_solved

    @api.depends("ticket_sla_ids.deadline", "ticket_sla_ids.crm_clock")
    def _compute_deadlines(self):
        for ticket in self:
            ends = {}
            for clock in ticket.sudo().ticket_sla_ids.filtered("crm_clock"):
                ends.setdefault(clock.crm_clock, []).append(clock.deadline)
            ticket.answer_deadline = min(ends.get("answer", ()), default=False)
            ticket.solution_deadline = min(ends.get("solution", ()), default=False)

    @api.depends("answer_deadline", "solution_deadline", "date_answered", "date_solved")
    def _compute_next_deadline(self):
        for ticket in self:
            running = (
                not ticket.date_answered and not ticket.date_solved and ticket.answer_deadline,
                not ticket.date_solved and ticket.solution_deadline,
            )
            ticket.next_deadline = min(filter(None, running), default=False)

    @api.depends("answer_deadline", "date_answered")
    def _compute_missed(self):
        for ticket in self:
            done, end = ticket.date_answered, ticket.answer_deadline
            ticket.answer_missed = bool(done and end and done > end)

    @api.depends("next_deadline")
    def _compute_clock_state(self):
        now = fields.Datetime.now()
        for ticket in self:
            end = ticket.next_deadline
            ticket.clock_text = ticket._time_left(end - now) if end else False
            if not end:
                ticket.clock_state = "stopped"
            elif end < now:
                ticket.clock_state = "late"
            else:
                ticket.clock_state = "soon" if end <= now + timedelta(hours=1) else "running"

    def _time_left(self, left):
        late = left < timedelta()
        minutes = int(abs(left).total_seconds()) // 60
        time = f"{minutes // 60}:{minutes % 60:02d}"
        if late:
            return self.env._("%s h overdue", time)
        return self.env._("%s h left", time)

    @api.model
    def _search_clock_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        soon = now + timedelta(hours=1)
        found = {
            "late": Domain("next_deadline", "<", now),
            "soon": Domain("next_deadline", ">=", now) & Domain("next_deadline", "<=", soon),
            "running": Domain("next_deadline", ">", soon),
            "stopped": Domain("next_deadline", "=", False),
        }
        return Domain.OR(found[state] for state in value if state in found)

    def _field_to_sql(self, alias, field_expr, query=None):
        """The board and lists count and group by the clock, as it is right now."""
        if field_expr != "clock_state":
            return super()._field_to_sql(alias, field_expr, query)
        now = fields.Datetime.now()
        return SQL(
            """CASE WHEN %(end)s IS NULL THEN 'stopped' WHEN %(end)s < %(now)s THEN 'late'
                    WHEN %(end)s <= %(soon)s THEN 'soon' ELSE 'running' END""",
            end=SQL.identifier(alias, "next_deadline", to_flush=self._fields["next_deadline"]),
            now=now,
            soon=now + timedelta(hours=1),
        )

    # ------------------------------------------------------------ which clocks run

    def _get_sla(self):
        """Ours have clocks of their own kind, others never get one of ours."""
        kind = self.sudo().crm_kind or False
        return super()._get_sla().filtered(
            lambda sla: (sla.crm_kind or False) == kind
            and (not kind or sla.company_id <= self.company_id)
        )

    def set_sla(self):
        ours = self._ours()
        # sudo: the clocks run by themselves, whoever opens the ticket.
        super(HelpdeskTicket, ours.sudo()).set_sla()
        return super(HelpdeskTicket, self - ours).set_sla()

    # ------------------------------------------------------------ the first answer

    def action_answered(self, note=None):
        """The customer was answered (by phone, say): the first clock stops. Once.

        :param str note: what was said; kept as an internal note
        """
        self._crm_check_may_step()
        for ticket in self:
            if ticket.date_answered:
                raise UserError(
                    self.env._(
                        "“%s” was answered already. Note what else was said in its messages.",
                        ticket.display_name,
                    )
                )
        self._crm_answered()
        if note:
            for ticket in self:
                ticket.message_post(body=note, subtype_xmlid="mail.mt_note")
        return True

    def _crm_answered(self):
        """Stop the clock of the first answer, if it still runs."""
        if running := self.sudo().filtered(lambda t: t.crm_kind and not t.date_answered):
            running._store({"date_answered": fields.Datetime.now(), "answered_by_id": self.env.uid})

    def message_post(self, **kwargs):
        """What staff write to the customer is the first answer too."""
        message = super().message_post(**kwargs)
        if self._ours() and self._answers(message.sudo()):
            self._crm_answered()
        return message

    def _answers(self, message):
        """Whether a message is one that a colleague wrote to the customer."""
        author, customer = message.author_id, self.sudo().partner_id
        return (
            message.message_type in ("comment", "email_outgoing", "sms")
            and not message.is_internal
            and not message.subtype_id.internal
            and bool(author.user_ids.filtered(lambda user: user._is_internal()))
            and author != customer
            and bool(customer & (message.partner_ids | self.sudo().message_partner_ids)
                     or message.outgoing_email_to)
        )  # fmt: skip
