from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.batches import in_batches

_BATCH = 200


class CrmClubMembership(models.Model):
    """What a member sees of the points: balance, statement, notice before they expire (M3)."""

    _inherit = "crm.club.membership"

    points_balance = fields.Float(
        string="Points",
        digits=(16, 2),
        compute="_compute_points",
        search="_search_points_balance",
        help="In the current company's program; without points past their last day.",
    )
    points_owed = fields.Float(
        digits=(16, 2),
        compute="_compute_points",
        help="Taken back after they were spent; deducted from the next points.",
    )
    points_expiring = fields.Float(
        string="Expiring Points",
        digits=(16, 2),
        compute="_compute_points",
        help="Points that expire next.",
    )
    points_expiring_on = fields.Date(
        string="Expiring on", compute="_compute_points", help="The last day of these points."
    )
    points_name = fields.Char(compute="_compute_points_name", export_string_translation=False)

    @api.depends_context("company", "points_expiring_from")
    def _compute_points(self):
        program = self._program()
        found = {row[0]: row[1:] for row in self._points_rows(program)}
        for member in self:
            row = found.get(member._origin.id, (0, 0, 0, False))
            member.points_balance, member.points_owed, member.points_expiring = row[:3]
            member.points_expiring_on = row[3]

    @api.depends_context("company", "lang")
    def _compute_points_name(self):
        self.points_name = self._program().portal_point_name

    def _points_rows(self, program):
        """Return ``[(membership id, balance, owed, points that expire next, their last day)]``."""
        if not self.ids or not program:
            return []
        self.env["loyalty.card"].flush_model()
        self.env["crm.club.point.entry"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT c.club_membership_id, (%s)::float8, COALESCE(c.points_owed, 0),
                          COALESCE(next.points, 0)::float8, next.day
                     FROM loyalty_card c
                LEFT JOIN LATERAL (
                          SELECT e.expires_on AS day, sum(e.remaining) AS points
                            FROM crm_club_point_entry e
                           WHERE e.card_id = c.id AND e.remaining > 0 AND e.expires_on >= %s
                           GROUP BY 1 ORDER BY 1 LIMIT 1) next ON TRUE
                    WHERE c.program_id = %s AND c.club_membership_id = ANY(%s)""",
                self.env["loyalty.card"]._usable_sql("c"),
                # A notice is about one day; what expires before was told already.
                self.env.context.get("points_expiring_from") or self._today(),
                program.id,
                self.ids,
            )
        )

    @api.model
    def _search_points_balance(self, operator, value):
        """By the balance of the current company's program; no card is no points."""
        if operator not in ("in", ">", "<", ">=", "<="):
            return NotImplemented
        # sudo: whose membership it is decides who may see the balance.
        cards = self.env["loyalty.card"].sudo()
        mine = Domain("program_id", "=", self._program().id)
        values = [float(one or 0) for one in (value if operator == "in" else [value])]
        compared = SQL("=" if operator == "in" else operator)
        having = Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                "%s %s ANY(%s)", model._usable_sql(alias), compared, values
            )
        )
        found = Domain("card_ids", "any!", Domain("id", "in", cards._search(mine & having)))
        zero = any(_holds(0, operator, one) for one in values)
        return found | ~Domain("card_ids", "any!", mine) if zero else found

    @api.model
    def _forget_points(self):
        """Balances changed in the database."""
        self.invalidate_model(
            ["points_balance", "points_owed", "points_expiring", "points_expiring_on"]
        )

    def _statement(self, limit=None, offset=0, company=None):
        """The member's statement, the newest line first (M3, M10).

        Who may see it is the caller's business.

        :return: list of dicts ``date`` (naive UTC), ``kind``, ``kind_name``, ``description``,
            ``points`` (positive or negative), ``balance`` after the line, ``remaining`` and
            ``expires_on`` of points that came in, ``owed``
        """
        self.ensure_one()
        program = self.env["loyalty.program"]._of_club(company or self.env.company)
        self.env["crm.club.point.entry"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT date, kind, description, points::float8,
                          (sum(points) OVER (ORDER BY date, id))::float8, remaining::float8,
                          expires_on, owed::float8
                     FROM crm_club_point_entry
                    WHERE membership_id = %s AND program_id = %s
                    ORDER BY date DESC, id DESC LIMIT %s OFFSET %s""",
                self.id,
                program.id,
                limit,
                offset,
            )
        )
        kinds = dict(
            self.env["crm.club.point.entry"]._fields["kind"]._description_selection(self.env)
        )
        names = ("date", "kind", "description", "points", "balance", "remaining", "expires_on")
        return [
            {**dict(zip((*names, "owed"), row, strict=True)), "kind_name": kinds[row[1]]}
            for row in rows
        ]

    def action_open_points(self):
        """Open the ledger of these members."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_point_entry_action"
        )
        action["domain"] = [("membership_id", "in", self.ids)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------ notice

    @api.model
    def _cron_points_notice(self):
        """Tell members what expires soon; each last day once, also after a killed run."""
        self.env["ir.cron"]._commit_progress(remaining=1)
        in_batches(self.env, self._notice_batch)

    @api.model
    def _notice_batch(self, limit=_BATCH):
        """Write to up to ``limit`` members; return to how many cards it looked."""
        today = self._today()
        for name in ("crm.club.point.entry", "loyalty.card", "loyalty.program", self._name):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, due.day FROM loyalty_card c
                     JOIN loyalty_program p ON p.id = c.program_id
                     JOIN crm_club_membership m ON m.id = c.club_membership_id
                    CROSS JOIN LATERAL (
                          SELECT min(e.expires_on) AS day FROM crm_club_point_entry e
                           WHERE e.card_id = c.id AND e.remaining > 0 AND e.expires_on >= %(today)s
                             AND e.expires_on > COALESCE(c.expiry_noticed_until, %(never)s)) due
                    WHERE due.day <= %(today)s + p.expiry_notice_days
                      AND p.expiry_notice_days > 0 AND m.state = 'active'
                    ORDER BY c.id LIMIT %(limit)s FOR NO KEY UPDATE OF c SKIP LOCKED""",
                today=today,
                never=date.min,
                limit=limit,
            )
        )
        # sudo: the job writes to every member.
        cards = self.env["loyalty.card"].sudo()
        for day in {day for _number, day in rows}:
            found = cards.browse([number for number, last in rows if last == day])
            for company, ours in found.grouped("company_id").items():
                ours._send_expiry_notice(company or self.env.company, day)
            found.expiry_noticed_until = day
        return len(rows)


def _holds(left, operator, right):
    return {
        "in": left == right,
        ">": left > right,
        "<": left < right,
        ">=": left >= right,
        "<=": left <= right,
    }[operator]
