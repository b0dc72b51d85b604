from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What the club brings to its end before a person is erased, and how a membership ends (P4)."""

    _inherit = "res.partner"

    def _privacy_blocks(self):
        """Open complaints and rescues are solved first; merchants are no customers."""
        said = super()._privacy_blocks()
        tickets = [("commercial_partner_id", "in", self.ids), ("closed", "=", False)]
        said += self._privacy_blocks_of(
            (
                (
                    "helpdesk.ticket",
                    tickets,
                    self.env._("Complaints, rescues or tickets are open: %s. Close them first."),
                ),
            )
        )
        merchants = self.env["crm.club.merchant"].with_context(active_test=False)
        if merchants.search_count([("partner_id", "in", self.ids)], limit=1):
            said.append(
                self.env._("This contact is a partner company of the club: change that first.")
            )
        return said

    def _privacy_words(self):
        members = self.with_context(active_test=False).club_membership_ids
        return super()._privacy_words() | {*members.mapped("number")}

    def _privacy_before(self):
        """The membership has ended, and nothing is sent or offered any more.

        Points stay in the ledger and cannot be used.
        """
        result = super()._privacy_before()
        ids = tuple(self.ids)
        for statement in (
            "UPDATE crm_club_membership SET state = 'left' WHERE partner_id IN %s",
            """UPDATE crm_care_reminder SET state = 'skipped', reason = 'no_address'
                WHERE state = 'planned' AND partner_id IN %s""",
            """UPDATE crm_winback_case SET state = 'closed', date_closed = now() AT TIME ZONE 'UTC'
                WHERE state != 'closed' AND partner_id IN %s""",
        ):
            self.env.cr.execute(SQL(statement, ids))
        self._privacy_leave_seats()
        return result

    def _privacy_leave_seats(self):
        """Seats of what has not begun go to those who wait."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE event_registration seat SET state = 'cancel' FROM event_event e
                    WHERE e.id = seat.event_id AND e.date_begin > now() AT TIME ZONE 'UTC'
                      AND seat.state IN ('draft', 'open') AND seat.partner_id IN %s
                RETURNING e.id""",
                tuple(self.ids),
            )
        )
        self.env.invalidate_all()
        self.env["event.event"].browse({event for (event,) in rows})._club_move_up()
