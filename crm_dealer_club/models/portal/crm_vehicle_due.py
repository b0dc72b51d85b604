from odoo import fields, models
from odoo.tools import format_date

_SOON_DAYS = 30
_SOON_KM = 1000


class CrmVehicle(models.Model):
    """What falls due on a vehicle, in words its owner reads (M10)."""

    _inherit = "crm.vehicle"

    def _portal_dues(self):
        """Dates and kilometres that matter, the most urgent first.

        :return: ``[{"key", "label", "date": words, "words", "state": late|soon|later}]``
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        dues = [
            self._due_on(key, label, self[name], today) for key, label, name in self._due_dates()
        ]
        dues += [
            self._due_at(key, label, self[name]) for key, label, name in self._due_kilometres()
        ]
        order = ("late", "soon", "later")
        return sorted(filter(None, dues), key=lambda due: (order.index(due["state"]), due["left"]))

    def _due_dates(self):
        insurance, inspection = self.env._("Insurance"), self.env._("Annual Inspection")
        warranty, service = self.env._("Warranty"), self.env._("Next Service")
        dates = [
            ("insurance", insurance, "insurance_expiry"),
            ("inspection", inspection, "inspection_due"),
            ("warranty", warranty, "warranty_end"),
            ("service", service, "next_service_date"),
        ]
        if not self.first_service_done:
            first = self.env._("First Mandatory Service")
            dates.append(("first_service", first, "first_service_due"))
        return dates

    def _due_kilometres(self):
        warranty = self.env._("Warranty (Kilometres)")
        service = self.env._("Next Service (Kilometres)")
        return [
            ("warranty_km", warranty, "warranty_end_km"),
            ("service_km", service, "next_service_km"),
        ]

    def _due_on(self, key, label, date, today):
        if not date:
            return None
        days = (date - today).days
        state = "late" if days < 0 else "soon" if days <= _SOON_DAYS else "later"
        if key == "warranty" and days < 0:
            words, state = self.env._("ended"), "later"
        elif days < 0:
            words = self.env._("overdue by %s days", -days)
        elif not days:
            words = self.env._("today")
        else:
            words = self.env._("in %s days", days)
        shown = format_date(self.env, date)
        return {
            "key": key, "label": label, "date": shown, "words": words, "state": state, "left": days,
        }  # fmt: skip

    def _due_at(self, key, label, km):
        if not km or not self.mileage:
            return None
        left = km - self.mileage
        state = "late" if left < 0 else "soon" if left <= _SOON_KM else "later"
        if key == "warranty_km" and left < 0:
            words, state = self.env._("ended"), "later"
        elif left < 0:
            words = self.env._("overdue by %s km", f"{-left:,}")
        else:
            words = self.env._("%s km to go", f"{left:,}")
        # A day and some thirty kilometres are alike urgent.
        return {
            "key": key, "label": label, "date": self.env._("%s km", f"{km:,}"), "words": words,
            "state": state, "left": left / 30,
        }  # fmt: skip
