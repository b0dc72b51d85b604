"""Whom a ticket is escalated to: the dealer's managers, then the manufacturer (M7)."""

from odoo import fields, models

_OEM = "crm_dealer_grading.group_oem_manager"


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    crm_warn_answer = fields.Integer(
        string="Warn before the Answer Is Due (Minutes)",
        default=15,
        help="So long before the first answer is due, the dealer's manager is told.",
    )
    crm_warn_solution = fields.Integer(
        string="Warn before the Solution Is Due (Minutes)",
        default=120,
        help="So long before the solution is due, the dealer's manager is told.",
    )
    crm_oem_after = fields.Integer(
        string="Manufacturer Is Told after (Minutes)",
        default=60,
        help="So long after a deadline has passed, the manufacturer is told.",
    )

    _crm_minutes_check = models.Constraint(
        "CHECK(COALESCE(crm_warn_answer, 0) >= 0 AND COALESCE(crm_warn_solution, 0) >= 0"
        " AND COALESCE(crm_oem_after, 0) >= 0)",
        "Minutes of escalation are zero or more.",
    )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    escalation_ids = fields.One2many(
        "crm.ticket.escalation", "ticket_id", string="Escalations", readonly=True
    )

    def _escalate(self, clock, level):
        """Tell a level about a clock, once a round (and dealer); returns the entry, or none.

        :param str clock: ``answer``, ``solution``, ``arrival`` or ``press``
        :param str level: ``dealer`` or ``oem``
        """
        self.ensure_one()
        # sudo: the ticket itself reports, whoever works on it.
        ticket, entries = self.sudo(), self.env["crm.ticket.escalation"].sudo()
        entry = entries._note(ticket, clock, level)
        if not entry:
            return entry
        managers = ticket._crm_dealer_managers() if level == "dealer" else entry.user_ids
        users = managers or ticket._crm_oem_managers()
        entry.user_ids = users
        for user in users[:1]:
            ticket._plan_escalation(user, clock)
        for lang, told in users.grouped("lang").items():
            ticket.with_context(lang=lang)._notify_escalation(told, clock)
        return entry

    def _crm_oem_managers(self):
        """The team's leader, else the manufacturer's managers."""
        ticket = self.sudo()
        if leader := ticket.team_id.user_id.filtered("active"):
            return leader
        users = self.env["res.users"].sudo()
        domain = [
            ("all_group_ids", "in", self.env.ref(_OEM).id), ("share", "=", False),
            ("id", "!=", self.env.ref("base.user_root").id),
        ]  # fmt: skip
        return users.search(domain, order="id")

    def _escalation_words(self, clock):
        now = fields.Datetime.now()
        if clock == "press":
            return self.env._("Press alert: %s", self.display_name)
        deadline = self.answer_deadline if clock == "answer" else self.solution_deadline
        late = bool(deadline) and deadline < now
        if clock == "answer":
            words = self.env._("First answer overdue: %s") if late else self.env._(
                "First answer due soon: %s"
            )
        else:
            words = self.env._("Solution overdue: %s") if late else self.env._(
                "Solution due soon: %s"
            )
        return words % self.display_name

    def _plan_escalation(self, user, clock):
        worded = self.with_context(lang=user.lang)
        worded.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=worded._escalation_words(clock),
        )

    def _notify_escalation(self, users, clock):
        words = self._escalation_words(clock)
        self.message_notify(
            partner_ids=users.partner_id.ids,
            subject=words,
            body=words,
            author_id=self.env.ref("base.partner_root").id,
        )
