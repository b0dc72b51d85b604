from odoo import api, models
from odoo.exceptions import AccessError, UserError

UNDOERS = ("crm_dealer_grading.group_dealer_manager", "crm_dealer_grading.group_oem_manager")


class CrmLead(models.Model):
    """From the owner card back to the prospect card, by a manager only (C6)."""

    _inherit = "crm.lead"

    @api.model
    def _is_undoer(self):
        return any(map(self.env.user.has_group, UNDOERS))

    def action_undo_delivery(self):
        """Open the wizard that asks for the reason."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_lead_delivery_undo_action"
        )
        return {**action, "context": {"default_lead_id": self.id}}

    def _undo_delivery(self, reason):
        """Take the delivery back: owner and values as they were, follow-ups cancelled (C6).

        A vehicle that the delivery made is deleted, unless something hangs on it.

        :param str reason: kept in the log and the chatter
        :raise AccessError: for anybody but a manager of the lead's dealer or the maker's manager
        :raise UserError: when there is nothing to undo, or no reason
        """
        self.ensure_one()
        if not self._is_undoer():
            raise AccessError(
                self.env._("Only a manager undoes a delivery. Ask your dealer's manager.")
            )
        self.check_access("write")
        self._lock_delivery()
        if not self.delivered_on:
            raise UserError(self.env._("“%s” is not delivered: nothing to undo.", self.name))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the delivery is undone."))
        # sudo: the right to undo, checked above, stands in for the rights on what the delivery
        # wrote, former owners of other dealers included.
        self.sudo()._take_delivery_back(reason.strip())

    def _take_delivery_back(self, reason):
        delivery = self.delivery_log_ids.filtered(lambda log: log.event == "delivered")
        delivery = delivery.sorted("id")[-1:]
        vehicle = self.vehicle_id
        values = self._delivery_log_values(vehicle, "undone", delivery.round or 1)
        self.env["crm.lead.delivery.log"].create({**values, "reason": reason})
        started = self.env["mail.activity"].browse(delivery.activity_data or []).exists()
        started.filtered("active").unlink()
        self._before_delivery_undone(vehicle)
        self.write({"vehicle_id": False, "delivered_on": False, "delivered_by": False})
        said = self.env._(
            "Delivery of %(vehicle)s undone: %(reason)s", vehicle=vehicle.name, reason=reason
        )
        self.message_post(body=said, author_id=self.env.user.partner_id.id)
        if not delivery.vehicle_created:
            vehicle._give_back(delivery)
        elif not vehicle._hangs_on():
            vehicle.unlink()
            return
        vehicle.message_post(body=said, author_id=self.env.user.partner_id.id)

    def _before_delivery_undone(self, vehicle):
        """Called as superuser before a delivery is taken back; extend to undo what hung on it."""
