"""What is said about audits and verifications stays with the manufacturer (S9)."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

INTERNAL = ("crm.audit", "crm.audit.sample")


class CrmAuditInternal(models.AbstractModel):
    """Only who may read audits follows them, is written to, or has a to-do.

    Rules hide a record, but a mail or a to-do would carry its words to whoever is named.
    """

    _name = "crm.audit.internal"
    _description = "Internal to the Manufacturer"

    def _insiders(self, partner_ids):
        """Those of these partners who are auditors or managers of the manufacturer."""
        # sudo: roles of others
        partners = self.env["res.partner"].sudo().browse(partner_ids or ())
        audits = self.env["crm.audit"]._audits
        return partners.filtered(lambda partner: any(map(audits, partner.user_ids))).ids

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        return super().message_subscribe(self._insiders(partner_ids), subtype_ids)

    def message_post(self, *, partner_ids=None, **kwargs):
        if partner_ids and set(self._insiders(partner_ids)) != set(partner_ids):
            raise UserError(
                self.env._(
                    "Audits are internal: write to auditors and managers of the manufacturer only. "
                    "The dealer reads the result once it is released."
                )
            )
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """However somebody came to be told: nobody else gets a mail or a notification."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        insiders = set(self._insiders([recipient["id"] for recipient in found if recipient["id"]]))
        return [recipient for recipient in found if recipient["id"] in insiders]


class CrmAudit(models.Model):
    _name = "crm.audit"
    _inherit = ["crm.audit.internal", "crm.audit"]


class CrmAuditSample(models.Model):
    _name = "crm.audit.sample"
    _inherit = ["crm.audit.internal", "crm.audit.sample"]


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("user_id", "res_model", "res_id")
    def _check_audits_internal(self):
        for activity in self.sudo():  # sudo: roles of others
            if activity.res_model in INTERNAL and activity.user_id:
                if not self.env["crm.audit"]._audits(activity.user_id):
                    raise ValidationError(
                        self.env._(
                            "%s is no auditor or manager of the manufacturer, and learns nothing "
                            "of audits. Choose somebody else.",
                            activity.user_id.name,
                        )
                    )
