"""Giving due contacts to people, evenly, set-based for all dealers (G12)."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..network.res_users import EDITORS

_DEAL = """
                WITH candidate AS MATERIALIZED (%(candidates)s),
                staff AS (
                    SELECT r.dealer_id, r.user_id FROM crm_dealer_user_rel r
                     WHERE r.user_id = ANY(%(users)s)),
                wanted AS MATERIALIZED (
                    SELECT c.*, s.user_id AS fixed,
                           CASE WHEN %(dealt)s THEN row_number() OVER (
                               PARTITION BY c.dealer_id, %(dealt)s
                               ORDER BY c.date, c.partner_id) END AS number
                      FROM candidate c
                      LEFT JOIN staff s ON s.dealer_id = c.dealer_id AND s.user_id = %(owner)s),
                load AS (
                    SELECT t.dealer_id, t.user_id, COALESCE(sum(o.n), 0)::bigint AS load
                      FROM staff t
                      LEFT JOIN (
                          SELECT dealer_id, user_id, count(*) AS n FROM crm_contact_due
                           WHERE state IN ('found', 'planned') GROUP BY 1, 2
                          UNION ALL
                          SELECT dealer_id, fixed, count(*) FROM wanted
                           WHERE number IS NULL GROUP BY 1, 2) o
                        ON o.dealer_id = t.dealer_id AND o.user_id = t.user_id
                     GROUP BY 1, 2),
                top AS (
                    SELECT l.dealer_id, ceil((sum(l.load) + w.n) / count(*))::bigint AS level
                      FROM load l
                      JOIN (SELECT dealer_id, count(*) AS n FROM wanted
                             WHERE number IS NOT NULL GROUP BY 1) w ON w.dealer_id = l.dealer_id
                     GROUP BY l.dealer_id, w.n),
                place AS (
                    SELECT l.dealer_id, l.user_id, row_number() OVER (
                               PARTITION BY l.dealer_id ORDER BY level.level, l.user_id) AS number
                      FROM load l JOIN top ON top.dealer_id = l.dealer_id,
                           generate_series(l.load + 1, top.level) AS level(level)),
                given AS (
                    SELECT w.*, p.user_id AS dealt FROM wanted w
                      LEFT JOIN place p ON p.dealer_id = w.dealer_id AND p.number = w.number)
                INSERT INTO crm_contact_due (partner_id, dealer_id, user_id, date, level_id, way,
                       origin, note, state, count, create_uid, write_uid, create_date, write_date)
                SELECT g.partner_id, g.dealer_id, %(user)s, g.date, g.level_id, g.way,
                       g.origin, g.note, 'found', 1, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM given g ORDER BY g.dealer_id, g.date, g.partner_id
                ON CONFLICT (partner_id) WHERE state IN ('found', 'planned') DO NOTHING
                RETURNING id"""


class CrmContactDue(models.Model):
    _inherit = "crm.contact.due"

    @api.model
    def _staff_ids(self):
        """Users who may work on a dealer's customers, as the rules allow (not auditors)."""
        groups = [self.env.ref(name).id for name in EDITORS]
        # sudo: who works for a dealer is told to the job, not to the user.
        users = self.env["res.users"].sudo()
        return users.search([("all_group_ids", "in", groups), ("share", "=", False)]).ids

    @api.model
    def _insert(self, candidates, who):
        """Write lines for ``candidates`` and give each a responsible person.

        The salesperson, where that is staff of the dealer; the others go where the load of open
        due contacts is lowest, one by one, as if dealt out by (load, user). That is done by
        numbering the free places of all people by level, and the customers, and pairing them.

        :param SQL candidates: as ``_candidates_sql`` gives them
        :param who: "owner", "balanced", or the id of a user who gets all
        :return: ids of the new lines
        """
        dealt = SQL("TRUE") if who == "balanced" else SQL("s.user_id IS NULL")
        user = SQL("%s", who) if isinstance(who, int) else SQL("COALESCE(g.fixed, g.dealt)")
        rows = self.env.execute_query(
            SQL(
                _DEAL,
                candidates=candidates,
                users=self._staff_ids(),
                owner=SQL("NULL") if who == "balanced" else SQL("c.owner"),
                dealt=dealt,
                user=user,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.env["res.partner"]._forget_contacts()
        return [row[0] for row in rows]
