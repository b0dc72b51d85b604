"""The events that calls follow (S3): collected in a transaction, dealt with before its commit."""

from odoo import SUPERUSER_ID, api, models

from odoo.addons.crm_dealer_grading.tools.at_commit import collect

_VISITS = "crm_followup_visit_ids"
_DELIVERIES = "crm_followup_delivery_ids"
_DONE = ("delivered", "followed_up")
# What decides whom a visit's call goes to, and whether there is one.
_DECIDES = {"stage", "partner_id", "vehicle_id", "visit_type", "active", "dealer_id", "date"}


def _after_visits(cr, visit_ids):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.followup.call"]._follow_up(visit_ids=visit_ids)


def _after_deliveries(cr, delivery_ids):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.followup.call"]._follow_up(delivery_ids=delivery_ids)


class CrmServiceVisit(models.Model):
    _inherit = "crm.service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        done = visits.filtered(lambda visit: visit.stage in _DONE)
        collect(self.env.cr, _VISITS, done.ids, _after_visits)
        return visits

    def write(self, vals):
        before = self.browse()
        if not _DECIDES.isdisjoint(vals):
            before = self.filtered(lambda visit: visit.stage in _DONE)
        result = super().write(vals)
        if not _DECIDES.isdisjoint(vals):
            done = before | self.filtered(lambda visit: visit.stage in _DONE)
            collect(self.env.cr, _VISITS, done.ids, _after_visits)
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _after_delivery(self, vehicle):
        result = super()._after_delivery(vehicle)
        # sudo: the history of deliveries is the lead's own; the job makes the calls.
        delivery = self.sudo().delivery_log_ids.sorted("id")[-1:]
        collect(self.env.cr, _DELIVERIES, delivery.ids, _after_deliveries)
        return result

    def _before_delivery_undone(self, vehicle):
        """Nobody is asked about a vehicle that was not handed over."""
        result = super()._before_delivery_undone(vehicle)
        calls = self.env["crm.followup.call"].search(
            [("lead_id", "in", self.ids), ("vehicle_id", "=", vehicle.id)]
        )
        calls._withdraw("event")
        # A vehicle that the delivery made goes, unless somebody talked about it.
        calls.filtered(lambda call: not call.attempt_count).vehicle_id = False
        return result

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        ours = opportunities.filtered("dealer_id")
        if ours:  # of others nobody calls
            # sudo: who may merge the leads may merge what hangs on them.
            calls = self.env["crm.followup.call"].sudo()
            calls.search([("lead_id", "in", ours.ids)]).lead_id = self
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("contact_opt_out") or vals.get("given_up_on") or vals.get("active") is False:
            # sudo: who may note that no contact is wanted cancels the calls.
            self.env["crm.followup.call"].sudo()._withdraw_of(self)
        return result

    def _stop_contacts(self, purpose, channel=None):
        """Calls that are due are not made, and questions that wait do not go out any more."""
        result = super()._stop_contacts(purpose, channel)
        # sudo: the person decides, whoever may see the calls and samples.
        if purpose == "followup" and channel in (None, "phone"):
            self.env["crm.followup.call"].sudo()._withdraw_of(self)
        elif purpose == "survey":
            self.env["crm.satisfaction.sample.line"].sudo()._call_off(self, channel)
        return result

    @api.model
    def _follows_customer(self):
        return [*super()._follows_customer(), ("crm.followup.call", "commercial_partner_id")]
