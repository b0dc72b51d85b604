from odoo import SUPERUSER_ID, api, models

from odoo.addons.crm_dealer_grading.tools.at_commit import collect

_TELLING = {"stage", "date", "vehicle_id", "partner_id", "active"}


class CrmServiceVisit(models.Model):
    """A visit closes the win-back case of its customer, at the commit (M6)."""

    _inherit = "crm.service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._note_returns()
        return visits

    def write(self, vals):
        result = super().write(vals)
        if _TELLING & vals.keys():
            self._note_returns()
            self._note_lost_returns(vals)
        return result

    def _note_lost_returns(self, vals):
        """Visits that took place no more, or are another's or another day's now."""
        moved = not {"date", "vehicle_id", "partner_id"}.isdisjoint(vals)
        gone = self.filtered(
            lambda v: moved or not v.active or v.stage in ("booked", "cancelled")
        )
        collect(self.env.cr, "crm_winback_lost_returns", gone.ids, _take_back)

    def _note_returns(self):
        came = self.filtered(lambda v: v.stage not in ("booked", "cancelled"))
        # sudo: who came back is noted whoever received the car.
        customers = came.sudo().commercial_partner_id
        collect(self.env.cr, "crm_winback_returns", customers.ids, _detect)


def _detect(cr, partner_ids):
    cases = api.Environment(cr, SUPERUSER_ID, {})["crm.winback.case"]
    cases._detect_returns(partner_ids)
    cases.env.flush_all()


def _take_back(cr, visit_ids):
    cases = api.Environment(cr, SUPERUSER_ID, {})["crm.winback.case"]
    cases._take_back_returns(visit_ids)
    cases.env.flush_all()
