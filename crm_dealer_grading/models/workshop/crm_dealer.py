import pytz

from odoo import api, fields, models
from odoo.tools import SQL


class CrmDealer(models.Model):
    """A dealer's workshop: hours, capacity and bays (C5)."""

    _inherit = "crm.dealer"

    service_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Workshop Hours",
        ondelete="restrict",
        tracking=True,
        help="Bookings begin and end within these hours, in their time zone. "
        "Empty: every hour can be booked, and no free times are proposed.",
    )
    bookings_per_hour = fields.Integer(
        tracking=True,
        help="Vehicles that the advisors can receive in one hour. Zero: no limit. "
        "Vehicles that come without a booking are never turned away.",
    )
    bay_ids = fields.One2many("crm.service.bay", "dealer_id", string="Bays")
    booking_serial = fields.Integer(
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Technical: one booking of a dealer after the other.",
    )
    visit_count = fields.Integer(
        string="Open Visits",
        compute="_compute_counts",
        help="Visits that are booked or in the workshop.",
    )

    _bookings_positive = models.Constraint(
        "CHECK(bookings_per_hour >= 0)", "Give the bookings per hour, or 0 for no limit."
    )

    @api.model
    def _counted(self):
        return super()._counted() | {
            "visit_count": (
                "crm.service.visit",
                [("stage", "not in", ("delivered", "followed_up", "cancelled"))],
            )
        }

    def action_open_visits(self):
        """Open the visits that are booked or in the workshop."""
        return self._open(
            "crm_dealer_grading.crm_service_visit_action", self._counted()["visit_count"][1]
        )

    def action_open_bays(self):
        """Open the dealer's bays."""
        return self._open("crm_dealer_grading.crm_service_bay_action", [])

    # -- Time ---------------------------------------------------------------------------------

    def _timezone(self):
        """The time zone of the workshop, else the user's."""
        # sudo: the hours say when the workshop is open; that is no secret.
        name = self.sudo().service_calendar_id.tz or self.sudo().partner_id.tz or self.env.user.tz
        return pytz.timezone(name or "UTC")

    def _local(self, moment):
        """``moment`` (naive UTC) on the clock of the workshop."""
        return pytz.utc.localize(moment).astimezone(self._timezone())

    def _hour(self, moment):
        """The beginning (naive UTC) of the clock hour of ``moment``, in which bookings count."""
        hour = self._local(moment).replace(minute=0, second=0, microsecond=0)
        return hour.astimezone(pytz.utc).replace(tzinfo=None)

    def _say(self, moment):
        """``moment`` (naive UTC) in words, on the clock of the workshop."""
        return f"{self._local(moment):%Y-%m-%d %H:%M}"

    def _lock_bookings(self):
        """Let one transaction at a time book at these dealers.

        A lock alone would not do: who waited would go on with what it saw before. The changed
        row makes the server repeat the later transaction on what the first has left.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_dealer SET booking_serial = COALESCE(booking_serial, 0) + 1
                        WHERE id IN (SELECT id FROM crm_dealer WHERE id IN %s
                                      ORDER BY id FOR NO KEY UPDATE)""",
                    tuple(self.ids),
                )
            )
            self.invalidate_recordset(["booking_serial"], flush=False)
