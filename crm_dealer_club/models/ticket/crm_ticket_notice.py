from odoo import api, fields, models
from odoo.tools import SQL


class CrmTicketNotice(models.Model):
    """What the customer was told, each thing once; append-only (M7, M8)."""

    _name = "crm.ticket.notice"
    _description = "What a Customer Was Told"
    _order = "date desc, id desc"
    _rec_name = "key"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    dealer_id = fields.Many2one(related="ticket_id.dealer_id", store=True, index="btree_not_null")
    key = fields.Char(required=True, help="The step and how often it was reached.")
    stage_id = fields.Many2one("helpdesk.ticket.stage", ondelete="set null")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    channel = fields.Selection(
        [("email", "E-Mail"), ("sms", "SMS"), ("activity", "To Be Called")],
        help="To be called: there is no address, so it became a to-do.",
    )

    _once = models.Constraint("UNIQUE(ticket_id, key)", "The customer was told this already.")

    @api.model
    def _note(self, ticket, key):
        """The new entry of something that is to be told, or none where it was told before.

        It is in the transaction of what is told: a mail and its entry come and go together.
        """
        self.flush_model()
        ticket.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_ticket_notice (ticket_id, key, stage_id, dealer_id, date,
                                                  create_uid, write_uid, create_date, write_date)
                   VALUES (%(ticket)s, %(key)s, %(stage)s, %(dealer)s, %(now)s,
                           %(uid)s, %(uid)s, %(now)s, %(now)s)
                   ON CONFLICT (ticket_id, key) DO NOTHING RETURNING id""",
                ticket=ticket.id,
                key=key,
                stage=ticket.stage_id.id or None,
                dealer=ticket.dealer_id.id or None,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        ticket.invalidate_recordset(["notice_ids"])
        return self.browse(row[0] for row in rows)
