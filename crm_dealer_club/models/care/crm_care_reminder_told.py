"""What a message may tell its reader: these words, and nothing else (M5, P4)."""

from odoo import api, fields, models
from odoo.tools import format_date


class CrmCareReminder(models.Model):
    """Texts for placeholders, in the language of the context.

    Templates of reminders may use just these: ``object.person_name`` and so on. So nobody can
    write a template that tells a customer's file, and the ERP fills them in without evaluating
    code. Extend :meth:`_told_fields` to add one.
    """

    _inherit = "crm.care.reminder"

    person_name = fields.Char(compute="_compute_told")
    vehicle_name = fields.Char(compute="_compute_told", help="Model and plate.")
    plate = fields.Char(compute="_compute_told")
    due_text = fields.Char(string="Due Date in Words", compute="_compute_told")
    short_text = fields.Char(string="In a Few Words", compute="_compute_told")
    dealer_name = fields.Char(compute="_compute_told")
    dealer_phone = fields.Char(compute="_compute_told")
    dealer_address = fields.Char(compute="_compute_told")
    card_number = fields.Char(compute="_compute_told")
    tier_name = fields.Char(compute="_compute_told")

    @api.model
    def _told_fields(self):
        """Names of the fields that a text to a customer may use; extend to add others."""
        return (
            "person_name",
            "vehicle_name",
            "plate",
            "due_text",
            "short_text",
            "dealer_name",
            "dealer_phone",
            "dealer_address",
            "card_number",
            "tier_name",
        )

    @api.model
    def mail_allowed_qweb_expressions(self):
        """What templates may say, whoever writes them: the ERP asks this."""
        return tuple(f"object.{name}" for name in self._told_fields())

    @api.depends("partner_id", "vehicle_id", "dealer_id", "rule_id", "due_date")
    @api.depends_context("lang")
    def _compute_told(self):
        trigger = self.env["crm.care.rule"]._fields["trigger"]
        triggers = dict(trigger._description_selection(self.env))
        for reminder in self:
            vehicle, dealer = reminder.vehicle_id, reminder.dealer_id
            member = reminder.partner_id.club_membership_id
            rule = reminder.rule_id
            model = vehicle.model_id.name if vehicle else ""
            reminder.update(
                {
                    "person_name": reminder.partner_id.name,
                    "plate": vehicle.plate,
                    "vehicle_name": " ".join(filter(None, (model, vehicle.plate))),
                    "due_text": format_date(self.env, reminder.due_date),
                    "short_text": rule.short_text or triggers.get(rule.trigger),
                    "dealer_name": dealer.name,
                    "dealer_phone": dealer.partner_id.phone,
                    "dealer_address": self._address_line(dealer.partner_id),
                    "card_number": member.number,
                    "tier_name": member.tier_id.name,
                }
            )

    @api.model
    def _address_line(self, partner):
        return " ".join(filter(None, (partner.city, partner.street, partner.street2)))

    def _in_a_line(self):
        """What this reminder says, where another's message tells it too."""
        self.ensure_one()
        if not self.vehicle_id:
            return self.short_text
        return self.env._(
            "%(what)s: %(vehicle)s, %(date)s",
            what=self.short_text,
            vehicle=self.vehicle_name,
            date=self.due_text,
        )
