from odoo import fields, models
from odoo.exceptions import UserError

_MOST_KM = 3_000_000
_KM_A_DAY = 2000
_LATEST = 20


class CrmVehicle(models.Model):
    """A vehicle on its owner's pages (M10); the controllers have found out whose it is."""

    _inherit = "crm.vehicle"

    def _enter_mileage(self, km):
        """Record what the owner read today; called as superuser.

        :param int km: the kilometres
        :raise UserError: it runs back, or more than anybody drives; tells what to do
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        self._check_mileage_plausible(km, today)
        self.env["crm.vehicle.mileage"].create(
            {"vehicle_id": self.id, "date": today, "km": km, "source": "owner"}
        )

    def _check_mileage_plausible(self, km, today):
        """Refuse a slip of the finger, in words for an owner.

        That it runs forward the reading checks as well, in words for staff.
        """
        limit = _MOST_KM
        since = self.mileage_date or self.delivery_date
        if since:
            days = max((today - since).days, 0) + 1
            limit = min(limit, self.mileage + days * self._most_km_a_day())
        if not max(self.mileage, 1) <= km <= limit:
            raise UserError(
                self.env._(
                    "%(km)s km cannot be right: the last reading was %(last)s km. Look at the "
                    "odometer again; if it does show this, tell your dealer.",
                    km=f"{km:,}",
                    last=f"{self.mileage:,}",
                )
            )

    def _most_km_a_day(self):
        # sudo: one setting, the same for everybody.
        params = self.env["ir.config_parameter"].sudo()
        value = params.get_param("crm_dealer_club.most_km_a_day", "")
        return int(value) if value.isdecimal() and 0 < int(value) < _MOST_KM else _KM_A_DAY

    def _visits_of(self, customer):
        """The customer's own visits with this vehicle, latest first: not an earlier owner's."""
        return self.env["crm.service.visit"].search(
            [("vehicle_id", "in", self.ids), ("commercial_partner_id", "=", customer.id)],
            limit=_LATEST,
        )

    def _open_booking(self):
        """The visit that is booked for this vehicle and still to come; maybe none."""
        return self.env["crm.service.visit"].search(
            [
                ("vehicle_id", "=", self.id),
                ("stage", "=", "booked"),
                ("date", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
