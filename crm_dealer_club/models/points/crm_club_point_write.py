import json

from odoo import api, models
from odoo.tools import SQL

from .crm_club_point_entry import FLOWS

# Everything is read as it was before the statement: new entries come with what is left of them.
_WRITE = """
WITH booked AS MATERIALIZED (%(booked)s),
     taken AS MATERIALIZED (%(taken)s),
     entry AS (
        INSERT INTO crm_club_point_entry (id, card_id, membership_id, program_id, company_id,
               partner_id, dealer_id, date, kind, flow, points, remaining, owed, key, description,
               user_id, create_uid, write_uid, create_date, write_date%(names)s)
        SELECT b.id, c.id, c.club_membership_id, c.program_id, c.company_id, c.partner_id,
               c.dealer_id, b.date, b.kind, %(flows)s::jsonb ->> b.kind, b.points, b.remaining,
               b.owed, b.key, b.description, %(uid)s, %(uid)s, %(uid)s, %(now)s, %(now)s%(values)s
          FROM booked b JOIN loyalty_card c ON c.id = b.card_id ORDER BY b.id),
     use AS (
        INSERT INTO crm_club_point_use (entry_id, credit_id, points, create_uid, write_uid,
               create_date, write_date)
        SELECT entry_id, credit_id, points::numeric(16, 2), %(uid)s, %(uid)s, %(now)s, %(now)s
          FROM taken ORDER BY entry_id, place),
     credit AS (
        UPDATE crm_club_point_entry e SET remaining = e.remaining - t.points
          FROM (SELECT credit_id, sum(points) AS points FROM taken GROUP BY 1) t
         WHERE e.id = t.credit_id)
UPDATE loyalty_card c
   SET points = v.points + COALESCE((SELECT sum(e.remaining) FROM crm_club_point_entry e
                                      WHERE e.card_id = c.id AND e.remaining > 0), 0),
       points_owed = round(COALESCE(c.points_owed, 0)::numeric + v.owed, 2), write_date = %(now)s
  FROM (SELECT n.id, COALESCE(sum(b.points), 0) AS points, COALESCE(sum(b.owed), 0) AS owed
          FROM unnest(%(cards)s::int[]) AS n(id) LEFT JOIN booked b ON b.card_id = n.id
         GROUP BY 1) v
 WHERE c.id = v.id"""


# What every entry has, besides what its card says.
BOOKED = {
    "id", "card_id", "date", "kind", "points", "remaining", "owed", "key", "description",
}  # fmt: skip


class CrmClubPointEntry(models.Model):
    """How what is booked comes into the database, one entry or very many (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _write_booked(self, booked, taken, card_ids, names=()):
        """Write entries, their uses, what is left of credits and the balances: one statement.

        The cards' rows are in the caller's hand. The balance is what the credits have left, which
        is the sum of the ledger; what the members owe changes by what the entries say.

        :param SQL booked: the new entries: ``id``, ``card_id``, ``date``, ``kind``, ``points``,
            ``remaining``, ``owed``, ``key``, ``description``, and ``names``
        :param SQL taken: what they take from credits, negative where it comes back:
            ``entry_id``, ``credit_id``, ``points``, ``place`` (the order of an entry's uses); may
            read ``booked``
        :param card_ids: ids of the cards whose balances follow
        :param names: names of further columns of the entries
        """
        columns = [SQL.identifier(name) for name in names]
        self.env.cr.execute(
            SQL(
                _WRITE,
                booked=booked,
                taken=taken,
                names=SQL().join(SQL(", %s", column) for column in columns),
                values=SQL().join(SQL(", b.%s", column) for column in columns),
                flows=json.dumps(FLOWS),
                uid=self.env.uid,
                now=self.env.cr.now(),
                cards=list(card_ids),
            )
        )
        self._forget_booked()

    @api.model
    def _forget_booked(self):
        """Ledger and balances changed in the database."""
        self.invalidate_model(["remaining", "use_ids", "used_ids"])
        self.env["loyalty.card"].invalidate_model(
            ["points", "points_owed", "points_overdue", "points_display", "point_entry_ids"]
        )
        self.env["crm.club.membership"].invalidate_model(["point_entry_ids"])
        self.env["crm.club.membership"]._forget_points()

    @api.model
    def _next_numbers(self, count):
        """Ids for ``count`` new entries."""
        rows = self.env.execute_query(
            SQL(
                """SELECT nextval('crm_club_point_entry_id_seq'::regclass)
                     FROM generate_series(1, %s)""",
                count,
            )
        )
        return [number for (number,) in rows]

    def _as_rows(self, vals_list):
        """Dicts of the fields of entries, and ``id``, as the rows of a query."""
        rows = [
            {
                name: value if name == "id" else self._fields[name].convert_to_column(value, self)
                for name, value in vals.items()
            }
            for vals in vals_list
        ]
        return SQL(
            "SELECT * FROM jsonb_populate_recordset(NULL::crm_club_point_entry, %s)",
            json.dumps(rows, default=str),
        )
