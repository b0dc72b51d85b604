from odoo import api, fields, models
from odoo.tools import SQL


class CrmTicketEscalation(models.Model):
    """Who was told that a clock of a ticket runs out, each level once; append-only (M7)."""

    _name = "crm.ticket.escalation"
    _description = "Escalation of a Ticket"
    _order = "date desc, id desc"
    _rec_name = "clock"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    dealer_id = fields.Many2one(related="ticket_id.dealer_id", store=True, index="btree_not_null")
    clock = fields.Selection(
        [("answer", "First Answer"), ("solution", "Solution"), ("arrival", "Arrival on Site"),
         ("press", "Press Alert")],
        string="About",
        required=True,
    )  # fmt: skip
    level = fields.Selection(
        [("dealer", "Dealer Manager"), ("oem", "Manufacturer")], required=True
    )
    round = fields.Integer(help="How often the ticket had been reopened by then.")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_ids = fields.Many2many(
        "res.users", "crm_ticket_escalation_user_rel", "escalation_id", "user_id", string="Told"
    )

    _once = models.Constraint(
        "UNIQUE(ticket_id, clock, level, round)", "This level was told already."
    )

    @api.model
    def _note(self, ticket, clock, level):
        """The new entry, or none where this level was told before; with the telling itself in
        one transaction."""
        self.flush_model()
        ticket.flush_recordset()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_ticket_escalation (ticket_id, dealer_id, clock, level, round,
                          date, create_uid, write_uid, create_date, write_date)
                   VALUES (%(ticket)s, %(dealer)s, %(clock)s, %(level)s, %(round)s,
                           %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s)
                   ON CONFLICT (ticket_id, clock, level, round) DO NOTHING RETURNING id""",
                ticket=ticket.id,
                dealer=ticket.dealer_id.id or None,
                clock=clock,
                level=level,
                round=ticket.reopen_count,
                now=now,
                uid=self.env.uid,
            )
        )
        ticket.invalidate_recordset(["escalation_ids"])
        return self.browse(row[0] for row in rows)
