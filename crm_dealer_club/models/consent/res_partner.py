from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.outage import WAITING, take_back

_MAILING_WAYS = {"email": "mail_mail_id", "sms": "sms_id"}


class ResPartner(models.Model):
    """Consents on the customer's form, and what asks them (P4)."""

    _inherit = "res.partner"

    @api.model
    def _contact_declined_sql(self, purposes):
        """Those, too, who said so on the club's pages, by a link, or to staff."""
        said = self.env["crm.club.consent"].sudo()._declined_sql(purposes)
        return SQL("%s UNION ALL %s", super()._contact_declined_sql(purposes), said)

    def _stop_contacts(self, purpose, channel=None):
        """Reminders of care and mailings that wait in the queues do not go out any more."""
        result = super()._stop_contacts(purpose, channel)
        # sudo: the person decides; what is taken back is the suite's own.
        reminders = self.env["crm.care.reminder"].sudo()
        domain = Domain("partner_id", "in", self.ids) & Domain("state", "=", "sent")
        domain &= Domain("rule_id.purpose_id.code", "=", purpose)
        if channel:
            ways = ["phone", "activity"] if channel == "phone" else [channel]
            domain &= Domain("channel", "in", ways)
        domain &= (
            # What an outage stopped would be tried again.
            Domain("mail_id.state", "in", WAITING)
            | Domain("sms_id.state", "in", WAITING)
            | Domain("activity_id", "!=", False)
        )
        reminders.search(domain)._call_off()
        if purpose == "offer":
            self._stop_mailings(channel)
        return result

    def _stop_mailings(self, channel):
        traces = self.env["mailing.trace"].sudo().search(
            [
                ("model", "=", "res.partner"),
                ("res_id", "in", self.ids),
                ("trace_status", "in", ("outgoing", "error")),
            ]
        )  # fmt: skip
        for way, name in _MAILING_WAYS.items():
            if channel not in (None, way):
                continue
            waiting = traces.filtered(lambda t, name=name: t[name].state in WAITING)
            take_back(waiting[name], WAITING)
            waiting.set_canceled()

    def action_record_consents(self):
        """Open the dialog in which staff enter what this person allows or withdraws."""
        self.ensure_one()
        entry = self.env["crm.club.consent.entry"]._of(self)
        return entry._get_records_action(
            name=self.env._("What %s Allows", self.display_name), target="new", context={}
        )

    def action_open_consents(self):
        """Open what the person allows today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_consent_standing_action"
        )
        people = self | self.child_ids if self.is_company else self
        return {**action, "domain": [("partner_id", "in", people.ids)], "context": {}}
