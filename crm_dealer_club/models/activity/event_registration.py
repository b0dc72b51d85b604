from odoo import api, fields, models


class EventRegistration(models.Model):
    """A seat at an event, of a member of the club or of a member's guest (M4)."""

    _name = "event.registration"
    _inherit = ["event.registration", "crm.dealer.document"]

    membership_id = fields.Many2one(
        "crm.club.membership",
        string="Member",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose seat it is at a club activity; a guest's is the inviting member's.",
    )
    guest_of_id = fields.Many2one(
        "event.registration",
        string="Guest of",
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('event_id', '=', event_id), ('guest_of_id', '=', False),"
        " ('membership_id', '!=', False), ('state', '!=', 'cancel')]",
        help="The registration of the member who brings this guest.",
    )
    guest_ids = fields.One2many("event.registration", "guest_of_id", string="Guests")
    club_tier_id = fields.Many2one(
        "crm.club.tier",
        string="Tier",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The member's tier on the day of the registration.",
    )
    club_fee_points = fields.Integer(
        string="Points Paid", readonly=True, copy=False, help="Taken as fee for this seat."
    )
    club_points = fields.Integer(
        string="Points Credited", readonly=True, copy=False, help="Credited for attendance."
    )
    is_club_activity = fields.Boolean(related="event_id.is_club_activity")

    _club_member_uniq = models.UniqueIndex(
        "(event_id, membership_id) WHERE membership_id IS NOT NULL AND guest_of_id IS NULL"
        " AND active AND state <> 'cancel'",
        "This member is registered for the activity already.",
    )

    @api.depends("event_id")
    def _compute_dealer_id(self):
        return super()._compute_dealer_id()

    def _dealer_of_origin(self):
        # sudo: the host of the event is everybody's business, its company may be elsewhere.
        return self.event_id.sudo().dealer_id.sudo(self.env.su) or super()._dealer_of_origin()

    def _update_mail_schedulers(self):
        """Mails of club activities go out by the scheduled action.

        The ERP's own way commits while the registration is being made: who is refused for a
        guest, or for the points, would be registered all the same.
        """
        club = self.filtered("membership_id")
        if club.filtered(lambda r: r.state == "open") and not self.env.context.get("install_mode"):
            # sudo: whoever registers starts the sending.
            self.env.ref("event.event_mail_scheduler").sudo()._trigger()
        return super(EventRegistration, self - club)._update_mail_schedulers()
