from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.models.workshop.crm_service_visit import STAGES
from odoo.addons.crm_dealer_grading.tools.touch import touch

_STEPS = [stage for stage, _label in STAGES if stage != "cancelled"]


class CrmServiceVisit(models.Model):
    """A visit on its customer's pages (M10); the controllers have found out whose it is."""

    _inherit = "crm.service.visit"

    @api.model
    def _book_online(self, vehicle, dealer, visit_type, moment, wishes):
        """Book the time for the member; called as superuser.

        :param datetime moment: naive UTC, one of the dealer's free times
        :raise UserError: the time is taken meanwhile, or the vehicle is booked already
        :return: the visit
        """
        # Two requests for one vehicle at the same instant meet here, and the second sees the first.
        touch(vehicle)
        known = vehicle._open_booking()
        if known:
            raise UserError(
                self.env._(
                    "This vehicle is booked for %(time)s at %(dealer)s already. "
                    "Cancel that visit first, or call the dealer.",
                    time=known.dealer_id._say(known.date),
                    dealer=known.dealer_id.name,
                )
            )
        offered = dealer._offered(moment, visit_type, vehicle.partner_id)
        if not offered:
            raise UserError(
                self.env._("%s is not free any more. Choose another time.", dealer._say(moment))
            )
        # Members read the progress here; they do not follow what staff write to each other.
        return self.with_context(mail_create_nosubscribe=True).create(
            {
                "vehicle_id": vehicle.id,
                "dealer_id": dealer.id,
                "visit_type": visit_type,
                "date": moment,
                "bay_id": offered["bay_ids"][:1] and offered["bay_ids"][0],
                "user_id": False,
                "note": wishes or False,
            }
        )

    def _cancel_online(self):
        """Cancel the member's booking; called as superuser.

        :raise UserError: the vehicle has arrived, or it is too late
        """
        self.ensure_one()
        if not self._may_cancel_online():
            raise UserError(
                self.env._(
                    "This visit cannot be cancelled here any more. Please call %s.",
                    self.dealer_id.name,
                )
            )
        self._set_stage("cancelled")
        self.message_post(body=self.env._("Cancelled by the member on the club's pages."))

    def _may_cancel_online(self):
        limit = fields.Datetime.now() + timedelta(hours=self.dealer_id.booking_cancel_hours)
        return self.stage == "booked" and self.date >= limit

    def _steps(self):
        """The way through the workshop: ``[(label, "done"|"now"|"next")]``."""
        labels = dict(self._fields["stage"]._description_selection(self.env))
        at = _STEPS.index(self.stage) if self.stage in _STEPS else -1
        return [
            (labels[stage], "done" if place < at else "now" if place == at else "next")
            for place, stage in enumerate(_STEPS)
        ]
