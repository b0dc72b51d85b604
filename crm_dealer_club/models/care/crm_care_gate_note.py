from odoo import api, fields, models
from odoo.tools import SQL


class CrmCareGate(models.AbstractModel):
    """What was sent is a contact, so that limits count it (G12)."""

    _inherit = "crm.care.gate"

    @api.model
    def _note(self, contacts):
        """Log contacts with customers by one statement, so that limits count them (G12).

        :param contacts: list of dicts with ``partner_id``, ``way`` (a way of
            ``crm.contact.log``), ``summary`` and, where known, ``vehicle_id``, ``dealer_id``
            (default: the person's), ``user_id``, ``date`` (naive UTC, default now); or an
            :class:`SQL` with just these columns, ``partner_id, way, summary, vehicle_id,
            dealer_id, user_id, date``
        :return: ids of the new entries, in the order of the list
        """
        if not contacts:
            return []
        logs = self.env["crm.contact.log"]
        logs.flush_model()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_contact_log (partner_id, commercial_partner_id, way, direction,
                          summary, vehicle_id, dealer_id, user_id, date,
                          create_uid, write_uid, create_date, write_date)
                   SELECT p.id, p.commercial_partner_id, n.way, 'out', n.summary, n.vehicle_id,
                          COALESCE(n.dealer_id, p.dealer_id), n.user_id,
                          COALESCE(n.date, %(now)s), %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM (%(contacts)s) n JOIN res_partner p ON p.id = n.partner_id
                    ORDER BY n.number
                   RETURNING id""",
                contacts=self._contacts_table(contacts),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        logs.invalidate_model()
        self.env["res.partner"]._forget_contacts()
        return [number for (number,) in rows]

    @api.model
    def _contacts_table(self, contacts):
        names = ("partner_id", "way", "summary", "vehicle_id", "dealer_id", "user_id", "date")
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        if isinstance(contacts, SQL):
            return SQL(
                "SELECT c.*, row_number() OVER () AS number FROM (%s) c(%s)", contacts, columns
            )
        return SQL(
            """SELECT * FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::int[],
                      %s::int[], %s::int[], %s::timestamp[]) WITH ORDINALITY AS t(%s, number)""",
            *([contact.get(name) or None for contact in contacts] for name in names),
            columns,
        )
