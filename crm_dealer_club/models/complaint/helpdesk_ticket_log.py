"""The customer's story tells of complaints, and the satisfaction class follows them (G6)."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    contact_log_id = fields.Many2one(
        "crm.contact.log",
        string="Entry in the Contact Log",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _step_fields(self):
        return super()._step_fields() | {"contact_log_id"}

    def _crm_received(self):
        result = super()._crm_received()
        self._log_complaints()
        return result

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "stage_id", "active"} & vals.keys():
            self._log_complaints()
        return result

    def unlink(self):
        # sudo: who may delete the complaint takes it out of the story.
        logs = self.sudo().contact_log_id
        result = super().unlink()
        logs.unlink()
        return result

    def _log_complaints(self):
        """Bring the entries of these complaints to where they are: open or solved."""
        # sudo: the log follows the complaint, whoever moves it.
        for ticket in self.sudo().filtered(lambda t: t.crm_kind == "complaint" and t.partner_id):
            state = "solved" if ticket.crm_step == "closed" else "open"
            log = ticket.contact_log_id
            if not log:
                log = log.create(ticket._complaint_log_values())
                ticket._store({"contact_log_id": log.id})
            changed = {"complaint": state, "partner_id": ticket.partner_id.id}
            changed = {
                name: value
                for name, value in changed.items()
                if log._fields[name].convert_to_write(log[name], log) != value
            }
            if changed:
                log.write(changed)

    def _complaint_log_values(self):
        taker = self.env.user.filtered(lambda user: user.active and user._is_internal())
        return {
            "partner_id": self.partner_id.id,
            "dealer_id": self.dealer_id.id,
            "date": self.date_received or fields.Datetime.now(),
            "way": self.channel_id.crm_way or "phone",
            "direction": "in",
            "summary": self.name,
            "complaint": "open",
            "vehicle_id": self.vehicle_id.id,
            "visit_id": self.visit_id.id,
            "user_id": (self.user_id or taker).id,
        }
