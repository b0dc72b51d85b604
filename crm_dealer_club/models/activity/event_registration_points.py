from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.batches import in_batches


class EventRegistration(models.Model):
    """Fees in points and points for attendance (M3, M4)."""

    _inherit = "event.registration"

    @api.model_create_multi
    def create(self, vals_list):
        registrations = super().create(vals_list)
        registrations.filtered("membership_id")._club_settle_fee()
        return registrations

    def _club_has_seat(self):
        return (
            self.active
            and self.state in ("open", "done")
            and self.event_id.kanban_state != "cancel"
        )

    def _club_settle_fee(self):
        """Take the fee of who has a seat, give back that of who has none any more."""
        # sudo: what a seat costs is the event's, not the user's, to say.
        for registration in self.sudo():
            seated = registration._club_has_seat()
            fee = registration.event_id.club_fee_points
            if seated and fee and not registration.club_fee_points:
                words = registration._in_members_words()
                if registration.membership_id._charge_points(
                    -fee,
                    words.env._("Fee: %s", words.event_id.name),
                    origin=registration,
                    company=registration.event_id.company_id,
                ):
                    registration.club_fee_points = fee
            elif not seated:
                registration._club_give_fee_back()

    def _in_members_words(self):
        """The registration in the member's language: the member reads why points moved."""
        return self.with_env(self.membership_id._in_members_words().env)

    def _club_give_fee_back(self):
        # sudo: as above.
        for registration in self.sudo().filtered("club_fee_points"):
            words = registration._in_members_words()
            member = registration.membership_id
            reason = words.env._("Fee back: %s", words.event_id.name)
            if not member._return_points(registration, reason):
                # Paid before the ledger knew for what.
                member._charge_points(
                    registration.club_fee_points, reason, company=registration.event_id.company_id
                )
            registration.club_fee_points = 0

    @api.model
    def _cron_club_credit(self, batch=200):
        """Nightly, in batches that commit; a killed night goes on."""
        in_batches(self.env, lambda: len(self._club_credit_attendance(limit=batch)))

    @api.model
    def _club_credit_attendance(self, events=None, limit=None):
        """Credit the points of members who attended activities that are over (M3).

        Each registration once. Called every night, and by the button on an activity. Whose
        membership is not active gets them when it is again; where an activity's company has no
        program of points, when it has one.

        :param events: only of these activities
        :param int limit: so many at most
        :return: the registrations that were credited
        """
        domain = [
            ("membership_id.state", "=", "active"),
            ("guest_of_id", "=", False),
            ("state", "=", "done"),
            ("club_points", "=", 0),
            ("event_id.club_points", ">", 0),
            ("event_id.date_end", "<", fields.Datetime.now()),
            ("event_id.company_id", "in", self._club_companies()),
        ]
        if events is not None:
            domain.append(("event_id", "in", events.ids))
        # sudo: attendance was noted by those who may; crediting follows from it.
        due = self.sudo().search(domain, order="id", limit=limit)
        for registration in due:
            points = registration.event_id.club_points
            words = registration._in_members_words()
            member = registration.membership_id
            member._post_points(
                "activity", points, registration,
                words.env._("Attended: %s", words.event_id.name), registration.event_id.company_id,
            )  # fmt: skip
            if member._has_points("activity", registration):
                registration.club_points = points
        return due.filtered("club_points")

    @api.model
    def _club_companies(self):
        """Ids of the companies whose activities can bring points, False for those of none."""
        # sudo: which company has a program of points is no secret.
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        programs = self.env["loyalty.program"]
        own = [company.id for company in companies if programs._of_club(company)]
        return own + [False] * bool(programs._of_club(self.env.company))
