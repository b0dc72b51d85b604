from odoo import api, fields, models
from odoo.tools import SQL


class CrmTicketEscalation(models.Model):
    """Who was told that a clock of a ticket runs out, each level once; append-only (M7).

    Where a ticket moves on to another dealer, that one's manager is told as well.
    """

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
    told_dealer_id = fields.Many2one(
        "crm.dealer",
        index="btree_not_null",
        ondelete="cascade",
        help="Whose manager was told. The dealer of the ticket may be another one by now.",
    )
    round = fields.Integer(help="How often the ticket had been reopened by then.")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_ids = fields.Many2many(
        "res.users", "crm_ticket_escalation_user_rel", "escalation_id", "user_id", string="Told"
    )

    _told_uniq = models.UniqueIndex(
        "(ticket_id, clock, level, round, COALESCE(told_dealer_id, 0))",
        "This level was told already.",
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
                """INSERT INTO crm_ticket_escalation (ticket_id, dealer_id, told_dealer_id, clock,
                          level, round, date, create_uid, write_uid, create_date, write_date)
                   VALUES (%(ticket)s, %(dealer)s, %(told)s, %(clock)s, %(level)s, %(round)s,
                           %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s)
                   ON CONFLICT (ticket_id, clock, level, round, COALESCE(told_dealer_id, 0))
                   DO NOTHING RETURNING id""",
                ticket=ticket.id,
                dealer=ticket.dealer_id.id or None,
                told=ticket.dealer_id.id if level == "dealer" and ticket.dealer_id else None,
                clock=clock,
                level=level,
                round=ticket.reopen_count,
                now=now,
                uid=self.env.uid,
            )
        )
        ticket.invalidate_recordset(["escalation_ids"])
        return self.browse(row[0] for row in rows)
