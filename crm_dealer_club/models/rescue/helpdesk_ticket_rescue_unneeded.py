from odoo import models
from odoo.tools import float_compare


class HelpdeskTicket(models.Model):
    """Help that was not needed after all is not billed (M8)."""

    _inherit = "helpdesk.ticket"

    def _crm_after_step(self, step):
        result = super()._crm_after_step(step)
        if step == "closed":
            self._rescues()._rescue_drop_order()
        return result

    def _rescue_written(self, vals):
        result = super()._rescue_written(vals)
        if "rescue_result" in vals:
            self.filtered(lambda ticket: ticket.crm_step == "closed")._rescue_drop_order()
        return result

    def _rescue_drop_order(self):
        """Cancel the quotation of who did not need help; what people made of it is theirs."""
        # sudo: the step decides, whoever takes it; the order is not shown.
        for ticket in self.sudo().filtered(lambda one: one.rescue_result == "not_needed"):
            order = ticket.rescue_order_id
            if not order or order.state == "cancel":
                continue
            if not ticket._rescue_order_untouched():
                ticket._rescue_ask_about_order()
                continue
            order._action_cancel()
            ticket._store({"rescue_order_id": False})
            ticket.message_post(
                body=ticket.env._("%s is cancelled: help was not needed.", order.name),
                subtype_xmlid="mail.mt_note",
            )

    def _rescue_order_untouched(self):
        """A draft as it was made: the fee, once, and nothing else."""
        order, line = self.rescue_order_id, self.rescue_order_id.order_line
        if order.state != "draft" or len(line) != 1:
            return False
        same = (
            order.partner_id == self.partner_id
            and line.product_id == self.rescue_fault_id.product_id
            and line.product_uom_qty == 1
        )
        made = self._rescue_line_price(order)
        return same and not (
            order.currency_id.compare_amounts(line.price_unit, made["price_unit"])
            or float_compare(line.discount, made["discount"], precision_digits=2)
        )

    def _rescue_ask_about_order(self):
        """A to-do for who looks after the order, else after the rescue."""
        order = self.rescue_order_id
        user = (order.user_id or self.user_id or self._crm_dealer_managers()[:1]).filtered("active")
        user = user or self._crm_oem_managers()[:1]
        worded = order.with_context(lang=user.lang)
        worded.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=worded.env._("Rescue %s was not needed: cancel this order?", self.number),
        )
