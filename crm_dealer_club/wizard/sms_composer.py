from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.models.network.res_users import ROLE


class SmsComposer(models.TransientModel):
    """The last door of an SMS: whoever is not to get it, does not."""

    _inherit = "sms.composer"

    no_advertising = fields.Char(compute="_compute_no_advertising")

    @api.depends("res_model", "res_ids", "res_id")
    @api.depends_context("uid")
    def _compute_no_advertising(self):
        """A hint for our roles; an answer to a question is no advertising (P4)."""
        ours = self.env.user.has_group(ROLE)
        for composer in self:
            composer.no_advertising = False
            if not ours or composer.res_model != "res.partner" or composer.mailing_id:
                continue
            records = composer._get_records() or self.env["res.partner"]
            people = records._filtered_access("read")
            # sudo: who writes is told what the recipients do not want.
            declined = people.sudo()._declined_ways("offer")
            names = [p.display_name for p in people if "sms" in declined.get(p.id, ())]
            if names:
                composer.no_advertising = self.env._(
                    "No advertising by SMS to %(names)s (%(count)s in all): they do not want it.",
                    names=", ".join(names[:3]),
                    count=len(names),
                )

    def _get_records(self):
        records = super()._get_records()
        mailing = self.mailing_id
        if not mailing.is_dealer_mailing or records is None:
            return records
        if records._name != "res.partner":
            return records.browse()
        return records.browse(mailing._allowed_among(mailing, records.ids))

    def _action_send_sms_mass(self, records=None):
        messages = super()._action_send_sms_mass(records)
        self.mailing_id._note_sent()
        return messages

    def _get_optout_record_ids(self, records, recipients_info):
        """Ordinary mailings by our roles leave out who did not agree to offers (P4)."""
        ids = super()._get_optout_record_ids(records, recipients_info)
        mailing = self.mailing_id
        if not mailing.asks_consents:
            return ids
        return [*ids, *mailing._refused_among(records._name, records.ids, "sms")]
